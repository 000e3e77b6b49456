package dev.rivet.autoconfigure;

/**
 * Thrown at startup when clients cannot be served under the configured path.
 */
class InvalidBasePathException extends RuntimeException {

	InvalidBasePathException(String basePath) {
		super("The property 'rivet.base-path' is '" + basePath + "', which actors cannot be served under.");
	}

}
