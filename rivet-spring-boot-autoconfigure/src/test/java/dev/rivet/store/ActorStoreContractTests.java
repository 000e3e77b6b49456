package dev.rivet.store;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import dev.rivet.actor.ActorKey;
import dev.rivet.store.ChangeSet.Destroyed;
import dev.rivet.store.ChangeSet.Failed;
import dev.rivet.store.ChangeSet.Slept;
import dev.rivet.store.ChangeSet.Transition;
import dev.rivet.store.StoreException.Reason;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

/**
 * What every database has to keep.
 */
abstract class ActorStoreContractTests {

	private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

	private final List<JdbcActorStore> stores = new ArrayList<>();

	@TempDir
	Path directory;

	HikariDataSource pool;

	FaultyDataSource dataSource;

	JdbcClient sql;

	JdbcActorStore store;

	/**
	 * Opens a fresh database.
	 */
	abstract HikariDataSource open(Path directory);

	/**
	 * Makes the database reject states of more than 1,000 bytes.
	 */
	void rejectLargeStates() {
		this.sql.sql("ALTER TABLE rivet_state ADD CONSTRAINT small CHECK (octet_length(state) <= 1000)").update();
	}

	@BeforeEach
	void start() {
		this.pool = open(this.directory);
		this.pool.setConnectionTimeout(2000);
		StoreSchema.apply(this.pool);
		this.sql = JdbcClient.create(this.pool);
		this.dataSource = new FaultyDataSource(this.pool);
		this.store = newStore(Duration.ofSeconds(15));
	}

	@AfterEach
	void stop() {
		this.dataSource.heal();
		this.stores.forEach(JdbcActorStore::close);
		this.pool.close();
	}

	@Test
	void createsAndReads() {
		NewActor actor = newActor("counter", "a", "b");
		Creation creation = this.store.create(actor).join();
		assertThat(creation.created()).isTrue();
		ActorRecord expected = new ActorRecord(actor.id(), "counter", ActorKey.of("a", "b"), "sleep", NOW, NOW, null,
				null, null);
		assertThat(creation.actor()).isEqualTo(expected);
		assertThat(this.store.find(actor.id())).contains(expected);
		assertThat(this.store.find("counter", ActorKey.of("a", "b"))).contains(expected);
		assertThat(this.store.find("counter", ActorKey.of("a"))).isEmpty();
		assertThat(this.store.find("other", ActorKey.of("a", "b"))).isEmpty();
		assertThat(this.store.findAll(List.of(actor.id(), "nobody"))).containsExactly(expected);
		assertThat(this.store.findAll(List.of())).isEmpty();
	}

	@Test
	void whatIsCommittedIsThereAtTheNextClaim() {
		byte[] input = randomBytes(100_000);
		NewActor actor = new NewActor(id(), "counter", ActorKey.of("a"), input, "restart", NOW);
		this.store.create(actor).join();
		Claim first = this.store.claim(actor.id()).join();
		assertThat(first.state()).isNull();
		assertThat(first.input()).isEqualTo(input);
		assertThat(first.number()).isZero();
		byte[] state = randomBytes(1_500_000);
		this.store.commit(new ChangeSet(actor.id(), first.epoch(), 7, state, List.of(), null)).join();
		this.store.commit(new ChangeSet(actor.id(), first.epoch(), 8, null, List.of(), null)).join();
		Claim second = this.store.claim(actor.id()).join();
		assertThat(second.epoch()).isGreaterThan(first.epoch());
		assertThat(second.number()).isEqualTo(8);
		assertThat(second.state()).isEqualTo(state);
		assertThat(second.actor().crashPolicy()).isEqualTo("restart");
	}

	@Test
	void rowsAreCommittedWithTheirChangeSetInTheOrderOfTheirKeys() {
		NewActor actor = newActor("counter", "a");
		NewActor other = newActor("counter", "b");
		this.store.create(actor).join();
		this.store.create(other).join();
		byte[] large = randomBytes(131_072);
		List<Row> rows = List.of(value(0x80, large), value(0x7f, new byte[0]), value(0, new byte[] { 1 }));
		this.store.commit(rows(actor, 1, rows)).join();
		this.store.commit(rows(other, 1, List.of(value(0, new byte[] { 9 })))).join();
		assertThat(keys(actor, RowRange.all(Table.VALUE))).containsExactly(key(0), key(0x7f), key(0x80));
		assertThat(keys(actor, new RowRange(Table.VALUE, null, key(0), key(0x80), true, 5))).containsExactly(key(0x7f),
				key(0));
		assertThat(keys(actor, new RowRange(Table.VALUE, null, null, null, false, 1))).containsExactly(key(0));
		Row first = this.store.rows(actor.id(), RowRange.of(Table.VALUE, List.of(key(0x80), key(1)))).get(0);
		assertThat(first.bytes(0)).isEqualTo(large);
		this.store
			.commit(rows(actor, 2, List.of(value(0, new byte[] { 2 }), Row.deleted(Table.VALUE, key(0x80)),
					Row.deleted(Table.VALUE, key(5)))))
			.join();
		List<Row> left = this.store.rows(actor.id(), RowRange.all(Table.VALUE));
		assertThat(left).extracting((row) -> row.bytes(0)).containsExactly(new byte[] { 2 }, new byte[0]);
	}

