/**
 * What an application with actors looks like.
 */
@NullMarked
package dev.rivet.sample;

import org.jspecify.annotations.NullMarked;
