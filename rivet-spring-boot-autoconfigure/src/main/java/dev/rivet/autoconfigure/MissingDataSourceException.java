package dev.rivet.autoconfigure;

/**
 * Thrown at startup when there is not exactly one {@code DataSource} to keep actors in.
 */
class MissingDataSourceException extends RuntimeException {

	MissingDataSourceException(long found) {
		super((found == 0) ? "There is no DataSource to keep actors in." : "There are " + found
				+ " DataSources and none of them is primary, so it is not known where to keep actors.");
	}

}