	@Test
	void everyTableKeepsItsRows() {
		NewActor actor = newActor("counter", "a");
		this.store.create(actor).join();
		byte[] bytes = { 1, 2 };
		List<Row> rows = List.of(Row.of(Table.MESSAGE, 9_007_199_254_740_991L, "jobs", bytes, 1L, 2, 3L),
				Row.of(Table.SCHEDULE, "daily", "report", bytes, 5L, "0 0 * * * *", "UTC", null, 100),
				Row.of(Table.SCHEDULE, "ping", "report", bytes, 5L, null, null, 5000L, 100),
				Row.of(Table.FIRE, 1L, "daily", "report", 5L, 6L, null, "error", "no such host"),
				Row.of(Table.CONNECTION, "c1", bytes, null, null), Row.of(Table.ALARM, "", 5L));
		this.store.commit(rows(actor, 1, rows)).join();
		for (Table table : Table.values()) {
			List<Row> expected = rows.stream().filter((row) -> row.id().table() == table).toList();
			assertThat(this.store.rows(actor.id(), RowRange.all(table))).as(table.toString())
				.usingRecursiveComparison()
				.withEqualsForType((a, b) -> a.longValue() == b.longValue(), Number.class)
				.isEqualTo(expected);
		}
		Claim claim = this.store.claim(actor.id()).join();
		assertThat(claim.alarm()).isEqualTo(Instant.ofEpochMilli(5));
		assertThat(claim.hasConnections()).isTrue();
		this.store
			.commit(new ChangeSet(actor.id(), claim.epoch(), 2, null, rows, new ChangeSet.Destroyed(Instant.EPOCH)))
			.join();
		for (Table table : Table.values()) {
			assertThat(this.store.rows(actor.id(), RowRange.all(table))).as(table.toString()).isEmpty();
		}
	}

	@Test
	void rowsOfAnActorThatIsOwnedElsewhereAreNotWritten() {
		NewActor actor = newActor("counter", "a");
		this.store.create(actor).join();
		this.store.claim(actor.id()).join();
		List<NewActor> others = create(5);
		List<CompletableFuture<@Nullable Void>> commits = inOneGroup(
				() -> Stream.concat(Stream.of(actor), others.stream())
					.map((each) -> this.store.commit(rows(each, 1, List.of(value(0, new byte[] { 1 })))))
					.toList());
		assertFails(commits.get(0), Reason.LOST_OWNERSHIP);
		assertThat(this.store.rows(actor.id(), RowRange.all(Table.VALUE))).isEmpty();
		for (NewActor other : others) {
			assertThat(this.store.rows(other.id(), RowRange.all(Table.VALUE))).hasSize(1);
		}
	}

	@Test
	void alarmsOfActorsThatNobodyOwnsAreFoundEarliestFirst() {
		List<NewActor> actors = create(5);
		for (int i = 0; i < 5; i++) {
			Transition slept = (i != 2) ? new ChangeSet.Slept(NOW) : null;
			this.store
				.commit(new ChangeSet(actors.get(i).id(), 1, 1, null,
						List.of(Row.of(Table.ALARM, "", NOW.plusSeconds(10 - i).toEpochMilli())), slept))
				.join();
		}
		assertThat(this.store.alarms(NOW.plusSeconds(9), null, 10, true)).as("with those that the node owns")
			.hasSize(4);
		assertThat(this.store.alarms(NOW.plusSeconds(9), null, 10, false)).as("without them")
			.extracting(Alarm::actorId)
			.hasSize(3)
			.doesNotContain(actors.get(2).id());
		JdbcActorStore other = newStore(Duration.ofSeconds(15));
		List<Alarm> alarms = other.alarms(NOW.plusSeconds(9), null, 2, true);
		assertThat(alarms).containsExactly(new Alarm(NOW.plusSeconds(6), actors.get(4).id()),
				new Alarm(NOW.plusSeconds(7), actors.get(3).id()));
		assertThat(other.alarms(NOW.plusSeconds(9), alarms.get(1), 2, true))
			.containsExactly(new Alarm(NOW.plusSeconds(9), actors.get(1).id()));
	}

