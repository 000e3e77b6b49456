/**
 * Bytes to messages and back, in the three encodings a client may speak: BARE, CBOR and
 * JSON.
 */
@NullMarked
package dev.rivet.protocol;

import org.jspecify.annotations.NullMarked;
