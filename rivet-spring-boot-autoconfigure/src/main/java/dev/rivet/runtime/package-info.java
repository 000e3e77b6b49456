/**
 * What runs actors: their types, their activations in memory, and the turns in which
 * their code runs.
 */
@NullMarked
package dev.rivet.runtime;

import org.jspecify.annotations.NullMarked;
