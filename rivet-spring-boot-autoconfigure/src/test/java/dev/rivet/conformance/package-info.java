/**
 * The application that the npm clients talk to.
 */
@NullMarked
package dev.rivet.conformance;

import org.jspecify.annotations.NullMarked;
