import { $, client, complain, element, stayConnected } from "./actors.js";

const menu = { Ramen: "🍜", Pizza: "🍕", Curry: "🍛", Cake: "🍰" };
const stages = { WAITING: "Waiting", COOKING: "Cooking", SERVED: "Served" };
const lives = {
  connecting: ["Connecting", "The kitchen is not to be reached. What it has taken on, it keeps."],
  awake: ["Awake", "It sleeps when it has nothing to do for five seconds."],
  asleep: ["Asleep", "Nothing of it is in memory. An order wakes it, and so does its cron, every minute, to wash up."],
};

const kitchen = stayConnected(client.kitchen.getOrCreate(["main"]), {
  events: { board: showBoard, awake: (awake) => showLife(awake ? "awake" : "asleep") },
  whenStatus: (status) => status !== "connected" && showLife("connecting"),
  async whenConnected(actor) {
    showBoard(await actor.board());
    showLife("awake");
  },
});

for (const [dish, icon] of Object.entries(menu)) {
  const order = element("button", { type: "button", title: `Order ${dish}`, disabled: true }, icon);
  order.ariaLabel = order.title;
  // the answer comes when the order is in the queue, where it stays until it is served
  order.onclick = () => kitchen.actor().order({ dish }).catch((error) => complain(error.message));
  $("menu").append(order);
}

function showBoard({ served, tickets }) {
  $("served").textContent = `${served.toLocaleString()} served`;
  $("tickets").replaceChildren(
    ...tickets.map(({ number, dish, stage }) => {
      const ticket = element(
        "li",
        {},
        element("span", { className: "dish", textContent: menu[dish] ?? "🍽️", ariaHidden: "true" }),
        element("b", { textContent: dish }),
        element("span", { className: "number", textContent: `#${number}` }),
        element("span", { className: "stage", textContent: stages[stage] }),
      );
      ticket.dataset.stage = stage;
      return ticket;
    }),
  );
}

function showLife(life) {
  const [status, explanation] = lives[life];
  $("life").dataset.status = life;
  $("life").textContent = status;
  $("explanation").textContent = explanation;
  $("menu").querySelectorAll("button").forEach((order) => (order.disabled = life === "connecting"));
}