	@Test
	void alarmsThatAreDueAtTheSameMomentAreFoundPageByPage() {
		List<NewActor> actors = create(5);
		for (NewActor actor : actors) {
			this.store
				.commit(new ChangeSet(actor.id(), 1, 1, null, List.of(Row.of(Table.ALARM, "", NOW.toEpochMilli())),
						new ChangeSet.Slept(NOW)))
				.join();
		}
		List<Alarm> first = this.store.alarms(NOW, null, 3, false);
		List<Alarm> second = this.store.alarms(NOW, first.get(2), 3, false);
		assertThat(first).hasSize(3);
		assertThat(second).hasSize(2);
		assertThat(Stream.concat(first.stream(), second.stream()).map(Alarm::actorId))
			.containsExactlyInAnyOrderElementsOf(actors.stream().map(NewActor::id).toList());
	}

	@Test
	void whatIsDueIsReadAlongWithTheClaim() {
		List<NewActor> actors = create(3);
		for (int i = 0; i < 3; i++) {
			Instant due = (i < 2) ? NOW : Instant.now().plusSeconds(3600);
			List<Row> rows = List.of(Row.of(Table.ALARM, "", due.toEpochMilli()),
					Row.of(Table.SCHEDULE, "job" + i, "report", new byte[] { 1 }, 5L, null, null, 5000L, 100),
					Row.of(Table.FIRE, (long) i, "job" + i, "report", 5L, 6L, null, "ok", null));
			this.store
				.commit(new ChangeSet(actors.get(i).id(), 1, 1, null, rows.subList(0, (i != 1) ? 3 : 1),
						new ChangeSet.Slept(NOW)))
				.join();
		}
		List<CompletableFuture<Claim>> claims = actors.stream().map((actor) -> this.store.claim(actor.id())).toList();
		Map<Table, List<Row>> due = claims.get(0).join().rows();
		assertThat(due.get(Table.SCHEDULE)).singleElement()
			.satisfies((row) -> assertThat(row.id()).isEqualTo(new RowKey(Table.SCHEDULE, "job0")))
			.satisfies((row) -> assertThat(row.bytes(1)).containsExactly(1));
		assertThat(due.get(Table.FIRE)).singleElement()
			.satisfies((row) -> assertThat(row.id()).isEqualTo(new RowKey(Table.FIRE, 0L)))
			.satisfies((row) -> assertThat(row.text(5)).isEqualTo("ok"));
		assertThat(claims.get(1).join().rows()).isEqualTo(Map.of(Table.SCHEDULE, List.of(), Table.FIRE, List.of()));
		assertThat(claims.get(2).join().rows()).as("nothing is due").isEmpty();
	}

	private static Row value(int key, byte[] content) {
		return Row.of(Table.VALUE, key(key), content);
	}

	private static Bytes key(int key) {
		return new Bytes(new byte[] { (byte) key });
	}

	private List<Object> keys(NewActor actor, RowRange range) {
		return this.store.rows(actor.id(), range).stream().<Object>map((row) -> row.id().key()).toList();
	}

	static ChangeSet rows(NewActor actor, long number, List<Row> rows) {
		return new ChangeSet(actor.id(), 1, number, null, rows, null);
	}

	@Test
	void keysAreExact() {
		List<ActorKey> keys = List.of(ActorKey.of(), ActorKey.of(""), ActorKey.of("a"), ActorKey.of("A"),
				ActorKey.of("a "), ActorKey.of(" a"), ActorKey.of("ä"), ActorKey.of("a\u0308"), ActorKey.of("ß"),
				ActorKey.of("ss"), ActorKey.of("a/b"), ActorKey.of("a", "b"), ActorKey.of("\\"), ActorKey.of("😀"),
				ActorKey.of("%"), ActorKey.of("'; --"), ActorKey.of("\u0001\n"), ActorKey.of("x".repeat(128)),
				ActorKey.of("𝒳".repeat(60), "𝒳".repeat(60), "𝒳".repeat(60), "𝒳".repeat(60)));
		List<String> ids = new ArrayList<>();
		for (ActorKey key : keys) {
			NewActor actor = new NewActor(id(), "ключ", key, null, "sleep", NOW);
			ids.add(actor.id());
			assertThat(this.store.create(actor).join().created()).as(key.toString()).isTrue();
		}
		for (int i = 0; i < keys.size(); i++) {
			ActorRecord found = this.store.find("ключ", keys.get(i)).orElseThrow();
			assertThat(found.id()).isEqualTo(ids.get(i));
			assertThat(found.key()).isEqualTo(keys.get(i));
		}
	}

