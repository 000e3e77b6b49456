import assert from "node:assert/strict";
import { same, until } from "../conversation.mjs";

const HTTP = { over: ["http"] };

export function register(test, { version }) {
	test("metadata name the actors and keep the endpoint", HTTP, async (conversation) => {
		const response = await conversation.fetch("/metadata?namespace=default");
		assert.equal(response.status, 200);
		const metadata = await response.json();
		same(metadata.runtime, "rivetkit");
		same(metadata.clientEndpoint, undefined);
		assert.equal(typeof metadata.version, "string");
		same(metadata.actorNames.counter, { metadata: {} });
		same(metadata.actorNames.values, { metadata: { name: "Values", icon: "🧮" } });
	});

	test("health", HTTP, async (conversation) => {
		const response = await conversation.fetch("/health");
		const health = await response.json();
		same([response.status, health.status, health.runtime], [200, "ok", "rivetkit"]);
	});

	test("a client that looks up no metadata", HTTP, async (conversation) => {
		const client = conversation.newClient({ disableMetadataLookup: true });
		same(await conversation.actor("counter", { client }).increment(1), 1);
	});

	test("an endpoint with a slash at its end", HTTP, async (conversation) => {
		const client = conversation.newClient({ endpoint: `${conversation.baseUrl}/` });
		const counter = conversation.actor("counter", { client });
		same(await counter.increment(1), 1);
		same(await client.counter.getForId(await counter.resolve()).value(), 1);
	});

	test("actors are listed by id, by key and by name", HTTP, async (conversation) => {
		const before = Date.now() - 60_000;
		const id = await conversation.actor("counter").resolve();
		const [part] = conversation.key();
		for (const query of [`actor_ids=${id}`, `name=counter&key=${part}`]) {
			const { actors } = await get(conversation, `/actors?namespace=default&${query}`);
			same(actors.length, 1, query);
			same([actors[0].actor_id, actors[0].name, actors[0].key], [id, "counter", part], query);
			assert(actors[0].create_ts > before && actors[0].create_ts < Date.now() + 60_000, `${actors[0].create_ts}`);
		}
		same(await get(conversation, "/actors?namespace=default&actor_ids=nonexistent"), { actors: [] });
		same(await get(conversation, "/actors?namespace=default&name=counter&key=nonexistent"), { actors: [] });
		const { names } = await get(conversation, "/actors/names?namespace=default");
		assert(names.counter, JSON.stringify(names));
	});

	test("an actor is deleted by id", HTTP, async (conversation) => {
		const counter = conversation.actor("counter");
		await counter.increment(3);
		const id = await counter.resolve();
		const response = await conversation.fetch(`/actors/${id}?namespace=default`, { method: "DELETE" });
		same([response.status, await response.json()], [200, {}]);
		same(await conversation.actor("counter").value(), 0);
	});

	test("an actor sleeps and wakes with its state", HTTP, async (conversation) => {
		const counter = conversation.actor("counter");
		await counter.increment(3);
		const id = await counter.resolve();
		const response = await conversation.fetch(`/actors/${id}/sleep?namespace=default`, { method: "POST" });
		assert.equal(response.status, 200);
		await until(async () => {
			const { actors } = await get(conversation, `/actors?namespace=default&actor_ids=${id}`);
			return typeof actors[0].sleep_ts === "number";
		});
		same(await conversation.actor("counter").increment(1), 4);
		same(await conversation.actor("counter").resolve(), id);
	});

	test("what an actor itself says of its health", HTTP, async (conversation) => {
		const id = await conversation.actor("counter").resolve();
		const health = await conversation.fetch(`/gateway/${id}/health`);
		same([health.status, await health.text()], [200, "ok"]);
		const metadata = await conversation.fetch(`/gateway/${id}/metadata`);
		same((await metadata.json()).runtime, "rivetkit");
	});

	test("a raw request to an actor that takes none", HTTP, async (conversation) => {
		const response = await conversation.actor("counter").fetch("some/path?x=1");
		same(response.status, 404);
		const error = await response.json();
		same([error.group, error.code], ["handler", "request_not_defined"]);
	});

	test("a page of an allowed origin", HTTP, async (conversation) => {
		const origin = "https://app.example.org";
		const id = await conversation.actor("counter").resolve();
		for (const [path, method] of [["/actors", "PUT"], ["/metadata", "GET"], [`/gateway/${id}/action/value`, "POST"]]) {
			const preflight = await conversation.fetch(path, {
				method: "OPTIONS",
				headers: {
					Origin: origin,
					"Access-Control-Request-Method": method,
					"Access-Control-Request-Headers": "content-type,x-rivet-encoding,x-rivet-conn-params,x-rivet-token",
				},
			});
			assert(preflight.ok, `${method} ${path}: ${preflight.status}`);
			same(preflight.headers.get("access-control-allow-origin"), origin);
			same(preflight.headers.get("access-control-allow-credentials"), "true");
			const allowed = preflight.headers.get("access-control-allow-headers").toLowerCase();
			assert(allowed === "*" || allowed.includes("x-rivet-conn-params"), allowed);
		}
		const actual = await conversation.fetch(`/gateway/${id}/action/value`, {
			method: "POST",
			headers: { Origin: origin, "x-rivet-encoding": "json", "User-Agent": `RivetKit/${version}` },
			body: '{"args":[]}',
		});
		same(actual.status, 200);
		same(actual.headers.get("access-control-allow-origin"), origin);
		const other = await conversation.fetch("/metadata", { headers: { Origin: "https://evil.example.org" } });
		same(other.headers.get("access-control-allow-origin"), null);
	});

	async function get(conversation, path) {
		const response = await conversation.fetch(path);
		assert.equal(response.status, 200, path);
		return await response.json();
	}
}
