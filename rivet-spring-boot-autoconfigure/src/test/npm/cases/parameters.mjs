import assert from "node:assert/strict";
import { failure, same } from "../conversation.mjs";

const HTTP = { over: ["http"] };

export function register(test, { version }) {
	test("no connection parameters", async (conversation) => {
		same(await conversation.actor("observer").parameters(), null);
	});

	test("connection parameters reach the action", async (conversation) => {
		const params = { user: "ada", roles: ["admin", "dev"], n: 1.5, deep: { yes: true, no: null } };
		same(await conversation.actor("observer", { params }).parameters(), params);
	});

	test("connection parameters of a created and an identified actor", HTTP, async (conversation) => {
		const params = { user: "ada" };
		const created = await conversation.client.observer.create(conversation.key(), { params });
		same(await created.parameters(), params);
		const id = await created.resolve();
		same(await conversation.client.observer.getForId(id, { params }).parameters(), params);
		same(await conversation.client.observer.get(conversation.key(), { params }).parameters(), params);
	});

	test("connection parameters bind to a type", async (conversation) => {
		same(await conversation.actor("observer", { params: { user: "ada", age: 36 } }).member(), "Member[user=ada, age=36]");
	});

	test("connection parameters of the wrong type", async (conversation) => {
		const error = await failure(conversation.actor("observer", { params: { user: "ada", age: "old" } }).member());
		assert.equal(error.group, "user", error.message);
	});

	// Clients put into a socket's handshake only what is true
	test("connection parameters that are no object", HTTP, async (conversation) => {
		for (const params of ["text", 5, 0, false, "", ["a"], null]) {
			same(await conversation.actor("observer", { params }).parameters(), params, JSON.stringify(params));
		}
	});

	test("connection parameters beyond ASCII", async (conversation) => {
		// More than Latin-1 the clients cannot put in a header
		const params = { user: "zoë", city: "Århus ÿ", percent: "100%41" };
		same(await conversation.actor("observer", { params }).parameters(), params);
	});

	test("connection parameters up to 4 KiB", async (conversation) => {
		const around = JSON.stringify({ a: "" }).length;
		const largest = { a: "x".repeat(4096 - around) };
		same(await conversation.actor("observer", { params: largest }).parameters(), largest);
		const error = await failure(conversation.actor("observer", { params: { a: `${largest.a}x` } }).parameters());
		same([error.group, error.code], ["params", "invalid"], error.message);
	});

	test("each call has a connection with an id of its own", HTTP, async (conversation) => {
		const observer = conversation.actor("observer");
		const [first, second] = [await observer.connectionId(), await observer.connectionId()];
		assert.match(first, /^[0-9a-f]{8}-[0-9a-f]{4}-/);
		assert.notEqual(first, second);
	});

	test("custom headers arrive", HTTP, async (conversation) => {
		const [tenant] = conversation.key();
		const client = conversation.newClient({ headers: { "x-tenant": tenant, "X-Other": "a, b" } });
		const observer = conversation.actor("observer", { client });
		await observer.parameters();
		assert(await observer.sawHeader("x-tenant", tenant));
	});

	test("a token in the endpoint", HTTP, async (conversation) => {
		const [token] = conversation.key();
		const endpoint = conversation.baseUrl.replace("://", `://default:${token}@`);
		await useToken(conversation, conversation.newClient({ endpoint }), token);
	});

	test("a token as an option", HTTP, async (conversation) => {
		const [token] = conversation.key();
		await useToken(conversation, conversation.newClient({ token }), token);
	});

	test("a token of special characters", HTTP, async (conversation) => {
		const token = `${conversation.key()[0]}a/b@c%d+e=`;
		await useToken(conversation, conversation.newClient({ token }), token);
	});

	async function useToken(conversation, client, token) {
		const observer = conversation.actor("observer", { client });
		same(await observer.parameters(), null);
		const id = await observer.resolve();
		same(await client.observer.getForId(id).parameters(), null);
		same(await client.observer.get(conversation.key()).parameters(), null);
		assert(await observer.sawHeader("x-rivet-token", token));
		assert(await observer.sawHeader("authorization", `Bearer ${token}`));
	}

	test("another namespace and pool are accepted", HTTP, async (conversation) => {
		const options = version === "2.1.5" ? { runnerName: "workers" } : { poolName: "workers" };
		const client = conversation.newClient({ namespace: "other", ...options });
		same(await conversation.actor("observer", { client }).parameters(), null);
		assert.equal(typeof (await conversation.actor("observer", { client }).resolve()), "string");
	});

	test("a region is accepted", HTTP, async (conversation) => {
		const observer = conversation.actor("observer", { createInRegion: "fra" });
		same(await observer.parameters(), null);
		const created = await conversation.client.observer.create(conversation.key("other"), { region: "fra" });
		same(await created.parameters(), null);
	});
}
