/**
 * What those who run the application see of its actors: metrics and health.
 */
@NullMarked
package dev.rivet.actuate;

import org.jspecify.annotations.NullMarked;
