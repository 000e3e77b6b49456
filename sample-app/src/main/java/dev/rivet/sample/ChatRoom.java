package dev.rivet.sample;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.Connection;
import dev.rivet.actor.ConnectionState;
import dev.rivet.actor.Event;
import dev.rivet.actor.OnConnect;
import dev.rivet.actor.OnDisconnect;
import dev.rivet.actor.OnSleep;
import dev.rivet.actor.State;
import dev.rivet.actor.UserError;
import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * A chat room, known by its name. It shows events, connections, and what lasts how long:
 * the last messages for ever, a member's name as long as it is connected, who types as
 * long as the actor is awake.
 */
@Actor(name = "chatRoom", displayName = "Chat room", icon = "💬")
@Event(name = "message", payload = ChatRoom.Message.class)
@Event(name = "members", payload = List.class)
@Event(name = "typing", payload = Set.class)
class ChatRoom {

	static final int KEPT_MESSAGES = 100;

	static final int MAX_TEXT_LENGTH = 500;

	static final int MAX_NAME_LENGTH = 30;

	@State
	private final List<Message> messages = new ArrayList<>();

	private final Set<String> typing = new LinkedHashSet<>();

	@ConnectionState
	Member member(@Nullable Visitor visitor) {
		String name = (visitor != null && visitor.name() != null) ? visitor.name().strip() : "";
		if (name.isEmpty() || name.length() > MAX_NAME_LENGTH) {
			throw new UserError("name_required", "Enter with { name } of at most " + MAX_NAME_LENGTH + " characters");
		}
		return new Member(name);
	}

	@OnConnect
	void enter(ActorContext context) {
		context.broadcast("members", members(context));
	}

	@OnDisconnect
	void leave(Connection connection, ActorContext context) {
		context.broadcast("members", members(context));
		typing(false, connection, context);
	}

	@OnSleep
	void forgetWhoTypes(ActorContext context) {
		context.broadcast("typing", Set.of());
	}

	@Action
	List<Message> history() {
		return this.messages;
	}

	@Action
	List<String> members(ActorContext context) {
		// somebody may be here with several windows
		return context.connections().stream().map((each) -> each.state(Member.class).name()).distinct().toList();
	}

	@Action
	Message sendMessage(@Nullable String text, Connection from, ActorContext context) {
		if (!StringUtils.hasText(text)) {
			throw new UserError("empty", "There is nothing to send");
		}
		if (text.length() > MAX_TEXT_LENGTH) {
			throw new UserError("too_long", "The text is too long", Map.of("limit", MAX_TEXT_LENGTH));
		}
		Message message = new Message(from.state(Member.class).name(), text.strip(), Instant.now());
		this.messages.add(message);
		if (this.messages.size() > KEPT_MESSAGES) {
			this.messages.remove(0);
		}
		context.broadcast("message", message);
		typing(false, from, context);
		return message;
	}

	@Action
	void typing(boolean now, Connection connection, ActorContext context) {
		String name = connection.state(Member.class).name();
		if (now ? this.typing.add(name) : this.typing.remove(name)) {
			context.broadcast("typing", this.typing);
		}
	}

	/**
	 * What a client gives when it connects.
	 */
	record Visitor(@Nullable String name) {
	}

	/**
	 * Who is connected.
	 */
	record Member(String name) {
	}

	/**
	 * What was said.
	 */
	record Message(String from, String text, Instant at) {
	}

}
