package dev.rivet.runtime;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.Kv;
import dev.rivet.actor.UserError;
import dev.rivet.autoconfigure.RunningApplication;
import dev.rivet.client.ActorHandle;
import dev.rivet.client.RivetException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for what actors keep by key. That the databases order and keep rows alike is
 * tested with the store.
 */
@Timeout(30)
class KvTests {

	private static RunningApplication application;

	private ActorHandle keeper;

	@BeforeAll
	static void start(@TempDir Path directory) {
		application = RunningApplication.startActors(directory, Keeper.class);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@BeforeEach
	void handle(TestInfo test) {
		this.keeper = application.actor("keeper", test.getTestMethod().orElseThrow().getName());
	}

	@Test
	void valuesSurviveSleepAndGoWithTheActor() {
		this.keeper.call(Void.class, "put", "a", "1");
		this.keeper.call(Void.class, "put", "a", "2");
		this.keeper.call(Void.class, "put", "ä😀", "ü");
		String id = application.sleep(this.keeper);
		assertThat(this.keeper.call(String.class, "get", "a")).isEqualTo("2");
		assertThat(this.keeper.call(String.class, "get", "ä😀")).isEqualTo("ü");
		assertThat(this.keeper.call(String.class, "get", "missing")).isNull();
		application.runtime().administration().destroy(id).join();
		assertThat(application.count("rivet_value WHERE actor_id = '" + id + "'")).isZero();
	}

	@Test
	void aTurnReadsWhatItHasWritten() {
		this.keeper.call(Void.class, "put", "b", "0");
		assertThat(this.keeper.call(List.class, "writeAndRead")).containsExactly("a=1", "c=3", "null", "{a=1, c=3}");
	}

	@Test
	void anExceptionDropsWhatItsTurnHasWritten() {
		this.keeper.call(Void.class, "put", "a", "1");
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> this.keeper.call(Void.class, "putAndFail"));
		assertThat(this.keeper.call(List.class, "list", "", 10, false)).containsExactly("a=1");
	}

	@Test
	void keysAreOrderedByTheirBytes() {
		assertThat(this.keeper.call(List.class, "order")).containsExactly("00", "01ff", "7f", "80", "fe", "ff", "ff00",
				"ffff");
	}

	@Test
	void batchesMayHaveBinaryKeys() {
		assertThat(this.keeper.call(List.class, "binaryBatches")).containsExactly("ff=1", "00=0", "ff=1");
	}

	@Test
	void listsHavePrefixRangeLimitAndOrder() {
		this.keeper.call(Void.class, "putAll", List.of("a", "b", "b/1", "b/2", "b/3", "b0", "c"));
		assertThat(this.keeper.call(List.class, "list", "b/", 10, false)).containsExactly("b/1=b/1", "b/2=b/2",
				"b/3=b/3");
		assertThat(this.keeper.call(List.class, "list", "b/", 2, true)).containsExactly("b/3=b/3", "b/2=b/2");
		assertThat(this.keeper.call(List.class, "between", "b", "b/3")).containsExactly("b=b", "b/1=b/1", "b/2=b/2");
		this.keeper.call(Void.class, "deletePrefix", "b/");
		assertThat(this.keeper.call(List.class, "list", "", 10, false)).containsExactly("a=a", "b=b", "b0=b0", "c=c");
	}

	@Test
	void aLargeRangeIsDeletedWhole() {
		for (int i = 0; i < 30; i++) {
			int first = i * 100;
			this.keeper.call(Void.class, "putNumbers", first, 100);
		}
		this.keeper.call(Void.class, "deletePrefix", "n");
		assertThat(this.keeper.call(List.class, "list", "", 10, false)).isEmpty();
	}

	@Test
	void limits() {
		this.keeper.call(Void.class, "putSized", 2_048, 131_072);
		refused("kv/key_too_large", "putSized", 2_049, 1);
		refused("kv/value_too_large", "putSized", 1, 131_073);
		this.keeper.call(Void.class, "putNumbers", 0, 128);
		refused("kv/batch_too_large", "putNumbers", 1_000, 129);
		refused("kv/batch_too_large", "putLargeBatch");
		assertThat(this.keeper.call(List.class, "list", "n", 1_000, false)).hasSize(128);
	}

