package dev.rivet.protocol;

import tools.jackson.databind.JsonNode;

/**
 * Reads and writes the messages of one encoding.
 * <p>
 * Payloads are trees in which bytes are a {@code BinaryNode}, a date is a
 * {@code POJONode} with an {@link java.time.Instant}, a {@code BigIntegerNode} is a
 * JavaScript BigInt, {@code null} and {@code undefined} are a {@code NullNode}, and sets
 * and typed arrays are an {@code ArrayNode}. {@link WireMapper} binds such trees to Java
 * values.
 * <p>
 * Whatever the bytes, the decoding methods throw nothing but {@link ProtocolException}
 * with {@code message/malformed}, and do not keep the array they were given. The
 * generation passed to them is overruled by the version in a BARE message.
 *
 * @since 0.1.0
 */
public sealed interface MessageCodec permits BareMessageCodec, TreeMessageCodec {

	/**
	 * Return the codec of an encoding.
	 * @param encoding the encoding
	 * @return the codec, which is safe for use by many threads
	 */
	static MessageCodec forEncoding(Encoding encoding) {
		return switch (encoding) {
			case JSON -> TreeMessageCodec.JSON;
			case CBOR -> TreeMessageCodec.CBOR;
			case BARE -> BareMessageCodec.INSTANCE;
		};
	}

	ActionRequest decodeActionRequest(byte[] body, Peer peer);

	byte[] encodeActionRequest(ActionRequest request);

	JsonNode decodeActionResponse(byte[] body, Peer peer);

	byte[] encodeActionResponse(JsonNode output, Peer peer);

	QueueRequest decodeQueueRequest(byte[] body, Peer peer);

	byte[] encodeQueueRequest(QueueRequest request);

	QueueResponse decodeQueueResponse(byte[] body, Peer peer);

	byte[] encodeQueueResponse(QueueResponse response, Peer peer);

	/**
	 * Read the body of an HTTP error in this encoding. Our own server never sends one,
	 * see {@link WireError#toJson()}; others do.
	 * @param body the body
	 * @param peer the generation of the server
	 * @return the error
	 */
	WireError decodeError(byte[] body, Peer peer);

	ToServer decodeToServer(byte[] frame, Peer peer);

	byte[] encodeToServer(ToServer message);

	ToClient decodeToClient(byte[] frame, Peer peer);

	byte[] encodeToClient(ToClient message, Peer peer);

}
