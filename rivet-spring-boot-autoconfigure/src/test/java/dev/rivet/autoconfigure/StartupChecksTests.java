package dev.rivet.autoconfigure;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorWebSocket;
import dev.rivet.actor.CanHibernate;
import dev.rivet.actor.CanSubscribe;
import dev.rivet.actor.Connection;
import dev.rivet.actor.ConnectionState;
import dev.rivet.actor.Cron;
import dev.rivet.actor.Event;
import dev.rivet.actor.Every;
import dev.rivet.actor.FireInfo;
import dev.rivet.actor.OnBeforeConnect;
import dev.rivet.actor.OnConnect;
import dev.rivet.actor.OnCreate;
import dev.rivet.actor.OnDisconnect;
import dev.rivet.actor.OnWebSocket;
import dev.rivet.actor.Queue;
import dev.rivet.actor.QueueListener;
import dev.rivet.actor.QueueMessage;
import dev.rivet.actor.State;
import dev.rivet.runtime.HiddenAction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.event.EventListener;
import org.springframework.http.HttpRequest;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what an application is told when it cannot start because of its actors.
 */
@ExtendWith(OutputCaptureExtension.class)
class StartupChecksTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, RivetAutoConfiguration.class))
		.withPropertyValues("spring.datasource.generate-unique-name=true");

	@Test
	void actorsAndTheirActionsAreLoggedInOneLine(CapturedOutput output) {
		new SpringApplicationBuilder(DataSourceAutoConfiguration.class, RivetAutoConfiguration.class, Good.class,
				OtherGood.class)
			.web(WebApplicationType.NONE)
			.properties("spring.datasource.generate-unique-name=true", "logging.level.dev.rivet=info")
			.run()
			.close();
		assertThat(output.getOut().lines().filter((line) -> line.contains("Actors: "))).singleElement()
			.asString()
			.contains("good (2 actions), other (1 action)");
	}

	@Test
	void twoActorsOfOneName() {
		assertRefused(List.of(Good.class, SecondGood.class), "'good'", "another name");
	}

	@Test
	void scheduledActions() {
		assertRefused(FireInfoAlways.class, "FireInfo", "@Nullable");
		assertRefused(EveryWithArgument.class, "'add'", "ActorContext.schedule()");
		assertRefused(EveryWithConnection.class, "Connection", "@Nullable");
		assertRefused(EveryTooOften.class, "4s", "at least 5 seconds");
		assertRefused(CronWithoutAction.class, "'add'", "@Action");
	}

	@Test
	void listenerThatCannotReplyAsItsQueueSays() {
		assertRefused(OtherReply.class, "returns Integer, where 'work' has replies of type String", "@Queue(reply)");
		assertRefused(ReplyToNobody.class, "returns int, where 'work' has replies of type void", "@Queue(reply)");
		this.runner.withUserConfiguration(FittingReplies.class).run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void overloadedActions() {
		assertRefused(Overloaded.class, "'add'", "@Action(\"...\")");
	}

	@Test
	void twoActionsOfOneName() {
		assertRefused(TwoNames.class, "two actions called 'add'", "another name");
	}

	@Test
	void staticState() {
		assertRefused(StaticState.class, "static @State field 'count'", "Remove 'static'");
	}

	@Test
	void finalStateOfAnImmutableType() {
		assertRefused(FinalState.class, "final @State field 'text'", "Remove 'final'");
		assertRefused(FinalImmutableCollectionRecord.class, "final @State field 'point'", "Remove 'final'");
	}

	@Test
	void finalStateOfATypeThatCannotBeRefilled() {
		assertRefused(FinalAtomic.class, "final @State field 'count'", "Remove 'final'");
	}

	@Test
	void packagePrivateActionOfAnotherPackage() {
		assertRefused(InheritsHiddenAction.class, "package-private @Action method 'hidden'", "protected or public");
	}

	@Test
	void beansAsParameters() {
		assertRefused(BeanAsParameter.class, "Prices", "constructor");
		assertRefused(DataSourceAsParameter.class, "javax.sql.DataSource", "constructor");
	}

	@Test
	void stateOfOneNameInSuperclass() {
		assertRefused(ShadowedState.class, "'count'", "Rename");
	}

	@Test
	void methodsThatAProxyCannotPassOn() {
		assertRefused(PrivateAction.class, "private @Action method 'hidden'", "Remove 'private'");
		assertRefused(StaticAction.class, "static @Action method 'shared'", "Remove 'static'");
		assertRefused(FinalAction.class, "final @Action method 'fixed'", "Remove 'final'");
		assertRefused(PrivateOnCreate.class, "private @OnCreate method 'create'", "Remove 'private'");
	}

	@Test
	void finalClassThatNeedsAProxy() {
		assertRefused(List.of(FinalActor.class, Transactions.class), "FinalActor is final", "Remove 'final'");
		this.runner.withUserConfiguration(FinalActor.class).run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void parametersThatNoClientCanSend() {
		assertRefused(RequestOnCreate.class, "HttpRequest", "constructor");
		assertRefused(ExecutorParameter.class, "'work'", "constructor");
		assertRefused(ConnectionOnCreate.class, "Connection", "remove the parameter");
		assertRefused(ThreadParameter.class, "'work'", "constructor");
		assertRefused(TwoInputs.class, "2 parameters", "one parameter");
	}

	@Test
	void creationInATransaction() {
		assertRefused(TransactionalOnCreate.class, "@Transactional @OnCreate method 'create'", "another bean");
		assertRefused(TransactionalActor.class, "@Transactional @OnCreate method 'create'", "on actions");
	}

	@Test
	void connectionHooks() {
		assertRefused(TwoHooks.class, "more than one @OnConnect method", "Keep one");
		assertRefused(PrivateHook.class, "private @OnDisconnect method 'left'", "Remove 'private'");
		assertRefused(TransactionalHook.class, "transactional @OnConnect method 'joined'", "bean");
		assertRefused(TwoParameters.class, "2 parameters", "one parameter");
		assertRefused(NoRule.class, "@CanSubscribe method 'rule', which returns no boolean", "Return whether");
		assertRefused(TwoRules.class, "two @CanSubscribe methods for 'news'", "Keep one");
		assertRefused(TwoEvents.class, "declares the event 'news' twice", "Keep one");
		assertRefused(NoConnectionState.class, "'initial', which returns nothing", "Return the state");
		assertRefused(NoSocket.class, "without an ActorWebSocket", "Declare an ActorWebSocket");
		assertRefused(NoHibernation.class, "@CanHibernate method 'rule', which returns no boolean", "stay open");
		assertRefused(NothingToHibernate.class, "@CanHibernate method 'rule', but no @OnWebSocket", "Remove it");
		assertRefused(HibernatingTwice.class, "@CanHibernate method 'rule' beside @OnWebSocket(hibernatable = true)",
				"Keep one");
	}

	@Test
	void namesThatClientsCannotUse() {
		assertRefused(LongName.class, "n".repeat(65), "64");
		assertRefused(BadName.class, "'bad name'", "letters");
	}

	@Test
	void anotherScope() {
		assertRefused(SingletonActor.class, "scope", "prototype");
		assertRefused(List.of(SingletonFactoryMethod.class), Good.class.getName(), "@Scope(\"prototype\")");
	}

	@Test
	void annotationsThatWouldNotRunInATurn() {
		assertRefused(Listening.class, "@EventListener on listen()", "RivetClient");
		assertRefused(Scheduling.class, "@Scheduled on tick()", "RivetClient");
		assertRefused(Asynchronous.class, "@Async on later()", "CompletionStage");
		assertRefused(AsynchronousClass.class, "@Async", "CompletionStage");
	}

	@Test
	void anActorThatIsInjectedSomewhere() {
		this.runner.withUserConfiguration(Good.class, NeedsActor.class)
			.run((context) -> assertThat(analyse(context.getStartupFailure())).satisfies((analysis) -> {
				assertThat(analysis.getDescription()).contains(Good.class.getName(), "injected");
				assertThat(analysis.getAction()).contains("RivetClient");
			}));
	}

	@Test
	void aBeanThatAnActorNeedsIsMissing() {
		this.runner.withUserConfiguration(NeedsMissing.class)
			.run((context) -> assertThat(context.getStartupFailure())
				.hasMessageContaining(NeedsMissing.class.getSimpleName())
				.hasMessageContaining(Missing.class.getName()));
	}

	@Test
	void aTimeoutThatIsNoDuration() {
		assertRefused(BadTimeout.class, "'soon'", "5s");
		assertRefused(ZeroTimeout.class, "'0s'", "5s");
		assertRefused(BadSize.class, "'many'", "64KB");
	}

	@Test
	void aPropertyOfAnActorThatDoesNotExist() {
		this.runner.withUserConfiguration(Good.class)
			.withPropertyValues("rivet.actors.god.action-timeout=5s")
			.run((context) -> assertThat(analyse(context.getStartupFailure())).satisfies((analysis) -> {
				assertThat(analysis.getDescription()).contains("rivet.actors.god");
				assertThat(analysis.getAction()).contains("good");
			}));
	}

	@Test
	void aPropertyOfAnActorAsEnvironmentVariablesSpellIt() {
		this.runner.withUserConfiguration(CamelCase.class)
			.withSystemProperties("rivet.actors.camelcase.sleep-timeout=5s")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void aPropertyWithWhichNothingWorks() {
		for (String property : List.of("rivet.sleep-timeout=0s", "rivet.threads.max=0", "rivet.store.lease=1ms",
				"rivet.max-queue-size=-1", "rivet.shutdown-timeout=-1s", "rivet.actors.good.max-schedules=-1")) {
			this.runner.withUserConfiguration(Good.class)
				.withPropertyValues(property)
				.run((context) -> assertThat(context).getFailure()
					.rootCause()
					.isInstanceOf(InvalidConfigurationPropertyValueException.class)
					.hasMessageContaining(property.substring(0, property.indexOf('='))));
		}
	}

	@Test
	void aDatabaseOfWhichEachConnectionHasItsOwn() {
		this.runner.withUserConfiguration(Good.class)
			.withPropertyValues("spring.datasource.url=jdbc:sqlite::memory:")
			.run((context) -> assertThat(analyse(context.getStartupFailure())).satisfies((analysis) -> {
				assertThat(analysis.getDescription()).contains("jdbc:sqlite::memory:");
				assertThat(analysis.getAction()).contains("jdbc:sqlite:app.db");
			}));
	}

	@Test
	void aPropertyThatDoesNotExist() {
		for (String property : List.of("rivet.actors.good.sleep-timout", "rivet.sleep-timout")) {
			this.runner.withUserConfiguration(Good.class)
				.withPropertyValues(property + "=5s")
				.run((context) -> assertThat(context).getFailure()
					.rootCause()
					.isInstanceOf(UnboundConfigurationPropertiesException.class)
					.hasMessageContaining(property));
		}
	}

	@Test
	void aBeanThatOnlyLooksLikeAnActor() {
		assertRefused(List.of(Packages.class, StateWithoutActor.class), "@State field 'count'", "@Actor");
		assertRefused(List.of(Packages.class, ActionWithoutActor.class), "@Action method 'add'", "@Actor");
		assertRefused(List.of(Packages.class, RuleWithoutActor.class), "@CanHibernate method 'rule'", "@Actor");
	}

	private void assertRefused(Class<?> actor, String problem, String action) {
		this.runner.withUserConfiguration(actor).run((context) -> {
			FailureAnalysis analysis = analyse(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains(actor.getName(), problem);
			assertThat(analysis.getAction()).contains(action);
		});
	}

	private void assertRefused(List<Class<?>> classes, String problem, String action) {
		this.runner.withUserConfiguration(classes.toArray(Class<?>[]::new)).run((context) -> {
			FailureAnalysis analysis = analyse(context.getStartupFailure());
			assertThat(analysis.getDescription()).contains(problem);
			assertThat(analysis.getAction()).contains(action);
		});
	}

	private static FailureAnalysis analyse(Throwable failure) {
		assertThat(failure).isNotNull();
		FailureAnalysis analysis = new RivetFailureAnalyzer().analyze(failure);
		assertThat(analysis).as("analysis of %s", failure).isNotNull();
		return analysis;
	}

	@Actor("camelCase")
	static class CamelCase {

	}

	@Actor("good")
	static class Good {

		@Action
		void one() {
		}

		@Action
		void two() {
		}

	}

	@Actor("other")
	static class OtherGood {

		@Action
		void one() {
		}

	}

	@Actor("good")
	static class SecondGood {

	}

	@Actor
	static class Overloaded {

		@Action
		void add(int amount) {
		}

		@Action
		void add(String amount) {
		}

	}

	@Actor
	static class TwoNames {

		@Action
		void add(int amount) {
		}

		@Action("add")
		void plus(String amount) {
		}

	}

	@Actor
	static class StaticState {

		@State
		static int count;

	}

	@Actor
	static class FinalState {

		@State
		private final String text = "";

	}

	@Actor
	static class FinalAtomic {

		@State
		private final AtomicInteger count = new AtomicInteger();

	}

	@Actor
	static class InheritsHiddenAction extends HiddenAction {

	}

	@Service
	static class Prices {

	}

	@Actor
	static class BeanAsParameter {

		@Action
		void order(String dish, Prices prices) {
		}

	}

	@Actor
	static class DataSourceAsParameter {

		@Action
		void order(DataSource dataSource) {
		}

	}

	@Actor
	static class FinalImmutableCollectionRecord {

		@State
		private final Point point = new Point(1);

		record Point(int x) {
		}

	}

	abstract static class Counting {

		@State
		private int count;

	}

	@Actor
	static class ShadowedState extends Counting {

		@State
		private int count;

	}

	@Actor
	static class ThreadParameter {

		@Action
		void work(Thread thread) {
		}

	}

	@Actor
	static class NoConnectionState {

		@ConnectionState
		void initial() {
		}

	}

	@Actor
	static class PrivateAction {

		@Action
		private void hidden() {
		}

	}

	@Actor
	static class StaticAction {

		@Action
		static void shared() {
		}

	}

	@Actor
	static class FinalAction {

		@Action
		final void fixed() {
		}

	}

	@Actor
	static class PrivateOnCreate {

		@OnCreate
		private void create() {
		}

	}

	@Actor
	static class ExecutorParameter {

		@Action
		void work(Executor executor) {
		}

	}

	@Actor
	static final class FinalActor {

		@Action
		@Transactional
		void work() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableTransactionManagement
	static class Transactions {

	}

	@Actor
	static class RequestOnCreate {

		@OnCreate
		void create(HttpRequest request) {
		}

	}

	@Actor
	static class ConnectionOnCreate {

		@OnCreate
		void create(Connection connection) {
		}

	}

	@Actor
	static class TransactionalOnCreate {

		@OnCreate
		@Transactional
		void create() {
		}

	}

	@Actor
	@Transactional
	static class TransactionalActor {

		@OnCreate
		void create() {
		}

	}

	@Actor
	static class TwoInputs {

		@OnCreate
		void create(String first, String second) {
		}

	}

	@Actor("nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn")
	static class LongName {

	}

	@Actor("bad name")
	static class BadName {

	}

	@Actor
	@Scope("singleton")
	static class SingletonActor {

	}

	@Configuration(proxyBeanMethods = false)
	static class SingletonFactoryMethod {

		@Bean
		Good good() {
			return new Good();
		}

	}

	@Actor
	static class Listening {

		@EventListener
		void listen(String event) {
		}

	}

	@Actor
	static class Scheduling {

		@Scheduled(fixedRate = 1000)
		void tick() {
		}

	}

	@Actor
	static class Asynchronous {

		@Async
		@Action
		void later() {
		}

	}

	@Actor
	@Async
	static class AsynchronousClass {

	}

	@Component
	static class NeedsActor {

		NeedsActor(Good good) {
		}

	}

	interface Missing {

	}

	@Actor
	static class NeedsMissing {

		NeedsMissing(Missing missing) {
		}

	}

	@Actor(actionTimeout = "soon")
	static class BadTimeout {

	}

	@Actor(actionTimeout = "0s")
	static class ZeroTimeout {

	}

	@Actor
	@Queue(name = "work", reply = String.class)
	static class OtherReply {

		@QueueListener("work")
		CompletionStage<Integer> count(String text) {
			return CompletableFuture.completedFuture(text.length());
		}

	}

	@Actor
	@Queue(name = "work", reply = void.class)
	static class ReplyToNobody {

		@QueueListener("work")
		int count(String text) {
			return text.length();
		}

	}

	@Actor
	@Queue(name = "primitive", reply = Long.class)
	@Queue(name = "subtype", reply = Number.class)
	@Queue(name = "supertype", reply = Integer.class)
	@Queue(name = "interface", reply = List.class)
	@Queue(name = "nothing", reply = String.class)
	@Queue(name = "future", reply = String.class)
	@Queue(name = "itself", reply = String.class)
	@Queue(name = "null", reply = void.class)
	static class FittingReplies {

		@QueueListener("future")
		Future<String> future() {
			return CompletableFuture.completedFuture("");
		}

		@QueueListener("itself")
		int itself(QueueMessage message) {
			message.complete("");
			return 1;
		}

		@QueueListener("null")
		CompletionStage<?> ofNothing() {
			return CompletableFuture.completedFuture(null);
		}

		@QueueListener("primitive")
		long primitive() {
			return 1;
		}

		@QueueListener("subtype")
		CompletionStage<Integer> subtype() {
			return CompletableFuture.completedFuture(1);
		}

		@QueueListener("supertype")
		Number supertype() {
			return 1;
		}

		@QueueListener("interface")
		Collection<String> anInterface() {
			return List.of();
		}

		@QueueListener("nothing")
		void nothing() {
		}

	}

	@Actor(maxQueueMessageSize = "many")
	static class BadSize {

	}

	@Configuration(proxyBeanMethods = false)
	@AutoConfigurationPackage(basePackageClasses = StartupChecksTests.class)
	static class Packages {

	}

	@Actor
	static class TwoHooks {

		@OnConnect
		void one() {
		}

		@OnConnect
		void two() {
		}

	}

	@Actor
	static class PrivateHook {

		@OnDisconnect
		private void left() {
		}

	}

	@Actor
	static class TransactionalHook {

		@OnConnect
		@Transactional
		void joined() {
		}

	}

	@Actor
	static class TwoParameters {

		@OnBeforeConnect
		void check(String name, String password) {
		}

	}

	@Actor
	static class NoRule {

		@CanSubscribe
		void rule() {
		}

	}

	@Actor
	static class TwoRules {

		@CanSubscribe("news")
		boolean one() {
			return true;
		}

		@CanSubscribe({ "weather", "news" })
		boolean two() {
			return true;
		}

	}

	@Actor
	@Event(name = "news", payload = String.class)
	@Event(name = "news")
	static class TwoEvents {

	}

	@Actor
	static class NoSocket {

		@OnWebSocket
		void open(Connection connection) {
		}

	}

	@Actor
	static class NoHibernation {

		@CanHibernate
		String rule() {
			return "yes";
		}

		@OnWebSocket
		void open(ActorWebSocket socket) {
		}

	}

	@Actor
	static class NothingToHibernate {

		@CanHibernate
		boolean rule() {
			return true;
		}

	}

	@Actor
	static class HibernatingTwice {

		@CanHibernate
		boolean rule() {
			return true;
		}

		@OnWebSocket(hibernatable = true)
		void open(ActorWebSocket socket) {
		}

	}

	@Component
	static class RuleWithoutActor {

		@CanHibernate
		boolean rule() {
			return true;
		}

	}

	@Component
	static class StateWithoutActor {

		@State
		private int count;

	}

	@Actor
	static class FireInfoAlways {

		@Action
		void add(FireInfo info) {
		}

	}

	@Actor
	static class EveryWithArgument {

		@Action
		@Every("10s")
		void add(Optional<Connection> connection, String argument) {
		}

	}

	@Actor
	static class EveryWithConnection {

		@Action
		@Every("10s")
		void add(Connection connection) {
		}

	}

	@Actor
	static class EveryTooOften {

		@Action
		@Every("4s")
		void add() {
		}

	}

	@Actor
	static class CronWithoutAction {

		@Cron("0 3 * * *")
		void add() {
		}

	}

	@Component
	static class ActionWithoutActor {

		@Action
		void add() {
		}

	}

}
