package dev.rivet.autoconfigure;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.Connection;
import dev.rivet.actor.Event;
import dev.rivet.actor.State;
import dev.rivet.client.ActorConnection;
import dev.rivet.client.RivetException;
import jakarta.validation.Valid;
import jakarta.validation.Validator;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.validation.autoconfigure.ValidationAutoConfiguration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for constraints on what events carry.
 */
@Timeout(30)
class ValidatedEventTests {

	private final List<String> heard = new CopyOnWriteArrayList<>();

	private RunningApplication application;

	private ActorConnection news;

	@BeforeEach
	void start() {
		this.application = RunningApplication.start(WebApplicationType.NONE,
				List.of("spring.datasource.url=jdbc:h2:mem:events"), News.class);
		this.news = this.application.actor("news", "a").connect();
		this.news.on("article", Article.class, (article) -> this.heard.add(article.title()));
		this.news.on("articles", (event) -> this.heard.add(event.name()));
		this.news.on("undeclared", Article.class, (article) -> this.heard.add(article.title()));
	}

	@AfterEach
	void stop() {
		this.application.close();
	}

	@Test
	void anEventThatViolatesConstraintsIsNotSentAndItsTurnFails() {
		assertViolation("broadcast", new Article(" ", List.of()), "no title", 0, "title");
		assertViolation("send", new Article(" ", List.of()), "no title", 0, "title");
		assertThat(this.news.call(int.class, "published")).isZero();
		this.news.call(Void.class, "broadcast", new Article("Tea", List.of()));
		this.news.call(Void.class, "send", new Article("Cake", List.of()));
		assertThat(this.news.call(int.class, "published")).isEqualTo(2);
		await().untilAsserted(() -> assertThat(this.heard).containsExactly("Tea", "Cake"));
	}

	@Test
	void whatIsWithinIsValidatedToo() {
		assertViolation("broadcast", new Article("Tea", List.of(new Author("Ada"), new Author(""))), "no name", 0,
				"authors", 1, "name");
		assertViolation("broadcastAll", List.of(new Article("Tea", List.of()), new Article("", List.of())), "no title",
				1, 1, "title");
	}

	@Test
	void undeclaredEventsAreNotValidated() {
		this.news.call(Void.class, "broadcastUndeclared", new Article("", List.of()));
		await().untilAsserted(() -> assertThat(this.heard).containsExactly(""));
	}

	@Test
	void withoutTheLibraryThereIsNoValidation() {
		ApplicationContextRunner runner = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, RivetAutoConfiguration.class,
					RivetValidationAutoConfiguration.class))
			.withUserConfiguration(News.class);
		runner.withClassLoader(new FilteredClassLoader("jakarta.validation"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("rivetPayloadValidator"));
		runner.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("rivetPayloadValidator"));
		runner.withConfiguration(AutoConfigurations.of(ValidationAutoConfiguration.class))
			.run((context) -> assertThat(context).hasSingleBean(Validator.class).hasBean("rivetPayloadValidator"));
	}

	private void assertViolation(String action, Object argument, String message, Object... path) {
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> this.news.call(Void.class, action, argument))
			.satisfies((ex) -> {
				assertThat(ex.is("event", "invalid_payload")).isTrue();
				assertThat(((Map<?, ?>) ex.metadata()).get("issues"))
					.isEqualTo(List.of(Map.of("path", List.of(path), "message", message)));
			});
	}

	@Actor("news")
	@Event(name = "article", payload = Article.class)
	@Event(name = "articles", payload = { int.class, List.class })
	static class News {

		@State
		private int published;

		@Action
		void broadcast(Article article, ActorContext context) {
			this.published++;
			context.broadcast("article", article);
		}

		@Action
		void broadcastAll(List<Article> articles, ActorContext context) {
			context.broadcast("articles", articles.size(), articles);
		}

		@Action
		void broadcastUndeclared(Article article, ActorContext context) {
			context.broadcast("undeclared", article);
		}

		@Action
		void send(Article article, Connection connection) {
			this.published++;
			connection.send("article", article);
		}

		@Action
		int published() {
			return this.published;
		}

	}

	record Article(@NotBlank(message = "no title") String title, @Valid List<Author> authors) {
	}

	record Author(@NotEmpty(message = "no name") String name) {
	}

}
