package dev.rivet.runtime;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

import dev.rivet.store.Row;
import dev.rivet.store.RowKey;
import org.jspecify.annotations.Nullable;

/**
 * Rows to be written, of each the last version only.
 */
final class Rows {

	private final Map<RowKey, Row> byKey = new LinkedHashMap<>();

	private final Collection<Row> view = Collections.unmodifiableCollection(this.byKey.values());

	void add(Row row) {
		this.byKey.put(row.id(), row);
	}

	@Nullable Row get(RowKey key) {
		return this.byKey.get(key);
	}

	/**
	 * Returns a view of the rows.
	 */
	Collection<Row> all() {
		return this.view;
	}

}
