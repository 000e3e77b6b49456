package dev.rivet.autoconfigure;

import java.math.BigInteger;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.State;
import dev.rivet.client.ActorHandle;
import dev.rivet.client.RivetException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.cbor.CBORMapper;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for what becomes of {@link State @State} fields.
 */
@Timeout(30)
@ExtendWith(OutputCaptureExtension.class)
class StateTests {

	private static final CBORMapper cbor = new CBORMapper();

	private static RunningApplication application;

	private ActorHandle counter;

	private ActorHandle rich;

	@BeforeAll
	static void start() {
		application = RunningApplication.start(WebApplicationType.SERVLET,
				List.of("spring.datasource.url=jdbc:h2:mem:state;DB_CLOSE_DELAY=-1",
						"spring.jackson.property-naming-strategy=SNAKE_CASE",
						"spring.jackson.default-property-inclusion=non_null", RunningApplication.WITHOUT_SECURITY),
				Counter.class, Rich.class, Hidden.class, Books.class, Fixed.class, Lists.class);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@BeforeEach
	void handles(TestInfo test) {
		String key = test.getTestMethod().orElseThrow().getName();
		this.counter = application.actor("counter", key);
		this.rich = application.actor("rich", key);
	}

	@Test
	void entriesWithoutAFieldAreKept() {
		this.counter.call(Integer.class, "add", 1);
		String id = application.sleep(this.counter);
		ObjectNode state = state(id);
		state.putObject("fromTheFuture").put("answer", 42).put("bytes", new byte[] { 1 });
		state.putNull("nothing");
		setState(id, state);
		assertThat(this.counter.call(Integer.class, "add", 2)).isEqualTo(3);
		application.sleep(this.counter);
		assertThat(state(id)).isEqualTo(state.put("count", 3));
	}

	@Test
	void aMissingEntryKeepsTheInitialValue() {
		this.counter.call(Integer.class, "add", 1);
		String id = application.sleep(this.counter);
		ObjectNode state = state(id);
		state.remove("name");
		setState(id, state);
		assertThat(this.counter.call(String.class, "name")).isEqualTo("initial");
	}

	@Test
	void typesOfAGenericSuperclassAreKnown() {
		ActorHandle books = application.actor("books", "k");
		books.call(Void.class, "put", new Book("Solaris"));
		application.sleep(books);
		books.call(Void.class, "put", new Book("Ubik"));
		assertThat(books.call(String.class, "titles")).isEqualTo("[Solaris, Ubik]");
	}

	@Test
	void typeVariablesBelongToTheirClasses() {
		ActorHandle lists = application.actor("lists", "k");
		lists.call(Void.class, "put", List.of(new Book("Solaris")));
		application.sleep(lists);
		lists.call(Void.class, "put", List.of(new Book("Ubik")));
		assertThat(lists.call(String.class, "titles")).isEqualTo("[Solaris, Ubik]");
	}

	@Test
	void aFinalCollectionThatCannotChangeIsRefusedBeforeAnythingIsKeptInIt(CapturedOutput output) {
		ActorHandle fixed = application.actor("fixed", "k");
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> fixed.call(Void.class, "nothing"))
			.satisfies((ex) -> assertThat(ex.is("rivetkit", "internal_error")).isTrue());
		assertThat(output).contains("The final @State field 'items' of actor 'fixed' cannot be refilled");
	}

