/**
 * An application whose actors also write a table of its own.
 */
@NullMarked
package dev.rivet.ledger;

import org.jspecify.annotations.NullMarked;