	@Test
	void raceOfCreationsHasOneWinner() {
		JdbcActorStore other = newStore(Duration.ofSeconds(15));
		for (int round = 0; round < 20; round++) {
			String key = "race" + round;
			List<CompletableFuture<Creation>> creations = Collections.synchronizedList(new ArrayList<>());
			List<Thread> threads = new ArrayList<>();
			for (int i = 0; i < 16; i++) {
				JdbcActorStore store = (i % 2 == 0) ? this.store : other;
				threads.add(new Thread(() -> creations.add(store.create(newActor("counter", key)))));
			}
			threads.forEach(Thread::start);
			threads.forEach(ActorStoreContractTests::join);
			List<Creation> results = creations.stream().map(CompletableFuture::join).toList();
			assertThat(results).filteredOn(Creation::created).hasSize(1);
			assertThat(results).extracting((creation) -> creation.actor().id())
				.containsOnly(results.get(0).actor().id());
		}
	}

	@Test
	void claimRaisesTheEpoch() {
		NewActor actor = create("counter", "a");
		assertThat(this.store.claim(actor.id()).join().epoch()).isEqualTo(2);
		assertThat(this.store.claim(actor.id()).join().epoch()).isEqualTo(3);
		assertFails(this.store.claim("nobody"), Reason.NOT_FOUND);
	}

	@Test
	void liveOwnerIsNotStolenFrom() {
		NewActor actor = create("counter", "a");
		JdbcActorStore other = newStore(Duration.ofSeconds(15));
		assertFails(other.claim(actor.id()), Reason.OWNED_ELSEWHERE);
		this.store.commit(change(actor, 1, 1, "mine")).join();
	}

	@Test
	void cleanCloseFreesActors() {
		NewActor actor = create("counter", "a");
		this.store.commit(change(actor, 1, 1, "mine")).join();
		this.store.close();
		JdbcActorStore other = newStore(Duration.ofSeconds(15));
		Claim claim = other.claim(actor.id()).join();
		assertThat(claim.epoch()).isEqualTo(2);
		assertThat(claim.state()).asString(StandardCharsets.UTF_8).isEqualTo("mine");
	}

	@Test
	void sleepFreesTheActor() {
		NewActor actor = create("counter", "a");
		this.store.commit(change(actor, 1, 1, "asleep", new Slept(NOW.plusSeconds(5)))).join();
		assertThat(this.store.find(actor.id()).orElseThrow().sleptAt()).isEqualTo(NOW.plusSeconds(5));
		assertFails(this.store.commit(change(actor, 1, 2, "late")), Reason.LOST_OWNERSHIP);
		Claim claim = newStore(Duration.ofSeconds(15)).claim(actor.id()).join();
		assertThat(claim.state()).asString(StandardCharsets.UTF_8).isEqualTo("asleep");
		ActorRecord awake = this.store.find(actor.id()).orElseThrow();
		assertThat(awake.sleptAt()).isNull();
		assertThat(awake).isEqualTo(claim.actor());
	}

	@Test
	void failedStartIsRememberedUntilTheNextClaim() {
		NewActor actor = create("counter", "a");
		this.store.commit(change(actor, 1, 1, null, new Failed("{\"code\":\"ü\"}"))).join();
		assertThat(this.store.find(actor.id()).orElseThrow().error()).isEqualTo("{\"code\":\"ü\"}");
		Claim claim = newStore(Duration.ofSeconds(15)).claim(actor.id()).join();
		assertThat(claim.actor().error()).isNull();
		assertThat(this.store.find(actor.id()).orElseThrow().error()).isNull();
	}

