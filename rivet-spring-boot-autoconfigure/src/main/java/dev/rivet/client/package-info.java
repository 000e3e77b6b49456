/**
 * Calling actors from Java.
 */
@NullMarked
package dev.rivet.client;

import org.jspecify.annotations.NullMarked;
