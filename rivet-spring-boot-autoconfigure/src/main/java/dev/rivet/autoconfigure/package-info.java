/**
 * Auto-configuration for actors.
 */
@NullMarked
package dev.rivet.autoconfigure;

import org.jspecify.annotations.NullMarked;
