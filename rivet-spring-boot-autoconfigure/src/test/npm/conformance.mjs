import { Conversation } from "./conversation.mjs";
import * as actions from "./cases/actions.mjs";
import * as argumentBinding from "./cases/arguments.mjs";
import * as connections from "./cases/connections.mjs";
import * as errors from "./cases/errors.mjs";
import * as handles from "./cases/handles.mjs";
import * as keys from "./cases/keys.mjs";
import * as limits from "./cases/limits.mjs";
import * as management from "./cases/management.mjs";
import * as parameters from "./cases/parameters.mjs";
import * as queues from "./cases/queues.mjs";
import * as raw from "./cases/raw.mjs";
import * as values from "./cases/values.mjs";

const CASES = [handles, keys, actions, argumentBinding, values, errors, limits, parameters, management, connections, queues, raw];

const TIMEOUT_MS = 10_000;

const TOTAL_TIMEOUT_MS = 240_000;

const [baseUrl, version, encoding, transport = "http", part = ""] = process.argv.slice(2);
if (!baseUrl || !version || !encoding) {
	console.error("Usage: node conformance.mjs BASE_URL VERSION json|cbor|bare [http|connection] [PART_OF_NAME]");
	process.exit(2);
}

// The clients log to the standard output, which is ours
process.env.RIVET_LOG_LEVEL = "silent";
const { createClient } = await import(`rivetkit-${version}/client`);

setTimeout(() => {
	console.error(`Not done within ${TOTAL_TIMEOUT_MS} ms`);
	process.exit(3);
}, TOTAL_TIMEOUT_MS);

// Without metadata the clients would wait for ever, in every case
const metadata = await fetch(`${baseUrl}/metadata`);
if (!metadata.ok) {
	console.error(`No metadata: ${metadata.status} ${await metadata.text()}`);
	process.exit(4);
}

const registered = [];
const setting = { version, encoding, transport };
for (const { register } of CASES) {
	register((name, options, run) => {
		const [conditions, body] = run ? [options, run] : [{}, options];
		const applies = Object.entries(conditions).every(([condition, allowed]) =>
			allowed.includes({ since: version, on: encoding, over: transport }[condition]),
		);
		if (applies && name.includes(part)) {
			registered.push({ name, body });
		}
	}, setting);
}

for (const { name, body } of registered) {
	const conversation = new Conversation(createClient, baseUrl, setting);
	const started = performance.now();
	let error;
	try {
		await withTimeout(body(conversation));
	} catch (failure) {
		error = describe(failure);
	}
	const line = { name, ok: error === undefined, error, ms: Math.round(performance.now() - started) };
	await new Promise((written) => process.stdout.write(`${JSON.stringify(line)}\n`, written));
	await withTimeout(conversation.end()).catch((failure) => console.error(`${name}: ${failure}`));
}
// Connections that were kept alive would hold the process
process.exit(0);

async function withTimeout(work) {
	let timer;
	const timeout = new Promise((_, reject) => {
		timer = setTimeout(() => reject(new Error(`no answer within ${TIMEOUT_MS} ms`)), TIMEOUT_MS);
	});
	try {
		await Promise.race([work, timeout]);
	} finally {
		clearTimeout(timer);
	}
}

function describe(failure) {
	const code = failure.group ? `${failure.group}/${failure.code}: ` : "";
	const cause = failure.cause ? `\nCaused by: ${failure.cause.stack ?? failure.cause}` : "";
	return `${code}${failure.stack ?? failure}${cause}`;
}
