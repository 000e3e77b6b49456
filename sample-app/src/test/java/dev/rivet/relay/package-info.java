/**
 * An application whose actors do their work later: over a queue and on alarms.
 */
@NullMarked
package dev.rivet.relay;

import org.jspecify.annotations.NullMarked;
