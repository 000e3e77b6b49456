import { refused, same } from "../conversation.mjs";

const INCOMING = 65_536;
const OUTGOING = 1_048_576;

/** What an encoding puts around one long text as the only argument of a request. */
const AROUND_ARGUMENT = { json: '{"args":[""]}'.length, cbor: 3 + 5 + 1 + 3, bare: 2 + 3 + 1 + 3 };

/** What our server puts around one long text as the output. */
const AROUND_OUTPUT = { json: '{"output":""}'.length, cbor: 1 + 7 + 5, bare: 2 + 3 + 5 };

const HTTP = { over: ["http"] };

export function register(test, { encoding }) {
	// Texts of more than 65535 bytes have a longer head in CBOR, but none of these is
	const argument = (size) => "x".repeat(size - AROUND_ARGUMENT[encoding]);
	const output = (size) => size - AROUND_OUTPUT[encoding];

	test("a request of the largest size", HTTP, async (conversation) => {
		same(await conversation.actor("values").length(argument(INCOMING)), argument(INCOMING).length);
	});

	test("a request that is one byte too large", HTTP, async (conversation) => {
		await refused(conversation.actor("values").length(argument(INCOMING + 1)), {
			group: "message",
			code: "incoming_too_long",
			message: /^Incoming message too long\./,
		});
	});

	test("a request that is much too large", HTTP, async (conversation) => {
		const values = conversation.actor("values");
		for (const size of [100_000, 5_000_000]) {
			await refused(values.length("x".repeat(size)), { group: "message", code: "incoming_too_long" });
		}
		same(await values.length("still there"), 11);
	});

	test("the size counts bytes, not characters", HTTP, async (conversation) => {
		await refused(conversation.actor("values").length("ü".repeat(INCOMING / 2)), {
			group: "message",
			code: "incoming_too_long",
		});
	});

	test("a result of the largest size", HTTP, async (conversation) => {
		same((await conversation.actor("values").text(output(OUTGOING))).length, output(OUTGOING));
	});

	test("a result that is one byte too large", HTTP, async (conversation) => {
		await refused(conversation.actor("values").text(output(OUTGOING + 1)), {
			group: "message",
			code: "outgoing_too_long",
			message: /^Outgoing message too long\./,
		});
	});

	test("results around the size of a buffer", HTTP, async (conversation) => {
		for (const size of [8_192, 16_000, 16_384, 17_000, 70_000, 300_000]) {
			same((await conversation.actor("values").text(size)).length, size);
		}
	});
}
