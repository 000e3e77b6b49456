package dev.rivet.protocol;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Messages that are trees as a whole, payloads and all.
 */
final class TreeMessageCodec implements MessageCodec {

	static final MessageCodec JSON = new TreeMessageCodec(new JsonFormat());

	static final MessageCodec CBOR = new TreeMessageCodec(new CborFormat());

	/**
	 * Towards the server, the newer generation does not lay tagged arrays over CBOR
	 * either. It only does so in BARE, and expects it in what comes back.
	 */
	private static final Peer UPSTREAM = Peer.V2_1;

	private final TreeFormat format;

	private TreeMessageCodec(TreeFormat format) {
		this.format = format;
	}

	@Override
	public ActionRequest decodeActionRequest(byte[] body, Peer peer) {
		ObjectNode object = read(body, UPSTREAM);
		return new ActionRequest(Envelope.array(object, "args"), peer);
	}

	@Override
	public byte[] encodeActionRequest(ActionRequest request) {
		ObjectNode object = Envelope.object();
		object.set("args", request.args());
		return this.format.write(object, UPSTREAM);
	}

	@Override
	public JsonNode decodeActionResponse(byte[] body, Peer peer) {
		return Envelope.optional(read(body, peer), "output");
	}

	@Override
	public byte[] encodeActionResponse(JsonNode output, Peer peer) {
		ObjectNode object = Envelope.object();
		object.set("output", output);
		return this.format.write(object, peer);
	}

	@Override
	public QueueRequest decodeQueueRequest(byte[] body, Peer peer) {
		ObjectNode object = read(body, UPSTREAM);
		return new QueueRequest(Envelope.required(object, "body"),
				Envelope.has(object, "name") ? Envelope.text(object, "name") : null,
				Envelope.has(object, "wait") && Envelope.bool(object, "wait"),
				Envelope.has(object, "timeout") ? Envelope.integer(object, "timeout") : null, peer);
	}

	@Override
	public byte[] encodeQueueRequest(QueueRequest request) {
		ObjectNode object = Envelope.object();
		object.set("body", request.body());
		if (request.name() != null) {
			object.put("name", request.name());
		}
		object.put("wait", request.waits());
		if (request.timeout() != null) {
			object.put("timeout", request.timeout());
		}
		return this.format.write(object, UPSTREAM);
	}

	@Override
	public QueueResponse decodeQueueResponse(byte[] body, Peer peer) {
		ObjectNode object = read(body, peer);
		return new QueueResponse(QueueResponse.Status.of(Envelope.text(object, "status")), object.get("response"));
	}

	@Override
	public byte[] encodeQueueResponse(QueueResponse response, Peer peer) {
		ObjectNode object = Envelope.object();
		object.put("status", response.status().wireName());
		if (response.response() != null) {
			object.set("response", response.response());
		}
		return this.format.write(object, peer);
	}

	@Override
	public WireError decodeError(byte[] body, Peer peer) {
		return Envelope.error(read(body, peer));
	}

	@Override
	public ToServer decodeToServer(byte[] frame, Peer peer) {
		ObjectNode body = Envelope.object(read(frame, UPSTREAM), "body");
		ObjectNode val = Envelope.object(body, "val");
		return switch (Envelope.text(body, "tag")) {
			case "ActionRequest" -> new ToServer.ActionRequest(Envelope.integer(val, "id"), Envelope.text(val, "name"),
					Envelope.array(val, "args"), peer);
			case "SubscriptionRequest" -> new ToServer.SubscriptionRequest(Envelope.text(val, "eventName"),
					Envelope.bool(val, "subscribe"), peer);
			default -> throw unknownTag();
		};
	}

	@Override
	public byte[] encodeToServer(ToServer message) {
		ObjectNode val = Envelope.object();
		if (message instanceof ToServer.ActionRequest request) {
			val.set("id", Envelope.id(request.id()));
			val.put("name", request.name());
			val.set("args", request.args());
		}
		else if (message instanceof ToServer.SubscriptionRequest request) {
			val.put("eventName", request.eventName());
			val.put("subscribe", request.subscribe());
		}
		return write(message.getClass().getSimpleName(), val, UPSTREAM);
	}

	@Override
	public ToClient decodeToClient(byte[] frame, Peer peer) {
		ObjectNode body = Envelope.object(read(frame, peer), "body");
		ObjectNode val = Envelope.object(body, "val");
		return switch (Envelope.text(body, "tag")) {
			case "Init" -> new ToClient.Init(Envelope.text(val, "actorId"), Envelope.text(val, "connectionId"));
			case "Error" -> new ToClient.Error(Envelope.error(val),
					Envelope.has(val, "actionId") ? Envelope.integer(val, "actionId") : null);
			case "ActionResponse" ->
				new ToClient.ActionResponse(Envelope.integer(val, "id"), Envelope.optional(val, "output"));
			case "Event" -> new ToClient.Event(Envelope.text(val, "name"), Envelope.array(val, "args"));
			default -> throw unknownTag();
		};
	}

	@Override
	public byte[] encodeToClient(ToClient message, Peer peer) {
		ObjectNode val = Envelope.object();
		if (message instanceof ToClient.Init init) {
			val.put("actorId", init.actorId());
			val.put("connectionId", init.connectionId());
		}
		else if (message instanceof ToClient.Error error) {
			val = Envelope.error(error.error());
			// The clients reject an error without it, but take null
			val.set("actionId", Envelope.id(error.actionId()));
		}
		else if (message instanceof ToClient.ActionResponse response) {
			val.set("id", Envelope.id(response.id()));
			val.set("output", response.output());
		}
		else if (message instanceof ToClient.Event event) {
			val.put("name", event.name());
			val.set("args", event.args());
		}
		return write(message.getClass().getSimpleName(), val, peer);
	}

	private ObjectNode read(byte[] bytes, Peer peer) {
		return Envelope.object(this.format.read(bytes, peer));
	}

	/**
	 * Write a message, whose tag on the wire is the name of its class.
	 */
	private byte[] write(String tag, ObjectNode val, Peer peer) {
		ObjectNode message = Envelope.object();
		ObjectNode body = message.putObject("body");
		body.put("tag", tag);
		body.set("val", val);
		return this.format.write(message, peer);
	}

	private static ProtocolException unknownTag() {
		return ProtocolException.malformed("unknown message");
	}

}
