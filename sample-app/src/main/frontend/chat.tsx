import { createRivetKit } from "@rivetkit/react";
import { type CSSProperties, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { createRoot } from "react-dom/client";
import type { Actors, Message } from "./actors";

type ChatRoom = ReturnType<typeof useActor<"chatRoom">>["connection"];

const { useActor } = createRivetKit<Actors>(new URL("../api/rivet", document.baseURI).href);

// as many as the room remembers
const KEPT_MESSAGES = 100;
const clock = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit" });

function App() {
  const [name, setName] = useState(sessionStorage.getItem("name") ?? "");
  const room = useSyncExternalStore(listenToHash, () => decode(location.hash.slice(1)) || "lobby");
  const enter = (chosen: string) => {
    sessionStorage.setItem("name", chosen);
    setName(chosen);
  };
  return name ? <Chat key={room} name={name} room={room} /> : <Welcome enter={enter} />;
}

function listenToHash(changed: () => void) {
  addEventListener("hashchange", changed);
  return () => removeEventListener("hashchange", changed);
}

function decode(hash: string) {
  try {
    return decodeURIComponent(hash);
  } catch {
    return hash;
  }
}

function Welcome({ enter }: { enter: (name: string) => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [name, setName] = useState("");
  useEffect(() => dialog.current!.showModal(), []);
  return (
    <dialog id="welcome" ref={dialog} aria-labelledby="question" onClose={() => dialog.current?.showModal()}>
      <form method="dialog" onSubmit={() => enter(name.trim())}>
        <h2 id="question">Who is there?</h2>
        <p>Everybody in the room sees this name.</p>
        <input
          id="name"
          aria-labelledby="question"
          maxLength={30}
          pattern=".*\S.*"
          autoComplete="nickname"
          required
          autoFocus
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <button type="submit">Enter</button>
      </form>
    </dialog>
  );
}

function Chat({ name, room }: { name: string; room: string }) {
  const chat = useActor({ name: "chatRoom", key: [room], params: { name } });
  const [messages, setMessages] = useState<Message[]>([]);
  const [members, setMembers] = useState<string[]>([]);
  const [typing, setTyping] = useState<string[]>([]);
  chat.useEvent("message", (message: Message) => setMessages((all) => [...all, message].slice(-KEPT_MESSAGES)));
  chat.useEvent("members", setMembers);
  chat.useEvent("typing", (names: Iterable<string>) => setTyping([...names].filter((each) => each !== name)));

  const connected = chat.connStatus === "connected";
  useEffect(() => {
    // after the hooks above have subscribed, so that nothing is missed between
    if (connected) {
      chat.connection!.history().then(setMessages, () => {});
      chat.connection!.members().then(setMembers, () => {});
      setTyping([]);
    }
  }, [chat.connection, connected]);

  return (
    <>
      <aside>
        <p className="brand">
          <img src="../icon.svg" alt="" width="30" height="30" />
          Rivet <span>in React</span>
        </p>
        <nav aria-labelledby="rooms">
          <h2 id="rooms">Rooms</h2>
          {["lobby", "spring", "coffee"].map((each) => (
            <a key={each} href={`#${each}`} aria-current={each === room ? "page" : undefined}>
              {each}
            </a>
          ))}
        </nav>
        <section className="people" aria-labelledby="people">
          <h2 id="people">Here now</h2>
          <ul id="members">
            {members.map((member) => (
              <li key={member}>
                <Avatar of={member} />
                <span>{member}</span>
                {member === name && " (you)"}
              </li>
            ))}
          </ul>
        </section>
        <Counter />
      </aside>
      <main>
        <header>
          <h1>{room}</h1>
          <p id="presence">{members.length > 0 && `${members.length} here`}</p>
          <p id="status" role="status" data-status={connected ? "connected" : "connecting"}>
            {connected ? "Live" : "Connecting"}
          </p>
        </header>
        <div id="log" role="log" aria-label="Messages" tabIndex={0}>
          <ol id="messages">
            {messages.map(({ from, text, at }, i) => (
              <li key={i} className={`${from === name && "mine"} ${from === messages[i - 1]?.from && "goes-on"}`}>
                <Avatar of={from} />
                <p className="who">
                  <b>{from}</b> <time dateTime={at.toISOString()}>{clock.format(at)}</time>
                </p>
                <p className="what">{text}</p>
              </li>
            ))}
          </ol>
        </div>
        <p id="typing" aria-live="polite">
          {typing.length > 0 && `${typing.join(" and ")} ${typing.length > 1 ? "are" : "is"} typing`}
        </p>
        <Composer room={room} connection={connected ? chat.connection : null} />
      </main>
    </>
  );
}

function Composer({ room, connection }: { room: string; connection: ChatRoom }) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState("");
  const [typing, setTyping] = useState(false);
  useEffect(() => {
    setTyping(text.trim() !== "");
    const pause = setTimeout(setTyping, 3000, false);
    return () => clearTimeout(pause);
  }, [text]);
  useEffect(() => {
    connection?.typing(typing).catch(() => {});
  }, [connection, typing]);

  async function send() {
    if (!connection || text.trim() === "") {
      return;
    }
    setText("");
    setProblem("");
    try {
      await connection.sendMessage(text);
    } catch (error) {
      setText((written) => [text, written].filter(Boolean).join("\n"));
      setProblem((error as Error).message);
    }
  }

  return (
    <>
      <form
        id="composer"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <textarea
          id="text"
          rows={1}
          maxLength={500}
          aria-label="Message"
          placeholder={`Message ${room}`}
          enterKeyHint="send"
          autoFocus
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
              event.preventDefault();
              event.currentTarget.form!.requestSubmit();
            }
          }}
        />
        <button id="send" type="submit" disabled={!connection}>
          Send
        </button>
      </form>
      <p id="problem" role="alert" hidden={!problem}>
        {problem}
      </p>
    </>
  );
}

function Counter() {
  const counter = useActor({ name: "counter", key: ["visitors"] });
  const [count, setCount] = useState<number>();
  counter.useEvent("count", setCount);
  const connected = counter.connStatus === "connected";
  useEffect(() => {
    if (connected) {
      counter.connection!.count().then(setCount, () => {});
    }
  }, [counter.connection, connected]);
  return (
    <section className="counter" aria-labelledby="counter">
      <h2 id="counter">Live counter</h2>
      <output id="count" aria-live="off">
        {count?.toLocaleString() ?? "–"}
      </output>
      <button id="increment" disabled={!connected} onClick={() => counter.connection!.increment(1).catch(() => {})}>
        Add one
      </button>
    </section>
  );
}

function Avatar({ of }: { of: string }) {
  const hue = [...of].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)!) % 360, 7);
  return (
    <span className="avatar" aria-hidden style={{ "--hue": hue } as CSSProperties}>
      {[...of][0].toUpperCase()}
    </span>
  );
}

createRoot(document.body).render(<App />);