	private void refused(String error, String action, Object... args) {
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> this.keeper.call(Void.class, action, args))
			.satisfies((ex) -> assertThat(ex.group() + "/" + ex.code()).isEqualTo(error));
	}

	@Actor("keeper")
	static class Keeper {

		@Action
		void put(String key, String value, ActorContext context) {
			context.kv().put(key, value);
		}

		@Action
		@Nullable String get(String key, ActorContext context) {
			return context.kv().get(key);
		}

		@Action
		List<String> writeAndRead(ActorContext context) {
			Kv kv = context.kv();
			kv.put("a", "1");
			kv.putBatch(Map.of("c", "2"));
			kv.put("c", "3");
			kv.delete("b");
			List<String> read = new ArrayList<>(texts(kv.list("")));
			read.add(String.valueOf(kv.get("b")));
			read.add(kv.getBatch(List.of("a", "b", "c")).toString());
			return read;
		}

		@Action
		void putAndFail(ActorContext context) {
			context.kv().put("a", "2");
			context.kv().put("b", "2");
			throw new UserError("no", "This failure belongs to the test");
		}

		@Action
		List<String> order(ActorContext context) {
			for (String key : List.of("ff", "80", "00", "7f", "ffff", "ff00", "fe", "01ff")) {
				context.kv().put(HexFormat.of().parseHex(key), new byte[] { 1 });
			}
			List<String> keys = context.kv()
				.list("")
				.stream()
				.map((entry) -> HexFormat.of().formatHex(entry.key()))
				.toList();
			assertThat(context.kv().list(Kv.Range.prefix(new byte[] { -1 }))).hasSize(3);
			return keys;
		}

		@Action
		List<String> binaryBatches(ActorContext context) {
			Kv kv = context.kv();
			byte[] low = { 0 };
			byte[] high = { -1 };
			kv.putBatch(List.of(new Kv.Entry(low, bytes("0")), new Kv.Entry(high, bytes("1"))));
			List<Kv.Entry> read = new ArrayList<>(kv.getBinaryBatch(List.of(high, new byte[] { 1 }, low)));
			kv.deleteBinaryBatch(List.of(low));
			read.addAll(kv.list(Kv.Range.between(low, new byte[] { -1, 0 })));
			return read.stream().map((entry) -> HexFormat.of().formatHex(entry.key()) + "=" + entry.text()).toList();
		}

		private static byte[] bytes(String text) {
			return text.getBytes(StandardCharsets.UTF_8);
		}

		@Action
		void putAll(List<String> keys, ActorContext context) {
			Map<String, String> values = new LinkedHashMap<>();
			keys.forEach((key) -> values.put(key, key));
			context.kv().putBatch(values);
		}

		@Action
		void putNumbers(int first, int count, ActorContext context) {
			Map<String, String> values = new LinkedHashMap<>();
			for (int i = 0; i < count; i++) {
				values.put("n" + (first + i), "");
			}
			context.kv().putBatch(values);
		}

		@Action
		List<String> list(String prefix, int limit, boolean reverse, ActorContext context) {
			Kv.Range range = Kv.Range.prefix(prefix).limitedTo(limit);
			return texts(context.kv().list(reverse ? range.reversed() : range));
		}

		@Action
		List<String> between(String from, String to, ActorContext context) {
			return texts(context.kv().list(Kv.Range.between(from, to)));
		}

		@Action
		void deletePrefix(String prefix, ActorContext context) {
			context.kv().deleteRange(Kv.Range.prefix(prefix));
		}

		@Action
		void putSized(int key, int value, ActorContext context) {
			byte[] name = new byte[key];
			Arrays.fill(name, (byte) 'x');
			context.kv().put(name, new byte[value]);
		}

		@Action
		void putLargeBatch(ActorContext context) {
			List<Kv.Entry> entries = new ArrayList<>();
			for (int i = 0; i < 8; i++) {
				entries.add(new Kv.Entry(new byte[] { 'n', (byte) i }, new byte[131_072]));
			}
			context.kv().putBatch(entries);
		}

		private static List<String> texts(List<Kv.Entry> entries) {
			return entries.stream().map((entry) -> entry.keyText() + "=" + entry.text()).toList();
		}

	}

}
