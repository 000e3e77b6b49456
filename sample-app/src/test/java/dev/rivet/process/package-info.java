/**
 * Servers, databases, sockets and browsers for tests that need real processes.
 */
@NullMarked
package dev.rivet.process;

import org.jspecify.annotations.NullMarked;
