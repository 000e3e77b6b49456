/**
 * What only shows after a while. {@code docs/performance.md} says how to run it.
 */
@NullMarked
package dev.rivet.soak;

import org.jspecify.annotations.NullMarked;
