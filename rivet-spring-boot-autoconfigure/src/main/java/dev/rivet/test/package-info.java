/**
 * What tests of actors use.
 */
@NullMarked
package dev.rivet.test;

import org.jspecify.annotations.NullMarked;
