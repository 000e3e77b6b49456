import assert from "node:assert/strict";
import { failure, same } from "../conversation.mjs";

const HTTP = { over: ["http"] };

/** Parts behind the one that makes the case's key unique. */
const PARTS = {
	"of one part": [],
	"of two parts": ["a"],
	"with a slash": ["a/b"],
	"with slashes around": ["/a/", "/"],
	"with a backslash": ["a\\b"],
	"with a backslash at the end": ["a\\", "b"],
	"with an escaped slash": ["a\\/b"],
	"with a backslash and a zero": ["\\0"],
	"with an empty part": ["", "b"],
	"with an empty part at the end": ["a", ""],
	"of empty parts": ["", "", ""],
	"with spaces and signs": [" a b ", "+&=?#%;@:", "%2F", "rvt-key=x"],
	"beyond ASCII": ["grün", "日本", "😀"],
	"with quotes": ["\"'`<>"],
	"as long as may be": ["x".repeat(128)],
	"of many parts": Array.from({ length: 40 }, (_, i) => `part${i}`),
};

const WITH_COMMAS = {
	"with a comma": ["x,y"],
	"with commas around": [",", "a,"],
	"with a backslash before a comma": ["a\\,b"],
};

export function register(test, { version }) {
	for (const [name, parts] of Object.entries(PARTS)) {
		test(`a key ${name}`, HTTP, async (conversation) => {
			const key = conversation.key(...parts);
			const actor = conversation.actor("counter", { key });
			same((await actor.whoAmI()).key, key);
			const id = await conversation.actor("counter", { key }).resolve();
			same((await actor.whoAmI()).actorId, id);
			same(await conversation.client.counter.get(key).resolve(), id);
			same((await conversation.client.counter.get(key).whoAmI()).actorId, id);
		});
	}

	for (const [name, parts] of Object.entries(WITH_COMMAS)) {
		test(`a key ${name}`, HTTP, async (conversation) => {
			const key = conversation.key(...parts);
			// The query form of 2.3.x joins with commas and escapes nothing
			const read = version === "2.1.5" ? key : key.join(",").split(",");
			same((await conversation.actor("counter", { key }).whoAmI()).key, read);
			const id = await conversation.actor("counter", { key }).resolve();
			same((await conversation.client.counter.getForId(id).whoAmI()).key, key);
		});
	}

	test("a key given as one text", HTTP, async (conversation) => {
		const [text] = conversation.key();
		same((await conversation.actor("counter", { key: text }).whoAmI()).key, [text]);
		same(await conversation.actor("counter", { key: text }).resolve(), await conversation.actor("counter").resolve());
	});

	test("the empty key", HTTP, async (conversation) => {
		const actor = conversation.actor("counter", { key: [] });
		same((await actor.whoAmI()).key, []);
		same((await actor.whoAmI()).actorId, await conversation.client.counter.getOrCreate().resolve());
	});

	test("a key of one empty part", HTTP, async (conversation) => {
		const read = version === "2.1.5" ? [""] : [];
		same((await conversation.actor("counter", { key: [""] }).whoAmI()).key, read);
		const id = await conversation.actor("counter", { key: [""] }).resolve();
		same((await conversation.client.counter.getForId(id).whoAmI()).key, [""]);
	});

	test("keys that look alike are different", HTTP, async (conversation) => {
		const alike = [["a", "b"], ["a/b"], ["a\\/b"], ["a", "", "b"], ["a//b"], ["a\\", "b"]];
		const ids = [];
		for (const parts of alike) {
			ids.push(await conversation.actor("counter", { key: conversation.key(...parts) }).resolve());
		}
		same(new Set(ids).size, alike.length);
	});

	test("a key that is too long is refused", HTTP, async (conversation) => {
		for (const parts of [["x".repeat(129)], Array.from({ length: 9 }, () => "x".repeat(120))]) {
			const error = await failure(conversation.actor("counter", { key: conversation.key(...parts) }).whoAmI());
			assert.notEqual(error.group, "rivetkit", error.message);
			assert.equal(typeof error.group, "string", error.message);
		}
	});
}
