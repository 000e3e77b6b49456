import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";

/** What one case says to the server, through one client. */
export class Conversation {
	#createClient;
	#clients = [];
	#id = randomUUID().slice(0, 8);

	constructor(createClient, baseUrl, { version, encoding, transport }) {
		this.#createClient = createClient;
		this.baseUrl = baseUrl;
		this.version = version;
		this.encoding = encoding;
		this.transport = transport;
		this.client = this.newClient();
	}

	newClient(options = {}) {
		const client = this.#createClient({ endpoint: this.baseUrl, encoding: this.encoding, ...options });
		this.#clients.push(client);
		return client;
	}

	/** A key that no other case uses. */
	key(...parts) {
		return [this.#id, ...parts];
	}

	/** Something to call actions on, made when first called. */
	actor(name, { key = this.key(), client = this.client, ...options } = {}) {
		const handle = client[name].getOrCreate(key, options);
		return this.transport === "http" ? handle : handle.connect();
	}

	/** A request that no client sends by itself. */
	async fetch(path, init) {
		return await fetch(this.baseUrl + path, init);
	}

	async end() {
		await Promise.all(this.#clients.map((client) => client.dispose()));
	}
}

/** Like deepStrictEqual, only that a Buffer is as good as a Uint8Array. */
export function same(actual, expected, message) {
	assert.deepStrictEqual(plain(actual), plain(expected), message);
}

function plain(value) {
	if (value instanceof Uint8Array) {
		return new Uint8Array(value);
	}
	if (Array.isArray(value)) {
		return value.map(plain);
	}
	if (value !== null && typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype) {
		return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
	}
	return value;
}

/** Expects a call to be refused in a way that the client's code can tell. */
export async function refused(call, { group, code, message, metadata }) {
	const error = await failure(call);
	same({ group: error.group, code: error.code }, { group, code }, `${error.group}/${error.code}: ${error.message}`);
	if (message instanceof RegExp) {
		assert.match(error.message, message);
	} else if (message !== undefined) {
		assert.equal(error.message, message);
	}
	if (metadata !== undefined) {
		same(error.metadata, metadata);
	}
	return error;
}

/** Asks until the answer is yes. */
export async function until(question) {
	const deadline = performance.now() + 10_000;
	while (!(await question())) {
		assert(performance.now() < deadline, "It never became true");
		// Messages arrive only where the program waits for something other than itself
		await new Promise((resolve) => setTimeout(resolve, 1));
	}
}

export async function failure(call) {
	let result;
	try {
		result = await call;
	} catch (error) {
		return error;
	}
	throw new assert.AssertionError({ message: "The call succeeded", actual: result, operator: "refused" });
}
