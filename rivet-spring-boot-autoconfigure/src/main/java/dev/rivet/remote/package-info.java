/**
 * Calling the actors of another server from Java.
 */
@NullMarked
package dev.rivet.remote;

import org.jspecify.annotations.NullMarked;