	@Test
	void destroyedActorLeavesATombstoneAndFreesItsKey() {
		NewActor actor = create("counter", "a");
		this.store.commit(change(actor, 1, 1, "state")).join();
		this.store.commit(change(actor, 1, 2, "gone", new Destroyed(NOW.plusSeconds(9)))).join();
		assertThat(this.store.find("counter", ActorKey.of("a"))).isEmpty();
		assertThat(this.store.find(actor.id()).orElseThrow().destroyedAt()).isEqualTo(NOW.plusSeconds(9));
		assertThat(this.sql.sql("SELECT count(*) FROM rivet_actor WHERE input IS NOT NULL").query(Long.class).single())
			.isZero();
		assertThat(count("state IS NOT NULL")).isZero();
		assertFails(this.store.commit(change(actor, 1, 3, "undead")), Reason.LOST_OWNERSHIP);
		assertFails(this.store.claim(actor.id()), Reason.NOT_FOUND);
		NewActor successor = create("counter", "a");
		assertThat(this.store.list("counter", false, null, 10).actors()).extracting(ActorRecord::id)
			.containsExactly(successor.id());
		assertThat(this.store.list("counter", true, null, 10).actors()).extracting(ActorRecord::id)
			.containsExactlyInAnyOrder(successor.id(), actor.id());
		create("counter", "b");
		assertThat(this.store.findAll("counter", ActorKey.of("a"), 10)).extracting(ActorRecord::id)
			.containsExactlyInAnyOrder(successor.id(), actor.id());
		assertThat(this.store.findAll("counter", ActorKey.of("a"), 1)).hasSize(1);
	}

	@Test
	void listsPageByPage() {
		List<String> newestFirst = new ArrayList<>();
		for (int i = 0; i < 25; i++) {
			// several of the same millisecond
			NewActor actor = new NewActor("%s-%02d".formatted(id(), i), "counter", ActorKey.of("" + i), null, "sleep",
					NOW.plusMillis(i / 3));
			this.store.create(actor).join();
			newestFirst.add(0, actor.id());
		}
		create("other", "a");
		List<ActorRecord> listed = new ArrayList<>();
		String cursor = null;
		int pages = 0;
		do {
			ActorPage page = this.store.list("counter", false, cursor, 5);
			assertThat(page.actors()).hasSize(5);
			listed.addAll(page.actors());
			cursor = page.cursor();
			pages++;
		}
		while (cursor != null);
		assertThat(pages).isEqualTo(5);
		assertThat(listed).extracting(ActorRecord::id).containsExactlyInAnyOrderElementsOf(newestFirst);
		assertThat(listed).extracting(ActorRecord::createdAt).isSortedAccordingTo(Collections.reverseOrder());
		assertThat(this.store.list("nothing", true, null, 5)).isEqualTo(new ActorPage(List.of(), null));
		assertThatThrownBy(() -> this.store.list("counter", false, "nonsense", 5))
			.isInstanceOf(IllegalArgumentException.class);
	}

	@Test
	void loserOfAnActorIsRefusedAndOthersCommit() {
		List<NewActor> actors = create(8);
		// as if another node had claimed it
		this.sql
			.sql("UPDATE rivet_state SET epoch = 2, owner = 'other' WHERE " + Database.of(this.dataSource).isStateOf())
			.param(actors.get(3).id())
			.update();
		List<CompletableFuture<@Nullable Void>> commits = inOneGroup(
				() -> actors.stream().map((actor) -> this.store.commit(change(actor, 1, 1, "mine"))).toList());
		for (int i = 0; i < 8; i++) {
			if (i == 3) {
				assertFails(commits.get(i), Reason.LOST_OWNERSHIP);
			}
			else {
				commits.get(i).join();
			}
		}
		assertThat(count("state IS NOT NULL")).isEqualTo(7);
	}

	@ParameterizedTest
	@ValueSource(ints = { 32, 600 })
	void guiltyOneStandsAlone(int size) {
		int guilty = size - 19;
		rejectLargeStates();
		List<NewActor> actors = create(size);
		List<CompletableFuture<@Nullable Void>> commits = inOneGroup(() -> actors.stream()
			.map((actor) -> this.store.commit(new ChangeSet(actor.id(), 1, 1,
					(actor == actors.get(guilty)) ? randomBytes(2000) : randomBytes(10), List.of(), null)))
			.toList());
		for (int i = 0; i < size; i++) {
			if (i == guilty) {
				assertFails(commits.get(i), Reason.REJECTED);
			}
			else {
				commits.get(i).join();
			}
		}
		assertThat(count("state IS NOT NULL")).isEqualTo(size - 1);
		this.store.commit(change(actors.get(guilty), 1, 2, "small")).join();
	}

	@Test
	void whateverWaitsIsOneTransactionAndCompletesInOrder() {
		List<NewActor> actors = create(100);
		List<Integer> order = Collections.synchronizedList(new ArrayList<>());
		this.dataSource.commits.set(0);
		inOneGroup(() -> {
			for (int i = 0; i < 100; i++) {
				int number = i;
				this.store.commit(change(actors.get(i), 1, 1, "" + i)).thenRun(() -> order.add(number));
			}
			return List.of();
		});
		// not joined: that would run what depends on a commit on this thread
		await().until(() -> order.size() == 100);
		assertThat(order).isSorted();
		// the one that was held, and all the others
		assertThat(this.dataSource.commits).hasValue(2);
		assertThat(count("change_number = 1")).isEqualTo(100);
	}

