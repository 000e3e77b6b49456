package dev.rivet.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.CanSubscribe;
import dev.rivet.actor.Connection;
import dev.rivet.actor.ConnectionState;
import dev.rivet.actor.Event;
import dev.rivet.actor.OnBeforeConnect;
import dev.rivet.actor.OnConnect;
import dev.rivet.actor.OnDisconnect;
import dev.rivet.actor.State;
import dev.rivet.actor.UserError;
import org.jspecify.annotations.Nullable;

/**
 * Tells everybody what happens in it.
 */
@Actor("room")
@Event(name = "typed", payload = { String.class, int.class })
class Room {

	@State
	private List<String> log = new ArrayList<>();

	@OnBeforeConnect
	void check(@Nullable Visitor visitor) {
		if (visitor != null && "refuse".equals(visitor.wish())) {
			throw new UserError("rejected_conn", "Not today", Map.of("until", "tomorrow"));
		}
		if (visitor != null && "crash".equals(visitor.wish())) {
			throw new IllegalStateException("This stays in the log");
		}
	}

	@ConnectionState
	Member member(@Nullable Visitor visitor) {
		return new Member((visitor != null) ? visitor.name() : "nobody");
	}

	@OnConnect
	void joined(Connection connection, ActorContext context) {
		String name = connection.state(Member.class).name;
		this.log.add("+" + name);
		connection.send("welcome", name);
		context.broadcast("joined", name);
	}

	@OnDisconnect
	void left(Connection connection, ActorContext context) {
		String name = connection.state(Member.class).name;
		this.log.add("-" + name);
		context.broadcast("left", name);
	}

	@CanSubscribe("secret")
	boolean maySubscribe(Connection connection) {
		return connection.state(Member.class).name.equals("insider");
	}

	@Action
	void say(List<@Nullable Object> args, ActorContext context) {
		context.broadcast("said", args.toArray());
	}

	@Action
	void saySilently(String text, ActorContext context) {
		context.broadcast("secret", text);
	}

	@Action
	void sayToOthers(String text, Connection from, ActorContext context) {
		context.broadcastExcept(List.of(from), "said", text);
	}

	@Action
	void sayAndFail(String text, ActorContext context) {
		context.broadcast("said", text);
		throw new UserError("changed_my_mind", "Changed my mind");
	}

	@Action
	int count(int upTo, ActorContext context) {
		for (int i = 1; i <= upTo; i++) {
			context.broadcast("counted", i);
		}
		return upTo;
	}

	@Action
	void type(Object first, Object second, ActorContext context) {
		context.broadcast("typed", first, second);
	}

	@Action
	void whisper(String text, Connection to) {
		to.send("whispered", text);
	}

	@Action
	int rename(String name, Connection connection) {
		Member member = connection.state(Member.class);
		member.name = name;
		if (name.isEmpty()) {
			throw new UserError("nameless", "A name is needed");
		}
		return ++member.renamed;
	}

	@Action
	String name(Connection connection) {
		return connection.state(Member.class).name;
	}

	@Action
	String idOfConnection(Connection connection) {
		return connection.id();
	}

	@Action
	List<String> members(ActorContext context) {
		return context.connections().stream().map((each) -> each.state(Member.class).name).toList();
	}

	@Action
	void leave(String reason, Connection connection) {
		connection.disconnect(reason);
	}

	@Action
	List<String> log() {
		return this.log;
	}

	/**
	 * Who connects.
	 */
	record Visitor(String name, @Nullable String wish) {
	}

	/**
	 * Who is connected.
	 */
	static final class Member {

		public String name;

		public int renamed;

		Member() {
			this("");
		}

		Member(String name) {
			this.name = name;
		}

	}

}
