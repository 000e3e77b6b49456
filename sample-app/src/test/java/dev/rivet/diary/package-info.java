/**
 * An application whose actors have something to do when it stops.
 */
@NullMarked
package dev.rivet.diary;

import org.jspecify.annotations.NullMarked;
