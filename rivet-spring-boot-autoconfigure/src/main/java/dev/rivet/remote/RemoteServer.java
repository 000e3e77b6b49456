package dev.rivet.remote;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

import dev.rivet.client.RivetClient;
import dev.rivet.protocol.Encoding;
import dev.rivet.protocol.WireMapper;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectMapper;

import org.springframework.util.Assert;
import org.springframework.util.unit.DataSize;

/**
 * Another server whose actors are to be called: an application like this one, or one with
 * RivetKit. Its clients speak HTTP and, for connections, WebSocket. <pre class="code">
 * RivetClient client = RemoteServer.at("https://example.org/api/rivet").token(token).client();
 * </pre> In an actor's turn their calls leave when what the turn changed is durable, and
 * those that wait give the turn up, as calls of the application's own actors do.
 */
public final class RemoteServer {

	private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

	private static final Duration CALL_TIMEOUT = Duration.ofMinutes(5);

	private static final Duration PING_INTERVAL = Duration.ofSeconds(30);

	private final URI baseUrl;

	private final Map<String, String> headers = new LinkedHashMap<>();

	private Encoding encoding = Encoding.BARE;

	private String namespace = "default";

	private @Nullable String token;

	private DataSize maxMessageSize = DataSize.ofMegabytes(16);

	private Duration callTimeout = CALL_TIMEOUT;

	private @Nullable ObjectMapper mapper;

	private @Nullable HttpClient http;

	private RemoteServer(URI baseUrl) {
		this.baseUrl = baseUrl;
	}

	/**
	 * Returns the server at an address.
	 * @param baseUrl where its actors are found, such as
	 * {@code http://localhost:8080/api/rivet}, or
	 * {@code https://namespace:token@example.org} as RivetKit's clients take it
	 * @return the server
	 * @throws IllegalArgumentException if that is no HTTP address, or has a query or a
	 * fragment
	 */
	public static RemoteServer at(String baseUrl) {
		URI uri = URI.create(baseUrl.replaceAll("/+$", ""));
		Assert.isTrue(
				("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) && uri.getHost() != null
						&& uri.getQuery() == null && uri.getFragment() == null,
				"The address of a server must have http or https and a host, and no query or fragment");
		if (uri.getUserInfo() == null) {
			return new RemoteServer(uri);
		}
		RemoteServer server = new RemoteServer(
				URI.create(uri.toString().replaceFirst("//" + Pattern.quote(uri.getRawUserInfo() + "@"), "//")));
		String[] credentials = uri.getUserInfo().split(":", 2);
		server.namespace = credentials[0].isEmpty() ? server.namespace : credentials[0];
		server.token = (credentials.length > 1) ? credentials[1] : null;
		return server;
	}

	/**
	 * Sets the token that the server asks for.
	 * @param token the token
	 * @return this
	 */
	public RemoteServer token(String token) {
		this.token = token;
		return this;
	}

	/**
	 * Sets the namespace that the actors are in; otherwise it is {@code default}.
	 * @param namespace the namespace
	 * @return this
	 */
	public RemoteServer namespace(String namespace) {
		this.namespace = namespace;
		return this;
	}

	/**
	 * Sets how messages are written; otherwise it is {@link Encoding#BARE}, the most
	 * compact.
	 * @param encoding the encoding
	 * @return this
	 */
	public RemoteServer encoding(Encoding encoding) {
		this.encoding = encoding;
		return this;
	}

	/**
	 * Sets a header of all requests, such as {@code Authorization}.
	 * @param name the header's name
	 * @param value the header's value
	 * @return this
	 */
	public RemoteServer header(String name, String value) {
		this.headers.put(name, value);
		return this;
	}

	/**
	 * Sets the mapper for arguments, results and events; otherwise it is that of
	 * {@link WireMapper}.
	 * @param mapper the mapper
	 * @return this
	 */
	public RemoteServer mapper(ObjectMapper mapper) {
		this.mapper = mapper;
		return this;
	}

	/**
	 * Sets how long a call of an action, or the sending of a message, may take before it
	 * fails with {@code client/request_failed}, though it may have had an effect;
	 * otherwise 5 minutes. A sender that waits until a message is completed waits this
	 * much longer than it wants to. Calls over connections have no limit: there the
	 * server is pinged.
	 * @param timeout the timeout
	 * @return this
	 */
	public RemoteServer callTimeout(Duration timeout) {
		this.callTimeout = timeout;
		return this;
	}

	/**
	 * Sets how large an answer, or a message over a connection, may be.
	 * @param size the size, less than 2 GiB; 16 MiB by default
	 * @return this
	 */
	public RemoteServer maxMessageSize(DataSize size) {
		this.maxMessageSize = size;
		return this;
	}

	/**
	 * Sets what makes the requests, for a proxy, certificates or an authenticator. It
	 * should be limited to HTTP/1.1 unless the server is reached by TLS.
	 * @param http the HTTP client
	 * @return this
	 */
	public RemoteServer httpClient(HttpClient http) {
		this.http = http;
		return this;
	}

	/**
	 * Returns a client of the server, which is the caller's to close. Closing it closes
	 * its connections.
	 * @return a new client
	 */
	public RivetClient client() {
		ObjectMapper values = (this.mapper != null) ? this.mapper : new WireMapper().getMapper();
		HttpClient client = (this.http != null) ? this.http
				: HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_TIMEOUT).build();
		Requests requests = new Requests(client, this.baseUrl, this.token, Map.copyOf(this.headers), values,
				Math.toIntExact(this.maxMessageSize.toBytes()));
		ActorLookup lookup = new ActorLookup(requests, this.namespace);
		return RivetClient.over(new RemoteTransport(requests, lookup, this.encoding, PING_INTERVAL, this.callTimeout),
				values);
	}

}
