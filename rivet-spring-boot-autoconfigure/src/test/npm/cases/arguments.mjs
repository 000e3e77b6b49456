import assert from "node:assert/strict";
import { refused, same } from "../conversation.mjs";

export function register(test, { version, encoding }) {
	const binary = encoding !== "json";

	test("several arguments", async (conversation) => {
		same(await conversation.actor("values").echoAll("a", 1, true, null, { x: [1, 2] }), ["a", 1, true, null, { x: [1, 2] }]);
	});

	test("undefined and null arguments", async (conversation) => {
		const values = conversation.actor("values");
		same(await values.echo(undefined), null);
		same(await values.echo(null), null);
		same(await values.echoAll(undefined, null, 1), [null, null, 1, null, null]);
	});

	test("missing trailing arguments", async (conversation) => {
		const values = conversation.actor("values");
		same(await values.optional("a", 1, "b"), "a 1 Optional[b]");
		same(await values.optional("a", 1), "a 1 Optional.empty");
		same(await values.optional("a"), "a null Optional.empty");
		same(await values.optional(), "null null Optional.empty");
		same(await values.optional(undefined, undefined, undefined), "null null Optional.empty");
	});

	test("a missing argument of a primitive type", async (conversation) => {
		const error = await refused(conversation.actor("counter").increment(), { group: "user", code: "invalid_arguments" });
		assert.match(error.message, /increment.*argument 0.*expected int/);
		same(error.metadata, { position: 0, expected: "int" });
	});

	test("null for a primitive type", async (conversation) => {
		const error = await refused(conversation.actor("counter").increment(null), { group: "user", code: "invalid_arguments" });
		assert.match(error.message, /increment.*argument 0.*expected int/);
	});

	test("an argument of the wrong type", async (conversation) => {
		const counter = conversation.actor("counter");
		for (const wrong of ["5", "text", true, {}, [1], 1.5, 2 ** 40, 5_000_000_000n, new Uint8Array([1])]) {
			const error = await refused(counter.increment(wrong), { group: "user", code: "invalid_arguments" });
			assert.match(error.message, /increment.*argument 0.*expected int/, String(wrong));
			same(error.metadata, { position: 0, expected: "int" });
		}
		same(await counter.value(), 0);
	});

	test("a second argument of the wrong type", async (conversation) => {
		const error = await refused(conversation.actor("values").optional("a", "b"), {
			group: "user",
			code: "invalid_arguments",
		});
		assert.match(error.message, /optional.*argument 1.*expected Integer/);
		same(error.metadata, { position: 1, expected: "Integer" });
	});

	test("an argument that is wrong inside", async (conversation) => {
		const error = await refused(conversation.actor("values").points([{ x: 1, y: 2 }, { x: "one", y: 2 }]), {
			group: "user",
			code: "invalid_arguments",
		});
		assert.match(error.message, /points.*argument 0.*expected List<Point>, got something else at 1\.x/);
	});

	test("too many arguments", async (conversation) => {
		const error = await refused(conversation.actor("counter").increment(1, 2), {
			group: "user",
			code: "invalid_arguments",
		});
		assert.match(error.message, /increment.*argument 1/);
		same(await conversation.actor("counter").increment(1, undefined), 1);
	});

	test("arguments bind to declared types", async (conversation) => {
		const values = conversation.actor("values");
		same(await values.numbers(1, 2 ** 40, 1.5, 2.5, 7n, 8), "1 1099511627776 1.5 2.5 7 8");
		same(await values.numbers(-1, -(2 ** 40), 3, 4, 2n ** 70n, 1.25), `-1 -1099511627776 3.0 4.0 ${2n ** 70n} 1.25`);
		same(await values.texts("a", "CIRCLE", "2024-02-29", "PT1M", "0190f3b2-7c11-7a52-9d52-0b6f6a1c2d3e"),
			"a CIRCLE 2024-02-29 PT1M 0190f3b2-7c11-7a52-9d52-0b6f6a1c2d3e");
		same(await values.bytes(new Uint8Array([0, 1, 255])), "0001ff");
		same(await values.bytes(new Uint8Array([0, 1, 255]).buffer), "0001ff");
		same(await values.date(new Date(1_700_000_000_123)), "2023-11-14T22:13:20.123Z");
		same(await values.date("2023-11-14T22:13:20.123Z"), "2023-11-14T22:13:20.123Z");
		same(await values.points([{ x: 1, y: 2, unknown: 3 }, { x: -1, y: 0 }]), "[Point[x=1, y=2], Point[x=-1, y=0]]");
		same(await values.byName({ a: { x: 1, y: 2 } }), "{a=Point[x=1, y=2]}");
		if (binary) {
			same(await values.byName(new Map([["a", { x: 1, y: 2 }]])), "{a=Point[x=1, y=2]}");
			same(await values.unique(new Set(["b", "a", "b"])), "[a, b]");
		}
		same(await values.unique(["b", "a", "b"]), "[a, b]");
	});

	test("integers as large as a long", async (conversation) => {
		const values = conversation.actor("values");
		same(await values.asLong(2 ** 53 - 1), "9007199254740991");
		same(await values.asLong(-(2 ** 53 - 1)), "-9007199254740991");
		same(await values.asLong(2n ** 63n - 1n), "9223372036854775807");
		same(await values.asLong(-(2n ** 63n)), "-9223372036854775808");
		same(await values.asLong(0n), "0");
		await refused(values.asLong(2n ** 63n), { group: "user", code: "invalid_arguments" });
	});

	test("context and connection are no arguments", async (conversation) => {
		same(await conversation.actor("values").amongOthers("a", "b"), "a b values true");
	});

	test("arguments that look like a tag", async (conversation) => {
		const values = conversation.actor("values");
		same(await values.echoAll("$foo", "bar"), ["$foo", "bar", null, null, null]);
		same(await values.echoAll("$BigInt", "5"), ["$BigInt", "5", null, null, null]);
		same(await values.echoAll("$$foo", 1), ["$$foo", 1, null, null, null]);
	});
}