	@Test
	void anEntryOfAnotherTypeFailsTheWakeAndStaysAsItIs(CapturedOutput output) {
		this.counter.call(Integer.class, "add", 1);
		String id = application.sleep(this.counter);
		ObjectNode state = state(id).put("count", "many");
		setState(id, state);
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> this.counter.call(Integer.class, "add", 1))
			.satisfies((ex) -> assertThat(ex.is("rivetkit", "internal_error")).isTrue());
		assertThat(output).contains("State field 'count' of " + Counter.class.getName());
		assertThat(state(id)).isEqualTo(state);
		setState(id, state.put("count", 5));
		assertThat(this.counter.call(Integer.class, "add", 1)).isEqualTo(6);
	}

	@Test
	void aValueThatCannotBeStoredIsNamedAndChangesNothing(CapturedOutput output) {
		this.rich.call(Void.class, "fill");
		String before = this.rich.call(String.class, "describe");
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> this.rich.call(Void.class, "fillWithSecret"))
			.withMessage("State field 'shapes' of actor 'rich' cannot be serialised")
			.satisfies((ex) -> assertThat(ex.is("state", "invalid_type")).isTrue());
		assertThat(output).contains("Caused by: java.lang.IllegalStateException: the secret");
		assertThat(this.rich.call(String.class, "describe")).isEqualTo(before);
		application.sleep(this.rich);
		assertThat(this.rich.call(String.class, "describe")).isEqualTo(before);
	}

	@Test
	void aValueThatCannotBeStoredIsTheFaultOfTheRequestToClients() {
		RestTestClient.bindToServer()
			.baseUrl("http://localhost:" + application.port())
			.build()
			.post()
			.uri("/api/rivet/gateway/{id}/action/fillWithSecret", this.rich.resolve())
			.contentType(MediaType.APPLICATION_JSON)
			.body("{\"args\":[]}")
			.exchange()
			.expectStatus()
			.isBadRequest()
			.expectBody()
			.json("""
					{"group":"state","code":"invalid_type",
						"message":"State field 'shapes' of actor 'rich' cannot be serialised"}
					""");
	}

	@Test
	void finalFieldsAreRefilledInPlace() {
		this.rich.call(Void.class, "fill");
		application.sleep(this.rich);
		assertThat(this.rich.call(String.class, "finals")).isEqualTo("[a, b]{x=1}7");
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> this.rich.call(Void.class, "fillAndFail"));
		assertThat(this.rich.call(String.class, "finals")).isEqualTo("[a, b]{x=1}7");
	}

	@Test
	void richTypesSurviveSleep() {
		this.rich.call(Void.class, "fill");
		String before = this.rich.call(String.class, "describe");
		application.sleep(this.rich);
		assertThat(this.rich.call(String.class, "describe")).isEqualTo(before).contains("Circle", "Square");
	}

	@Test
	void whatNobodySeesSurvivesSleep(CapturedOutput output) {
		ActorHandle hidden = application.actor("hidden", "a");
		hidden.call(Void.class, "fill");
		application.sleep(hidden);
		assertThat(hidden.call(String.class, "describe"))
			.isEqualTo("[apple, pear] 2 x1 2026-01-01T01:00+01:00[Europe/Berlin] 2026-01-01T01:00+02:00");
		assertThat(output).doesNotContain("not the same");
	}

	@Test
	void whatCouldNotBeReadAgainIsNotStored() {
		ActorHandle hidden = application.actor("hidden", "b");
		for (int i = 0; i < 2; i++) {
			assertThatExceptionOfType(RivetException.class).isThrownBy(() -> hidden.call(Void.class, "lock"))
				.withMessage("State field 'locked' of actor 'hidden' cannot be serialised");
		}
		hidden.call(Void.class, "fill");
		application.sleep(hidden);
		assertThat(hidden.call(String.class, "describe")).startsWith("[apple, pear]");
	}

	@Test
	void nothingIsWrittenUnlessSomethingChanged() {
		this.rich.call(Void.class, "fill");
		String id = application.sleep(this.rich);
		long asleep = application.changeNumber(id);
		this.rich.call(String.class, "describe");
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> this.rich.call(Void.class, "fillAndFail"));
		this.rich.call(String.class, "describe");
		assertThat(application.changeNumber(id)).isEqualTo(asleep);
	}

	@Test
	void theJsonSettingsOfTheApplicationChangeNothing() {
		this.rich.call(Void.class, "fill");
		assertThat(this.rich.call(Map.class, "point").keySet()).isEqualTo(Set.of("horizontalPart", "verticalPart"));
		String id = application.sleep(this.rich);
		assertThat(state(id).get("point").has("horizontalPart")).isTrue();
	}

	private static ObjectNode state(String id) {
		byte[] state = application.jdbc()
			.sql("SELECT state FROM rivet_state WHERE " + application.isStateOf(id))
			.query((row, number) -> row.getBytes(1))
			.single();
		return (ObjectNode) cbor.readTree(state);
	}

	private static void setState(String id, ObjectNode state) {
		application.jdbc()
			.sql("UPDATE rivet_state SET state = ? WHERE " + application.isStateOf(id))
			.param(cbor.writeValueAsBytes(state))
			.update();
	}

	@Actor("counter")
	static class Counter {

		@State
		private int count;

		@State
		private String name = "initial";

		@Action
		int add(int amount) {
			this.count += amount;
			return this.count;
		}

		@Action
		String name() {
			return this.name;
		}

	}

	abstract static class Shelf<T> {

		@State
		private final List<T> items = new ArrayList<>();

		@Action
		void put(T item) {
			this.items.add(item);
		}

		List<T> items() {
			return this.items;
		}

	}

	@Actor("books")
	static class Books extends Shelf<Book> {

		@Action
		String titles() {
			return items().stream().map(Book::title).toList().toString();
		}

	}

	abstract static class Named<T, I> extends Shelf<List<I>> {

	}

	@Actor("lists")
	static class Lists extends Named<String, Book> {

		@Action
		String titles() {
			return items().stream().flatMap(List::stream).map(Book::title).toList().toString();
		}

	}

	record Book(String title) {
	}

	@Actor("fixed")
	static class Fixed {

		@State
		private final List<String> items = Arrays.asList("one");

		@Action
		void nothing() {
		}

	}

	@Actor("rich")
	static class Rich {

		@State
		private final List<String> finalList = new ArrayList<>(List.of("initial"));

		@State
		private final Map<String, Integer> finalMap = new TreeMap<>();

		@State
		private final Bean finalBean = new Bean();

		@State
		private Map<String, Integer> hashMap = new HashMap<>();

		@State
		private Map<String, List<Point>> generic = Map.of();

		@State
		private List<Shape> shapes = new ArrayList<>();

		@State
		private Instant instant = Instant.EPOCH;

		@State
		private Optional<String> present = Optional.empty();

		@State
		private Optional<String> absent = Optional.empty();

		@State
		private byte[] bytes = {};

		@State
		private BigInteger large = BigInteger.ZERO;

		@State
		private Point point;

		@Action
		void fill() {
			this.finalList.clear();
			this.finalList.addAll(List.of("a", "b"));
			this.finalMap.put("x", 1);
			this.finalBean.setValue(7);
			for (int i = 0; i < 100; i++) {
				this.hashMap.put("Aa".repeat(i % 7) + "BB" + i * 31, i);
			}
			this.generic = Map.of("points", List.of(new Point(1, null), new Point(2, 3L)));
			this.shapes = new ArrayList<>(List.of(new Circle(2.5), new Square(4)));
			this.instant = Instant.parse("2026-07-01T12:00:00.123456789Z");
			this.present = Optional.of("here");
			this.bytes = new byte[] { 0, -1, 127 };
			this.large = BigInteger.TWO.pow(200).negate();
			this.point = new Point(5, 6L);
		}

		@Action
		void fillAndFail() {
			this.finalList.add("lost");
			this.finalMap.clear();
			this.finalBean.setValue(99);
			throw new IllegalStateException("on purpose");
		}

		@Action
		void fillWithSecret() {
			this.finalList.add("lost");
			this.instant = Instant.MAX;
			this.shapes.add(new Unstorable());
		}

		@Action
		String finals() {
			return this.finalList + "" + this.finalMap + this.finalBean.getValue();
		}

		@Action
		String describe() {
			return new TreeMap<>(this.hashMap) + " " + this.generic + this.shapes + this.instant + this.present
					+ this.absent + List.of(this.bytes.length, this.bytes[1]) + this.large + this.point;
		}

		@Action
		Point point() {
			return this.point;
		}

	}

	@Actor("hidden")
	static class Hidden {

		@State
		private Basket basket = new Basket();

		@State
		private Code code = new Code("initial");

		@State
		private ZonedDateTime zoned;

		@State
		private OffsetDateTime offset;

		@State
		private List<Locked> locked = new ArrayList<>();

		@Action
		void fill() {
			this.basket.add("apple");
			this.basket.add("pear");
			this.code = new Code("x1");
			this.zoned = ZonedDateTime.parse("2026-01-01T01:00+01:00[Europe/Berlin]");
			this.offset = OffsetDateTime.parse("2026-01-01T01:00+02:00");
		}

		@Action
		void lock() {
			this.locked.add(new Locked("key"));
		}

		@Action
		String describe() {
			return this.basket.items + " " + this.basket.count + " " + this.code.value + " " + this.zoned + " "
					+ this.offset;
		}

	}

	static class Basket {

		private final List<String> items = new ArrayList<>();

		private int count;

		void add(String item) {
			this.items.add(item);
			this.count++;
		}

	}

	static class Code {

		private final String value;

		Code(String value) {
			this.value = value;
		}

		@JsonValue
		String value() {
			return this.value;
		}

	}

	static class Locked {

		private final String key;

		private final int turns;

		Locked(String key, int turns) {
			this.key = key;
			this.turns = turns;
		}

		Locked(String key) {
			this(key, 0);
		}

		@Override
		public String toString() {
			return this.key + this.turns;
		}

	}

	record Point(int horizontalPart, Long verticalPart) {
	}

	@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
	@JsonSubTypes({ @JsonSubTypes.Type(value = Circle.class, name = "circle"),
			@JsonSubTypes.Type(value = Unstorable.class, name = "unstorable"),
			@JsonSubTypes.Type(value = Square.class, name = "square") })
	interface Shape {

	}

	record Circle(double radius) implements Shape {
	}

	record Square(int side) implements Shape {
	}

	static class Unstorable implements Shape {

		public int getSides() {
			throw new IllegalStateException("the secret");
		}

	}

	static class Bean {

		private int value;

		public int getValue() {
			return this.value;
		}

		public void setValue(int value) {
			this.value = value;
		}

	}

}
