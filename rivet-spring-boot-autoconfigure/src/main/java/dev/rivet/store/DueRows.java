package dev.rivet.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What actors have to do that are claimed when it is time for that. Since each of them
 * would ask for it next, it is read along, of all of them at once.
 */
final class DueRows {

	private static final List<Table> TABLES = List.of(Table.SCHEDULE, Table.FIRE);

	/**
	 * So many rows of a table that the writer is not held up by them.
	 */
	private static final int MAX_ROWS = 5000;

	private DueRows() {
	}

	/**
	 * Adds the rows to those claims that were read and are due, unless they are too many.
	 */
	static void readAlong(Session session, Collection<ClaimOperation> claims) throws SQLException {
		List<ClaimOperation> due = claims.stream().filter(ClaimOperation::isDue).toList();
		if (due.isEmpty()) {
			return;
		}
		List<String> ids = due.stream().map(ClaimOperation::actorId).toList();
		for (Table table : TABLES) {
			RowRange all = RowRange.all(table);
			Map<String, List<Row>> rows = new HashMap<>();
			int count = 0;
			try (ResultSet row = session.prepare(table.selectOfSome(MAX_ROWS), ids).executeQuery()) {
				while (row.next()) {
					rows.computeIfAbsent(row.getString("actor_id"), (id) -> new ArrayList<>())
						.add(all.map(row, count++));
				}
			}
			if (count < MAX_ROWS) {
				due.forEach((claim) -> claim.readAlong(table, rows.getOrDefault(claim.actorId(), List.of())));
			}
		}
	}

}
