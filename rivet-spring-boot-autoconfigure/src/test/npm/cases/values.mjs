import { same } from "../conversation.mjs";

/**
 * The values of actions in Java: bytes are bytes, whether they came as a Uint8Array or an ArrayBuffer; a Map is an
 * object, a Set and a typed array are arrays, undefined is null. In JSON the clients themselves send a Date as text, and
 * Map and Set as an empty object.
 */
export function register(test, { encoding }) {
	const json = encoding === "json";
	const binary = (value, inJson) => (json ? inJson : value);
	const date = (millis) => binary(new Date(millis), new Date(millis).toISOString());

	const SAME = {
		null: null,
		true: true,
		false: false,
		0: 0,
		1: 1,
		"-1": -1,
		"one byte and two": [23, 24, 255, 256, -24, -25, -256, -257],
		"two bytes and four": [65_535, 65_536, -65_536, -65_537, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1],
		"2 ** 32 and around": [2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, -(2 ** 32) - 1, -(2 ** 32), 2 ** 33],
		"the largest safe integers": [2 ** 53 - 1, -(2 ** 53 - 1), 2 ** 52 + 1],
		"integers beyond the safe ones": [2 ** 53, -(2 ** 53), 2 ** 53 + 2, 2 ** 60, 2 ** 63, 2 ** 64, 1e18, 1e19],
		"fractions": [1.5, -0.1, 0.1 + 0.2, 1 / 3, 1e-7, 5e-324, 123456.789, 3.0000001],
		"large numbers": [1e21, 1e100, 1.7976931348623157e308, -1e21, 1.23e25],
		"bigint 0": 0n,
		"small bigints": [1n, 42n, -5n, 23n, 255n, 65_536n],
		"bigints around 2 ** 32": [2n ** 32n - 1n, 2n ** 32n, -(2n ** 32n)],
		"bigints around 2 ** 53": [2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n) - 1n],
		"bigints around 2 ** 64": [2n ** 63n - 1n, 2n ** 63n, -(2n ** 63n), -(2n ** 63n) - 1n, 2n ** 64n - 1n, 2n ** 64n],
		"huge bigints": [10n ** 40n, -(10n ** 40n), 2n ** 500n, -(2n ** 64n), -(2n ** 64n) - 1n],
		"a bigint as argument": 42n,
		"the empty text": "",
		"a text": "hello",
		"a text beyond ASCII": "grün ß 日本語 😀 e\u0301 \u202e",
		"a text with control characters": "\0 \b \n \r \t \u001f \u007f \u2028 \" \\ / '",
		"texts of all lengths": [23, 24, 255, 256, 4000, 16_000].map((length) => "y".repeat(length)),
		"texts of two bytes a letter": [11, 12, 127, 128, 4000].map((length) => "ü".repeat(length)),
		"a text that looks like a date": "2023-11-14T22:13:20.123Z",
		"a text that looks like base64": "AAAA",
		"an empty array": [],
		"an empty object": {},
		"an array": [1, "a", null, true, [2], { b: 3 }],
		"arrays of all lengths": [23, 24, 255, 256, 3000].map((length) => Array.from({ length }, (_, i) => i % 7)),
		"an object": { a: 1, b: "x", c: [1, 2], d: { e: null } },
		"an object of many keys": Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`key${i}`, i])),
		"an object with strange keys": { "": 1, " ": 2, "$BigInt": 3, "ü😀": 4, "a.b": 5, 7: 6, then: 7, toString: 8 },
		"equal objects": [{ a: 1, b: "x" }, { a: 2, b: "y" }, { a: 3, b: "z" }],
		"deep arrays": nested(60, (inner) => [inner]),
		"deep objects": nested(60, (inner) => ({ inner })),
		"bytes": new Uint8Array([0, 1, 127, 128, 255]),
		"no bytes": new Uint8Array(),
		"many bytes": Uint8Array.from({ length: 20_000 }, (_, i) => i % 251),
		"a tag of nobody": ["$foo", "bar"],
		"an escaped tag": ["$$foo", 1],
		"a doubly escaped tag": ["$$$foo", null],
		"only a dollar sign": ["$", "x"],
		"what looks like a bigint": ["$BigInt", "5"],
		"what looks like bytes": ["$Uint8Array", "AAAA"],
		"what looks like undefined": ["$Undefined", 0],
		"what looks like a set": ["$Set", [1, 2]],
		"tags of one and of three": [["$foo"], ["$foo", 1, 2], ["$BigInt", "1", "2"]],
		"tags inside": { a: ["$foo", ["$bar", { b: ["$$baz", 1n] }]], c: [["$x", 1], ["$y", 2]] },
		"a text with a dollar sign": "$BigInt",
		"kinds inside": { n: [1n, { u: new Uint8Array([1]) }], m: [[[2n ** 80n]]] },
	};
	for (const [name, value] of Object.entries(SAME)) {
		test(`value: ${name}`, async (conversation) => {
			same(await conversation.actor("values").echo(value), value);
		});
	}

	const CHANGED = {
		"-0": [-0, 0],
		"no number": [[Number.NaN, Infinity, -Infinity], binary([Number.NaN, Infinity, -Infinity], [null, null, null])],
		undefined: [undefined, null],
		"undefined in an array": [[undefined, 1], [null, 1]],
		"undefined in an object": [{ a: undefined, b: 1 }, binary({ a: null, b: 1 }, { b: 1 })],
		"a Date": [new Date(1_700_000_000_123), date(1_700_000_000_123)],
		"the Date 0": [new Date(0), date(0)],
		"Dates of whole seconds": [[new Date(1_700_000_000_000)], [date(1_700_000_000_000)]],
		"Dates before 1970": [[new Date(-1), new Date(-1000), new Date(-62_135_596_800_000)],
			[date(-1), date(-1000), date(-62_135_596_800_000)]],
		"Dates far away": [[new Date(2 ** 32 * 1000), new Date(253_402_300_800_000), new Date(8_639_999_999_999_000)],
			[date(2 ** 32 * 1000), date(253_402_300_800_000), date(8_639_999_999_999_000)]],
		"an ArrayBuffer": [new Uint8Array([1, 2, 255]).buffer, new Uint8Array([1, 2, 255])],
		"a Map": [new Map([["a", 1], ["b", [2]]]), binary({ a: 1, b: [2] }, {})],
		"a Map with numbers as keys": [new Map([[1, "one"], [2, "two"]]), binary({ 1: "one", 2: "two" }, {})],
		"an empty Map": [new Map(), {}],
		"a Set": [new Set([1, "a", null]), binary([1, "a", null], {})],
		"an empty Set": [new Set(), binary([], {})],
		"a Set that looks like a tag": [new Set(["$foo", 1]), binary(["$foo", 1], {})],
		"a Float64Array": [new Float64Array([1.5, -2]), binary([1.5, -2], { 0: 1.5, 1: -2 })],
		"an Int32Array": [new Int32Array([1, -2]), binary([1, -2], { 0: 1, 1: -2 })],
		"a Uint16Array": [new Uint16Array([258]), binary([258], { 0: 258 })],
		"kinds in kinds": [
			new Map([["set", new Set([new Date(0), 5n])], ["bytes", new Uint8Array([9])]]),
			binary({ set: [new Date(0), 5n], bytes: new Uint8Array([9]) }, {}),
		],
	};
	for (const [name, [value, expected]] of Object.entries(CHANGED)) {
		test(`value: ${name}`, async (conversation) => {
			same(await conversation.actor("values").echo(value), expected);
		});
	}

	const FROM_JAVA = {
		integers: { int: 42, Long: -7, short: 12, byte: -1, "2 ** 40": 2 ** 40, safe: 2 ** 53 - 1 },
		"integers beyond the safe ones": { max: 2n ** 63n - 1n, min: -(2n ** 63n), next: 2n ** 53n },
		fractions: { double: 1.5, whole: 3, float: 0.1, decimal: 1.25, NaN: json ? null : Number.NaN },
		"big integers": { small: 42n, zero: 0n, negative: -5n, huge: 2n ** 100n },
		texts: { text: "grün😀", char: "c", constant: "CIRCLE", uuid: "0190f3b2-7c11-7a52-9d52-0b6f6a1c2d3e" },
		times: {
			instant: date(1_700_000_000_123),
			legacy: date(0),
			date: "2024-02-29",
			duration: "PT1M",
		},
		bytes: { bytes: new Uint8Array([0, 1, 255]), none: new Uint8Array() },
		collections: { list: [1, 2], set: ["a"], map: { k: "v" }, array: [3, 4], empty: [], numbers: { 1: "one" } },
		records: { point: { x: 1, y: 2 }, nested: { name: "n", points: [{ x: 3, y: 4 }], at: date(0), missing: null } },
		optionals: { empty: null, present: "here" },
		"what looks like a tag": { pair: ["$foo", "bar"], escaped: ["$$foo", 1], bigint: ["$BigInt", "5"] },
	};
	for (const [name, expected] of Object.entries(FROM_JAVA)) {
		test(`value from Java: ${name}`, async (conversation) => {
			same(await conversation.actor("values").fromJava(name), expected);
		});
	}

	const FROM_JAVA_ALONE = {
		anInt: 42,
		aLong: 2n ** 63n - 1n,
		aBigInteger: 42n,
		anInstant: date(1_700_000_000_123),
		someBytes: new Uint8Array([0, 1, 255]),
		aPair: ["$foo", "bar"],
		aText: "",
		aPoint: { x: 1, y: 2 },
		nobody: null,
	};
	for (const [action, expected] of Object.entries(FROM_JAVA_ALONE)) {
		test(`value from Java alone: ${action}`, async (conversation) => {
			same(await conversation.actor("values").action({ name: action, args: [] }), expected);
		});
	}

	test("values live in the state as they were", async (conversation) => {
		const keeper = conversation.actor("keeper");
		const value = { n: 1, big: 2n ** 70n, small: 5n, bytes: new Uint8Array([1, 2]), list: [1.5, null, "ü"] };
		await keeper.put("a", value);
		same(await keeper.take("a"), value);
	});

	function nested(depth, wrap) {
		let value = 1;
		for (let i = 0; i < depth; i++) {
			value = wrap(value);
		}
		return value;
	}
}