	@Test
	void oneActorsOperationsKeepTheirOrder() {
		NewActor actor = create("counter", "a");
		List<CompletableFuture<?>> operations = new ArrayList<>();
		inOneGroup(() -> {
			operations.add(this.store.commit(change(actor, 1, 1, "one")));
			operations.add(this.store.commit(change(actor, 1, 2, "two", new Slept(NOW))));
			operations.add(this.store.claim(actor.id()));
			operations.add(this.store.commit(change(actor, 2, 3, "three", new Destroyed(NOW))));
			operations.add(this.store.claim(actor.id()));
			return List.of();
		});
		Claim claim = (Claim) operations.get(2).join();
		assertThat(claim.epoch()).isEqualTo(2);
		assertThat(claim.state()).asString(StandardCharsets.UTF_8).isEqualTo("two");
		operations.get(3).join();
		assertFails(operations.get(4), Reason.NOT_FOUND);
	}

	@Test
	void lapsedLeaseIsTaken() {
		AtomicInteger losses = new AtomicInteger();
		JdbcActorStore paused = newStore(Duration.ofSeconds(3), losses::incrementAndGet);
		NewActor actor = newActor("counter", "a");
		paused.create(actor).join();
		this.dataSource.refuse();
		await().until(() -> !paused.isOwnershipValid());
		JdbcActorStore other = new JdbcActorStore(this.pool, Clock.systemUTC(), StoreOptions.defaults());
		this.stores.add(other);
		other.start(() -> {
		});
		Claim claim = await().until(() -> claimOrNull(other, actor.id()), (taken) -> taken != null);
		assertThat(claim.epoch()).isEqualTo(2);
		this.dataSource.heal();
		await().until(paused::isOwnershipValid);
		assertThat(losses).hasValue(1);
		assertFails(paused.commit(change(actor, 1, 1, "stale")), Reason.LOST_OWNERSHIP);
		other.commit(change(actor, 2, 1, "fresh")).join();
		assertFails(paused.claim(actor.id()), Reason.OWNED_ELSEWHERE);
	}

	@Test
	void deadProcessOnTheSameMachineIsBuriedAtOnce() throws Exception {
		NewActor actor = create("counter", "a");
		Process process = new ProcessBuilder("true").start();
		process.waitFor();
		this.sql.sql("""
				INSERT INTO rivet_node (id, lease_until, place, pid, process_started)
				SELECT 'killed', lease_until + 100000000, place, ?, process_started FROM rivet_node
				""").param(process.pid()).update();
		this.sql.sql("""
				INSERT INTO rivet_node (id, lease_until, place, pid, process_started)
				SELECT 'recycled', lease_until, place, pid, process_started + 1 FROM rivet_node WHERE id <> 'killed'
				""").update();
		this.sql.sql("""
				INSERT INTO rivet_node (id, lease_until, place, pid, process_started)
				SELECT 'far', lease_until, 'elsewhere', pid, process_started FROM rivet_node WHERE id = 'killed'
				""").update();
		for (String owner : List.of("killed", "recycled")) {
			this.sql.sql("UPDATE rivet_state SET owner = ?").param(owner).update();
			this.store.claim(actor.id()).join();
		}
		this.sql.sql("UPDATE rivet_state SET owner = 'far'").update();
		assertFails(this.store.claim(actor.id()), Reason.OWNED_ELSEWHERE);
	}

	@Test
	void databaseThatIsAwayAndComesBack() {
		NewActor actor = create("counter", "a");
		this.dataSource.refuse();
		assertFails(this.store.commit(change(actor, 1, 1, "lost")), Reason.UNAVAILABLE);
		assertFails(this.store.create(newActor("counter", "b")), Reason.UNAVAILABLE);
		assertFails(this.store.claim(actor.id()), Reason.UNAVAILABLE);
		for (Runnable read : List.<Runnable>of(() -> this.store.find(actor.id()),
				() -> this.store.find("counter", ActorKey.of("a")), () -> this.store.findAll(List.of(actor.id())),
				() -> this.store.list("counter", false, null, 1),
				() -> this.store.rows(actor.id(), RowRange.all(Table.VALUE)))) {
			assertThat(catchThrowableOfType(StoreException.class, read::run).reason()).isEqualTo(Reason.UNAVAILABLE);
		}
		this.dataSource.heal();
		this.store.commit(change(actor, 1, 2, "again")).join();
		assertThat(this.store.claim(actor.id()).join().number()).isEqualTo(2);
		create("counter", "b");
	}

