package dev.rivet.store;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A table with what belongs to an actor beside its state. Its rows are found by the
 * actor's id and a key, in the order of the keys.
 */
public enum Table {

	/**
	 * When the actor has to wake at the latest although nobody calls it: one row without
	 * a key.
	 */
	ALARM("rivet_alarm", "", "due_at"),

	/**
	 * What the actor keeps by key: {@link Bytes}.
	 */
	VALUE("rivet_value", "item_key", "content"),

	/**
	 * What waits in the actor's queue, by number.
	 */
	MESSAGE("rivet_message", "id", "name", "body", "created_at", "retries", "next_try_at"),

	/**
	 * What the actor is to do in time, by name.
	 */
	SCHEDULE("rivet_schedule", "id", "action", "arguments", "due_at", "cron", "zone", "period", "history_limit"),

	/**
	 * When it did so and what came of it, by number.
	 */
	FIRE("rivet_fire", "id", "schedule_id", "action", "due_at", "fired_at", "finished_at", "result", "error"),

	/**
	 * Who is connected to the actor, by id.
	 */
	CONNECTION("rivet_connection", "id", "parameters", "state_type", "state");

	private final String tableName;

	private final String key;

	private final List<String> columns;

	Table(String tableName, String key, String... columns) {
		this.tableName = tableName;
		this.key = key;
		this.columns = List.of(columns);
	}

	/**
	 * The names of the columns of a row's values.
	 */
	List<String> columns() {
		return this.columns;
	}

	boolean hasKey() {
		return !this.key.isEmpty();
	}

	/**
	 * Selects the keys and values of an actor's rows.
	 * @param condition what else must hold
	 */
	String select(String condition) {
		return "SELECT %s FROM %s WHERE actor_id = ?%s".formatted(keyAndColumns(), this.tableName,
				condition.replace("{key}", this.key));
	}

	/**
	 * Selects the keys and values of some actors' rows, and last whose they are.
	 * {@code %s} stands for the actors.
	 * @param limit the largest number of rows
	 */
	String selectOfSome(int limit) {
		return "SELECT %s, actor_id FROM %s WHERE actor_id IN (%%s) LIMIT %d".formatted(keyAndColumns(), this.tableName,
				limit);
	}

	private String keyAndColumns() {
		return Stream.concat(keyColumn(), this.columns.stream()).collect(Collectors.joining(", "));
	}

	/**
	 * Inserts or updates a row: actor, key, values.
	 */
	String write(Database database) {
		List<String> keys = Stream.concat(Stream.of("actor_id"), keyColumn()).toList();
		List<String> all = Stream.concat(keys.stream(), this.columns.stream()).toList();
		return database.upsert(this.tableName, keys, all, this.columns);
	}

	/**
	 * Deletes a row: actor, key.
	 */
	String delete() {
		return clear() + (hasKey() ? " AND " + this.key + " = ?" : "");
	}

	/**
	 * Deletes all rows of an actor.
	 */
	String clear() {
		return "DELETE FROM " + this.tableName + " WHERE actor_id = ?";
	}

	private Stream<String> keyColumn() {
		return hasKey() ? Stream.of(this.key) : Stream.empty();
	}

}
