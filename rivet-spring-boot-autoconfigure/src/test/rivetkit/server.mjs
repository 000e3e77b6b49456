// The actors that RivetKitClientTests calls: node server.mjs PORT
import { actor, createMemoryDriver, setup, UserError } from "rivetkit";

const counter = actor({
	createState: (c, input) => ({ count: input?.start ?? 0 }),
	actions: {
		increment: (c, amount) => (c.state.count += amount),
		value: (c) => c.state.count,
		reset: (c) => {
			c.state.count = 0;
		},
		end: (c) => c.destroy(),
	},
});

const room = actor({
	state: {},
	onBeforeConnect: (c, params) => {
		if (params?.wish === "refuse") {
			throw new UserError("Not today", { code: "rejected_conn", metadata: { until: "tomorrow" } });
		}
	},
	createConnState: (c, params) => ({ name: params?.name ?? "nobody" }),
	actions: {
		name: (c) => c.conn.state.name,
		id: (c) => c.conn.id,
		say: (c, ...args) => c.broadcast("said", ...args),
		whisper: (c, text) => c.conn.send("whispered", text),
		leave: (c, reason) => c.conn.disconnect(reason),
	},
});

const values = actor({
	state: {},
	actions: {
		echo: (c, value) => value,
		length: (c, text) => text.length,
		text: (c, length) => "x".repeat(length),
		refuse: (c, code, message, metadata) => {
			throw new UserError(message, { code, metadata });
		},
		crash: () => {
			throw new Error("This stays in the log");
		},
	},
});

setup({
	use: { counter, room, values },
	driver: createMemoryDriver(),
	managerHost: "127.0.0.1",
	managerPort: Number(process.argv[2]),
	serveManager: true,
	inspector: { enabled: false },
	noWelcome: true,
	logging: { level: "error" },
}).start();

// Whoever started this has gone
process.stdin.resume().on("end", () => process.exit());
