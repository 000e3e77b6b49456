package dev.rivet.store;

/**
 * Which row of an actor is meant.
 *
 * @param table the table
 * @param key the key in it: a string, a number or {@link Bytes}; empty where a table has
 * none
 */
public record RowKey(Table table, Comparable<?> key) {
}