	@Test
	void connectionThatBreaksBeforeTheCommitIsReplaced() {
		List<NewActor> actors = create(3);
		List<CompletableFuture<@Nullable Void>> commits = inOneGroup(() -> {
			this.dataSource.breakStatements(1);
			return actors.stream().map((actor) -> this.store.commit(change(actor, 1, 1, "x"))).toList();
		});
		commits.forEach(CompletableFuture::join);
		assertThat(count("state IS NOT NULL AND change_number = 1")).isEqualTo(3);
	}

	@Test
	void commitThatTookPlaceAndThenBroke() {
		List<NewActor> actors = create(3);
		this.dataSource.breakAfterCommits(1);
		this.store.commit(change(actors.get(0), 1, 1, "single")).join();
		List<CompletableFuture<@Nullable Void>> commits = inOneGroup(() -> {
			this.dataSource.breakAfterCommits(1);
			return actors.stream().map((actor) -> this.store.commit(change(actor, 1, 2, "x"))).toList();
		});
		commits.forEach(CompletableFuture::join);
		this.dataSource.breakAfterCommits(1);
		assertThat(this.store.create(newActor("counter", "b")).join().created()).isTrue();
		this.dataSource.breakAfterCommits(1);
		Claim claim = this.store.claim(actors.get(0).id()).join();
		this.store.commit(change(actors.get(0), claim.epoch(), 3, "owned")).join();
	}

	@Test
	void commitThatBrokeAndDidNotTakePlace() {
		List<NewActor> actors = create(3);
		this.dataSource.breakBeforeCommits(1);
		this.store.commit(change(actors.get(0), 1, 1, "single")).join();
		List<CompletableFuture<@Nullable Void>> commits = inOneGroup(() -> {
			this.dataSource.breakBeforeCommits(1);
			return actors.stream().map((actor) -> this.store.commit(change(actor, 1, 2, "x"))).toList();
		});
		commits.forEach(CompletableFuture::join);
		assertThat(count("state IS NOT NULL AND change_number = 2")).isEqualTo(3);
		this.dataSource.breakBeforeCommits(1);
		assertThat(this.store.create(newActor("counter", "b")).join().created()).isTrue();
	}

	@Test
	void outcomeThatCannotBeLearntInTime() {
		JdbcActorStore impatient = newStore(new StoreOptions(Duration.ofSeconds(15), Duration.ofMillis(200), false),
				() -> {
				});
		NewActor actor = newActor("counter", "a");
		impatient.create(actor).join();
		this.dataSource.breakAfterCommits(Integer.MAX_VALUE);
		this.dataSource.refuseAfterBreaking();
		CompletableFuture<@Nullable Void> commit = impatient.commit(change(actor, 1, 1, "who knows"));
		CompletableFuture<@Nullable Void> next = impatient.commit(change(actor, 1, 2, "who knows more"));
		assertFails(commit, Reason.OUTCOME_UNKNOWN);
		assertThatThrownBy(next::join).isInstanceOf(CompletionException.class);
		this.dataSource.heal();
		assertThat(impatient.isCommitted(change(actor, 1, 1, "who knows")).join()).isTrue();
		assertThat(impatient.isCommitted(change(actor, 1, 9, "never")).join()).isFalse();
		Claim claim = impatient.claim(actor.id()).join();
		impatient.commit(change(actor, claim.epoch(), claim.number() + 1, "new")).join();
		assertFails(impatient.isCommitted(change(actor, 1, 1, "long ago")), Reason.OUTCOME_UNKNOWN);
	}

	@Test
	void joinsATransaction() {
		NewActor actor = create("counter", "a");
		TransactionTemplate transactions = new TransactionTemplate(new JdbcTransactionManager(this.dataSource));
		transactions.executeWithoutResult((status) -> this.store.join(change(actor, 1, 1, "one")));
		assertThat(this.store.isCommitted(change(actor, 1, 1, "one")).join()).isTrue();
		transactions.executeWithoutResult((status) -> {
			this.store.join(change(actor, 1, 2, "two"));
			status.setRollbackOnly();
		});
		assertThat(this.store.isCommitted(change(actor, 1, 2, "two")).join()).isFalse();
		this.store.commit(change(actor, 1, 2, "three")).join();
		StoreException ex = catchThrowableOfType(StoreException.class,
				() -> transactions.executeWithoutResult((status) -> this.store.join(change(actor, 0, 3, "stale"))));
		assertThat(ex.reason()).isEqualTo(Reason.LOST_OWNERSHIP);
		assertThatThrownBy(() -> this.store.join(change(actor, 1, 3, "none")))
			.isInstanceOf(IllegalStateException.class);
	}

