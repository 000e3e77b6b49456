package dev.rivet.runtime;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import dev.rivet.client.ActorAddress;
import dev.rivet.client.CloseReason;
import dev.rivet.client.ConnectionListener;
import dev.rivet.client.EventMessage;
import dev.rivet.client.RivetException;
import dev.rivet.client.TransportConnection;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A connection that keeps what it hears.
 */
final class RecordedConnection implements ConnectionListener {

	private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

	private final TransportConnection connection;

	private volatile boolean failing;

	RecordedConnection(ActorRuntime runtime, ActorAddress actor, @Nullable Object parameters) {
		JsonNode tree = (parameters != null) ? JsonMapper.shared().valueToTree(parameters) : null;
		this.connection = runtime.connect(actor, tree, runtime.captureCaller(), null, this);
	}

	/**
	 * Connects, and waits until the connection is open.
	 */
	static RecordedConnection opened(ActorRuntime runtime, ActorAddress actor, @Nullable Object parameters)
			throws InterruptedException {
		RecordedConnection connection = new RecordedConnection(runtime, actor, parameters);
		assertThat(connection.next()).isEqualTo("opened");
		return connection;
	}

	void call(long id, String action, Object... args) {
		this.connection.call(id, action, JsonMapper.shared().<ArrayNode>valueToTree(args));
	}

	void subscribe(String event) {
		this.connection.subscribe(event, true);
	}

	void unsubscribe(String event) {
		this.connection.subscribe(event, false);
	}

	/**
	 * Fails from now on when an event comes.
	 */
	void failAtEvents() {
		this.failing = true;
	}

	void close() {
		this.connection.close();
	}

	String next() throws InterruptedException {
		return String.valueOf(this.heard.poll(10, TimeUnit.SECONDS));
	}

	boolean isSilent() {
		return this.heard.isEmpty();
	}

	@Override
	public void opened(String actorId, String connectionId) {
		this.heard.add("opened");
	}

	@Override
	public void replied(long id, JsonNode output) {
		this.heard.add("replied %d %s".formatted(id, output));
	}

	@Override
	public void refused(long id, RivetException error) {
		this.heard.add("refused %d %s/%s".formatted(id, error.group(), error.code()));
	}

	@Override
	public void received(EventMessage event) {
		if (this.failing) {
			throw new IllegalStateException("Wanted by the test");
		}
		this.heard.add("%s %s".formatted(event.name(), event.args()));
	}

	@Override
	public void failed(RivetException error) {
		this.heard.add("failed %s/%s".formatted(error.group(), error.code()));
	}

	@Override
	public void closed(CloseReason reason) {
		this.heard.add("closed %d %s".formatted(reason.code(), reason.text()));
	}

}
