/**
 * What is persisted of actors, and how it becomes durable.
 */
@NullMarked
package dev.rivet.store;

import org.jspecify.annotations.NullMarked;
