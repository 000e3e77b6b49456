package dev.rivet.benchmark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.rivet.process.JavaServer;
import dev.rivet.process.Requests;
import dev.rivet.process.TestDatabase;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

/**
 * Measures what actors do over time: waking, working off messages and firing alarms.
 */
final class LifeBenchmark {

	private static final Log logger = LogFactory.getLog(LifeBenchmark.class);

	private static final Application APPLICATION = new Application(LifeApplication.class, "/api/rivet/health");

	private static final int SLEEPERS = 10_000;

	private static final int BYSTANDERS = 100;

	private static final String MESSAGE = "{\"body\":1}";

	private final StringBuilder rows = new StringBuilder();

	private final StringBuilder goals = new StringBuilder();

	private final Settings settings;

	private final Path work;

	private final Wrk wrk;

	LifeBenchmark(Settings settings, Path work, Wrk wrk) {
		this.settings = settings;
		this.work = work;
		this.wrk = wrk;
	}

	boolean isEmpty() {
		return this.rows.isEmpty();
	}

	String toMarkdown() {
		return "| database | operation | operations/s | p50 ms | p99 ms |\n|---|---|---:|---:|---:|\n" + this.rows
				+ Results.GOALS + this.goals;
	}

	void run(TestDatabase database) {
		try (JavaServer server = APPLICATION.start(database, this.work, List.of())) {
			wakes(database, server);
			messages(database, server, 1);
			messages(database, server, 100);
			alarms(database, server);
		}
	}

	private void wakes(TestDatabase database, JavaServer server) {
		List<String> gateways = create(server, "sleeper", "wakes-", SLEEPERS);
		long warm = System.nanoTime() + TimeUnit.SECONDS.toNanos(this.settings.warmUp());
		while (System.nanoTime() < warm) {
			wake(server, gateways);
		}
		List<Sample> samples = IntStream.range(0, this.settings.rounds())
			.mapToObj((round) -> wake(server, gateways))
			.toList();
		Sample sample = Sample.median(samples);
		add(database, "wake and first action", sample);
		if (database == TestDatabase.SQLITE) {
			Results.goal(this.goals, "p50 of a wake", database, "≤ 0.60 ms", sample.p50(), "%.3f ms",
					sample.p50() <= 0.6);
		}
		Memory.putToSleep(server, gateways);
	}

	/**
	 * Lets actors sleep and wakes them, one after the other, for a second.
	 */
	private Sample wake(JavaServer server, List<String> gateways) {
		Memory.putToSleep(server, gateways);
		Memory.awaitActors(server, 0);
		Sample sample = this.wrk.increment(server,
				gateways.stream().map((gateway) -> gateway + "/action/increment").toList(), 1, 1);
		if (sample.rate() > SLEEPERS) {
			throw new IllegalStateException("Some were called again when they were awake: " + sample);
		}
		return sample;
	}

	private void messages(TestDatabase database, JavaServer server, int actors) {
		Requests requests = new Requests(server);
		List<String> queues = create(server, "worker", "messages-" + actors + "-", actors).stream()
			.map((gateway) -> gateway + "/queue/work")
			.toList();
		this.wrk.post(server, queues, MESSAGE, 64, this.settings.warmUp());
		long before = settled(requests);
		long begin = System.nanoTime();
		Sample sent = this.wrk.post(server, queues, MESSAGE, 64, this.settings.seconds());
		long done = settled(requests) - before;
		double rate = done / ((System.nanoTime() - begin) / 1e9);
		Sample sample = new Sample(rate, sent.p50(), sent.p99(), sent.processor());
		add(database, "message sent, handled and committed, %,d actor(s)".formatted(actors), sample);
		Results.goal(this.goals, "messages of %,d actor(s)".formatted(actors), database, "≥ 10,000/s", rate, "%,.0f/s",
				rate >= 10_000);
		Memory.putToSleep(server, queues.stream().map((path) -> path.replace("/queue/work", "")).toList());
	}

	/**
	 * Waits until nothing more is done.
	 */
	private static long settled(Requests requests) {
		long before = -1;
		long now = count(requests);
		while (now != before) {
			before = now;
			pause(5);
			now = count(requests);
		}
		return now;
	}

	/**
	 * Lets the alarms of many sleeping actors be due at the same moment, while others are
	 * called.
	 */
	private void alarms(TestDatabase database, JavaServer server) {
		int alarms = this.settings.alarms();
		Requests requests = new Requests(server);
		List<String> bystanders = create(server, "sleeper", "bystanders-", BYSTANDERS);
		long begin = System.currentTimeMillis();
		List<String> gateways = create(server, "sleeper", "alarms-", alarms);
		// to schedule and to fall asleep takes each actor about as long as to be created
		long due = System.currentTimeMillis() + 4 * (System.currentTimeMillis() - begin) + 20_000;
		requests.inParallel(gateways,
				(each, gateway) -> each.send("POST", gateway + "/action/fireAt", "{\"args\":[" + due + "]}"));
		Memory.putToSleep(server, gateways);
		Memory.putToSleep(server, bystanders);
		Memory.awaitActors(server, 0);
		if (System.currentTimeMillis() > due) {
			logger.warn("Scheduling took longer than the alarms were to wait");
			return;
		}
		long before = count(requests);
		SteadyCalls quiet = SteadyCalls.start(server, bystanders);
		while (System.currentTimeMillis() < due - 1000) {
			pause(2);
		}
		add(database, "action before the alarms are due", quiet.stop());
		SteadyCalls meanwhile = SteadyCalls.start(server, bystanders);
		while (System.currentTimeMillis() < due || count(requests) < before + alarms) {
			pause(2);
		}
		double rate = alarms / ((System.currentTimeMillis() - due) / 1e3);
		Sample called = meanwhile.stop();
		add(database, "alarm that wakes its actor, %,d due at once".formatted(alarms), new Sample(rate, 0, 0, 0));
		add(database, "action of another actor meanwhile", called);
		Results.goal(this.goals, "alarms", database, "≥ 5,000/s", rate, "%,.0f/s", rate >= 5_000);
	}

	private static long count(Requests requests) {
		return Long.parseLong(requests.send("GET", "/tally", ""));
	}

	private static void pause(long millis) {
		try {
			Thread.sleep(millis);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted", ex);
		}
	}

	private static List<String> create(JavaServer server, String name, String prefix, int count) {
		List<String> gateways = Collections.synchronizedList(new ArrayList<>());
		new Requests(server).inParallel(IntStream.range(0, count).mapToObj((i) -> prefix + i).toList(),
				(requests, key) -> gateways.add(requests.create(name, key)));
		return List.copyOf(gateways);
	}

	private void add(TestDatabase database, String operation, Sample sample) {
		logger.info("%s, %s: %s".formatted(database, operation, sample));
		this.rows.append("| %s | %s | %,.0f | %.3f | %.3f |%n".formatted(database, operation, sample.rate(),
				sample.p50(), sample.p99()));
	}

}
