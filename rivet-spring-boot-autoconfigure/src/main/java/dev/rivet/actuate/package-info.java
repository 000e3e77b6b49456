/**
 * What those who run the application see of its actors, and do to them: an endpoint,
 * metrics and health.
 */
@NullMarked
package dev.rivet.actuate;

import org.jspecify.annotations.NullMarked;
