/**
 * The HTTP side of the runtime, everything under the base path.
 */
@NullMarked
package dev.rivet.web;

import org.jspecify.annotations.NullMarked;
