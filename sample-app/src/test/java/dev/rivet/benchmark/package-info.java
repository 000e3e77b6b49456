/**
 * How fast and how small durable actors are, beside what one would write by hand. Run by
 * the Maven profile {@code benchmark}; {@code docs/performance.md} says what is measured.
 */
@NullMarked
package dev.rivet.benchmark;

import org.jspecify.annotations.NullMarked;