	@Test
	void closeWritesWhatWaits() {
		List<NewActor> actors = create(50);
		List<CompletableFuture<@Nullable Void>> commits = actors.stream()
			.map((actor) -> this.store.commit(change(actor, 1, 1, "x")))
			.toList();
		this.store.close();
		assertThat(commits).allMatch((commit) -> commit.isDone() && !commit.isCompletedExceptionally());
		assertFails(this.store.commit(change(actors.get(0), 1, 2, "late")), Reason.UNAVAILABLE);
		assertThat(this.store.isOwnershipValid()).isFalse();
		assertThat(this.sql.sql("SELECT count(*) FROM rivet_node").query(Long.class).single()).isZero();
	}

	@Test
	void leaseIsRenewedAndConnectionsGoBackWhenIdle() {
		JdbcActorStore brief = newStore(Duration.ofSeconds(2));
		NewActor actor = newActor("counter", "a");
		brief.create(actor).join();
		Set<Long> leases = new HashSet<>();
		await().until(() -> {
			assertThat(brief.isOwnershipValid()).isTrue();
			leases.addAll(this.sql.sql("SELECT lease_until FROM rivet_node").query(Long.class).list());
			return leases.size() > 2;
		});
		brief.commit(change(actor, 1, 1, "still mine")).join();
		brief.close();
		await().until(() -> this.pool.getHikariPoolMXBean().getActiveConnections() == 0);
	}

	/**
	 * Holds a group in its commit until all that the operations hand over is waiting
	 * behind it.
	 */
	<T> List<T> inOneGroup(java.util.function.Supplier<List<T>> operations) {
		NewActor first = newActor("first", id());
		FaultyDataSource.Gate gate = this.dataSource.holdNextStatement();
		CompletableFuture<Creation> held = this.store.create(first);
		gate.awaitReached();
		List<T> result = operations.get();
		gate.open();
		held.join();
		return result;
	}

	JdbcActorStore newStore(Duration lease) {
		return newStore(lease, () -> {
		});
	}

	JdbcActorStore newStore(Duration lease, Runnable onOwnershipLost) {
		return newStore(new StoreOptions(lease, Duration.ofSeconds(10), false), onOwnershipLost);
	}

	JdbcActorStore newStore(StoreOptions options, Runnable onOwnershipLost) {
		JdbcActorStore store = new JdbcActorStore(this.dataSource, Clock.tick(Clock.systemUTC(), Duration.ofMillis(1)),
				options);
		this.stores.add(store);
		store.start(onOwnershipLost);
		return store;
	}

	NewActor create(String name, String key) {
		NewActor actor = newActor(name, key);
		assertThat(this.store.create(actor).join().created()).isTrue();
		return actor;
	}

	List<NewActor> create(int count) {
		List<NewActor> actors = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			actors.add(create("many", "" + i));
		}
		return actors;
	}

	long count(String condition) {
		return this.sql.sql("SELECT count(*) FROM rivet_state WHERE " + condition).query(Long.class).single();
	}

	static NewActor newActor(String name, String... key) {
		return new NewActor(id(), name, ActorKey.of(key), new byte[] { 1 }, "sleep", NOW);
	}

	static ChangeSet change(NewActor actor, long epoch, long number, @Nullable String state) {
		return change(actor, epoch, number, state, null);
	}

	static ChangeSet change(NewActor actor, long epoch, long number, @Nullable String state,
			@Nullable Transition transition) {
		return new ChangeSet(actor.id(), epoch, number, (state != null) ? state.getBytes(StandardCharsets.UTF_8) : null,
				List.of(), transition);
	}

	static void assertFails(CompletableFuture<?> future, Reason reason) {
		CompletionException ex = catchThrowableOfType(CompletionException.class, future::join);
		assertThat(ex).as("a failure").isNotNull();
		assertThat(ex.getCause()).isInstanceOfSatisfying(StoreException.class,
				(cause) -> assertThat(cause.reason()).as(cause.toString()).isEqualTo(reason));
	}

	private static @Nullable Claim claimOrNull(JdbcActorStore store, String id) {
		try {
			return store.claim(id).join();
		}
		catch (CompletionException ex) {
			return null;
		}
	}

	private static void join(Thread thread) {
		try {
			thread.join();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String id() {
		return UUID.randomUUID().toString();
	}

	private static byte[] randomBytes(int length) {
		byte[] bytes = new byte[length];
		new java.util.Random(length).nextBytes(bytes);
		return bytes;
	}

}
