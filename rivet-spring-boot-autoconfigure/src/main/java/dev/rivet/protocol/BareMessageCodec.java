package dev.rivet.protocol;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * BARE messages, behind a version in two bytes, with CBOR payloads.
 */
final class BareMessageCodec implements MessageCodec {

	static final MessageCodec INSTANCE = new BareMessageCodec();

	/**
	 * What a server writes to every client: both generations read it.
	 */
	private static final int SERVER_VERSION = 3;

	private BareMessageCodec() {
	}

	@Override
	public ActionRequest decodeActionRequest(byte[] body, Peer peer) {
		BareReader reader = new BareReader(body, peer);
		return reader.end(new ActionRequest(reader.readArgs(), reader.peer()));
	}

	@Override
	public byte[] encodeActionRequest(ActionRequest request) {
		return toServer(request.peer()).payload(request.args()).toByteArray();
	}

	@Override
	public JsonNode decodeActionResponse(byte[] body, Peer peer) {
		BareReader reader = new BareReader(body, peer);
		return reader.end(reader.readPayload());
	}

	@Override
	public byte[] encodeActionResponse(JsonNode output, Peer peer) {
		return toClient(peer).payload(output).toByteArray();
	}

	@Override
	public QueueRequest decodeQueueRequest(byte[] body, Peer peer) {
		BareReader reader = new BareReader(body, peer);
		JsonNode message = reader.readPayload();
		String name = reader.readBool() ? reader.readText() : null;
		boolean wait = reader.readBool() && reader.readBool();
		Long timeout = reader.readBool() ? reader.readU64() : null;
		return reader.end(new QueueRequest(message, name, wait, timeout, reader.peer()));
	}

	@Override
	public byte[] encodeQueueRequest(QueueRequest request) {
		BareWriter writer = toServer(request.peer()).payload(request.body());
		writer.bool(request.name() != null);
		if (request.name() != null) {
			writer.text(request.name());
		}
		writer.bool(true).bool(request.waits());
		writer.bool(request.timeout() != null);
		if (request.timeout() != null) {
			writer.u64(request.timeout());
		}
		return writer.toByteArray();
	}

	@Override
	public QueueResponse decodeQueueResponse(byte[] body, Peer peer) {
		BareReader reader = new BareReader(body, peer);
		QueueResponse.Status status = QueueResponse.Status.of(reader.readText());
		return reader.end(new QueueResponse(status, readOptionalPayload(reader)));
	}

	@Override
	public byte[] encodeQueueResponse(QueueResponse response, Peer peer) {
		BareWriter writer = toClient(peer).text(response.status().wireName());
		return writeOptionalPayload(writer, response.response()).toByteArray();
	}

	@Override
	public WireError decodeError(byte[] body, Peer peer) {
		BareReader reader = new BareReader(body, peer);
		WireError error = readError(reader);
		skipActor(reader);
		return reader.end(error);
	}

	@Override
	public ToServer decodeToServer(byte[] frame, Peer peer) {
		BareReader reader = new BareReader(frame, peer);
		return reader.end(switch (reader.readTag()) {
			case 0 -> new ToServer.ActionRequest(reader.readId(), reader.readText(), reader.readArgs(), reader.peer());
			case 1 -> new ToServer.SubscriptionRequest(reader.readText(), reader.readBool(), reader.peer());
			default -> throw unknownTag();
		});
	}

	@Override
	public byte[] encodeToServer(ToServer message) {
		BareWriter writer = toServer(message.peer());
		if (message instanceof ToServer.ActionRequest request) {
			writer.tag(0).id(request.id()).text(request.name()).payload(request.args());
		}
		else if (message instanceof ToServer.SubscriptionRequest request) {
			writer.tag(1).text(request.eventName()).bool(request.subscribe());
		}
		return writer.toByteArray();
	}

	@Override
	public ToClient decodeToClient(byte[] frame, Peer peer) {
		BareReader reader = new BareReader(frame, peer);
		return reader.end(switch (reader.readTag()) {
			case 0 -> readInit(reader);
			case 1 -> {
				WireError error = readError(reader);
				Long actionId = reader.readBool() ? reader.readId() : null;
				skipActor(reader);
				yield new ToClient.Error(error, actionId);
			}
			case 2 -> new ToClient.ActionResponse(reader.readId(), reader.readPayload());
			case 3 -> new ToClient.Event(reader.readText(), reader.readArgs());
			default -> throw unknownTag();
		});
	}

	@Override
	public byte[] encodeToClient(ToClient message, Peer peer) {
		BareWriter writer = toClient(peer);
		if (message instanceof ToClient.Init init) {
			writer.tag(0).text(init.actorId()).text(init.connectionId());
		}
		else if (message instanceof ToClient.Error error) {
			writer.tag(1).text(error.error().group()).text(error.error().code()).text(error.error().message());
			writeOptionalPayload(writer, error.error().metadata());
			writer.bool(error.actionId() != null);
			if (error.actionId() != null) {
				writer.id(error.actionId());
			}
		}
		else if (message instanceof ToClient.ActionResponse response) {
			writer.tag(2).id(response.id()).payload(response.output());
		}
		else if (message instanceof ToClient.Event event) {
			writer.tag(3).text(event.name()).payload(event.args());
		}
		return writer.toByteArray();
	}

	private static BareWriter toServer(Peer peer) {
		// The version is what tells the server about the tagged arrays in the payloads
		return new BareWriter((peer == Peer.V2_3) ? 4 : 3, peer);
	}

	private static BareWriter toClient(Peer peer) {
		return new BareWriter(SERVER_VERSION, peer);
	}

	private static ToClient.Init readInit(BareReader reader) {
		ToClient.Init init = new ToClient.Init(reader.readText(), reader.readText());
		if (reader.version() == 1) {
			// A token that later versions do without
			reader.readText();
		}
		return init;
	}

	private static WireError readError(BareReader reader) {
		return new WireError(reader.readText(), reader.readText(), reader.readText(), readOptionalPayload(reader));
	}

	/**
	 * Skip which actor an error comes from: its id, its generation and maybe its key.
	 */
	private static void skipActor(BareReader reader) {
		if (reader.version() == 4 && reader.readBool()) {
			reader.readText();
			reader.readId();
			if (reader.readBool()) {
				reader.readText();
			}
		}
	}

	private static @Nullable JsonNode readOptionalPayload(BareReader reader) {
		return reader.readBool() ? reader.readPayload() : null;
	}

	private static BareWriter writeOptionalPayload(BareWriter writer, @Nullable JsonNode payload) {
		writer.bool(payload != null);
		return (payload != null) ? writer.payload(payload) : writer;
	}

	private static ProtocolException unknownTag() {
		return ProtocolException.malformed("unknown message");
	}

}
