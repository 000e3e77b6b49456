/**
 * What application code writes against: the annotations of an actor class and the objects
 * handed to its methods.
 */
@NullMarked
package dev.rivet.actor;

import org.jspecify.annotations.NullMarked;
