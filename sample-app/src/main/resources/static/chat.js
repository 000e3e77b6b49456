import { $, client, complain, element, stayConnected } from "./actors.js";

// as many as the room remembers
const KEPT_MESSAGES = 100;
const clock = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit" });
const name = await askName();

let room;
let closeRoom = () => {};
enterRoom();
addEventListener("hashchange", enterRoom);
countAlong();

/** Each window has a name of its own, which it keeps when it is loaded again. */
async function askName() {
  const kept = sessionStorage.getItem("name");
  if (kept) {
    return kept;
  }
  const dialog = $("welcome");
  let chosen = "";
  while (chosen === "") {
    dialog.returnValue = "";
    dialog.showModal();
    await new Promise((closed) => dialog.addEventListener("close", closed, { once: true }));
    // empty if it was closed with Escape
    chosen = dialog.returnValue && $("name").value.trim();
  }
  $("text").focus();
  sessionStorage.setItem("name", chosen);
  return chosen;
}

function enterRoom() {
  const place = location.hash || "#lobby";
  document.querySelectorAll("nav a").forEach((link) => {
    link.ariaCurrent = link.hash === place ? "page" : null;
  });
  document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  // to look into the kitchen is not to leave the room
  const key = place !== "#kitchen" ? decode(place.slice(1)) : (room ?? "lobby");
  if (key === room) {
    return;
  }
  closeRoom();
  room = key;
  const chat = stayConnected(client.chatRoom.getOrCreate([key], { params: { name } }), {
    events: { message: showMessage, members: showMembers, typing: showTyping },
    whenStatus: showStatus,
    whenConnected(actor) {
      showTyping([]);
      // each as soon as it comes, since what happens next is not in it
      return Promise.all([actor.history().then(showMessages), actor.members().then(showMembers)]);
    },
  });
  const stopComposing = compose(chat);
  closeRoom = () => {
    stopComposing();
    chat.close();
  };

  $("room").textContent = key;
  $("text").placeholder = `Message ${key}`;
  $("messages").replaceChildren();
  showStatus("connecting");
  showMembers([]);
  showTyping([]);
}

function decode(hash) {
  try {
    return decodeURIComponent(hash);
  } catch {
    return hash;
  }
}

/** Sends what is written, and tells the others that something is. */
function compose(chat) {
  const text = $("text");
  let closed = false;
  let typing = false;
  let pause;
  const type = (now) => {
    clearTimeout(pause);
    pause = now && setTimeout(type, 3000, false);
    if (typing !== now) {
      typing = now;
      chat.actor().typing(now).catch(() => {});
    }
  };
  text.oninput = () => type(text.value.trim() !== "");
  text.onkeydown = (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      $("composer").requestSubmit();
    }
  };
  $("composer").onsubmit = async (event) => {
    event.preventDefault();
    const written = text.value;
    if (!written.trim() || $("send").disabled) {
      return;
    }
    text.value = "";
    // the actor itself knows that who has sent does not type any more
    typing = false;
    clearTimeout(pause);
    try {
      await chat.actor().sendMessage(written);
    } catch (error) {
      if (!closed) {
        text.value = [written, text.value].filter(Boolean).join("\n");
        complain(error.message);
      }
    }
  };
  return () => {
    closed = true;
    clearTimeout(pause);
  };
}

function countAlong() {
  const show = (count) => {
    $("count").value = count.toLocaleString();
    $("count").animate([{ scale: 1.12 }, { scale: 1 }], { duration: 250, easing: "ease-out" });
  };
  const counter = stayConnected(client.counter.getOrCreate(["visitors"]), {
    events: { count: show },
    whenStatus: (status) => ($("increment").disabled = status !== "connected"),
    whenConnected: async (actor) => show(await actor.count()),
  });
  $("increment").onclick = () => counter.actor().increment(1).catch((error) => complain(error.message));
}

function showMessages(messages) {
  $("log").ariaBusy = "true";
  $("messages").replaceChildren();
  messages.forEach(showMessage);
  $("log").ariaBusy = "false";
}

function showMessage({ from, text, at }) {
  const messages = $("messages");
  const item = element("li", { className: from === name ? "mine" : "" });
  item.dataset.from = from;
  item.classList.toggle("goes-on", messages.lastElementChild?.dataset.from === from);
  const time = element("time", { dateTime: new Date(at).toISOString(), textContent: clock.format(new Date(at)) });
  item.append(
    avatar(from),
    element("p", { className: "who" }, element("b", { textContent: from }), " ", time),
    element("p", { className: "what", textContent: text }),
  );
  messages.append(item);
  while (messages.childElementCount > KEPT_MESSAGES) {
    messages.firstElementChild.remove();
  }
  if (from === name) {
    $("log").scrollTop = 0;
  }
}

function showMembers(members) {
  $("members").replaceChildren(
    ...members.map((member) =>
      element("li", {}, avatar(member), element("span", { textContent: member }), member === name ? " (you)" : ""),
    ),
  );
  $("presence").textContent = members.length > 0 ? `${members.length} here` : "";
}

function showTyping(names) {
  const others = [...names].filter((each) => each !== name);
  const who = others.length > 2 ? "Several people are" : others.join(" and ") + (others.length > 1 ? " are" : " is");
  $("typing").textContent = others.length > 0 ? `${who} typing` : "";
}

function showStatus(status) {
  const connected = status === "connected";
  $("status").dataset.status = connected ? "connected" : "connecting";
  $("status").textContent = connected ? "Live" : "Connecting";
  $("send").disabled = !connected;
}

function avatar(member) {
  const hue = [...member].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 360, 7);
  const circle = element("span", { className: "avatar", textContent: [...member][0].toUpperCase(), ariaHidden: "true" });
  circle.style.setProperty("--hue", hue);
  return circle;
}
