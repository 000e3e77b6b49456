package dev.rivet.autoconfigure;

import dev.rivet.runtime.ActorRuntime;
import dev.rivet.web.GatewayHandlerMapping;
import dev.rivet.web.GatewaySocketHandler;
import dev.rivet.web.ManagementController;
import dev.rivet.web.StompEndpoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.servlet.DispatcherServlet;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RivetWebAutoConfiguration}.
 */
class RivetWebAutoConfigurationTests {

	private static final AutoConfigurations ours = AutoConfigurations.of(DataSourceAutoConfiguration.class,
			RivetAutoConfiguration.class, RivetWebAutoConfiguration.class);

	private final WebApplicationContextRunner runner = new WebApplicationContextRunner().withConfiguration(ours)
		.withConfiguration(
				AutoConfigurations.of(DispatcherServletAutoConfiguration.class, WebMvcAutoConfiguration.class))
		.withPropertyValues("spring.datasource.generate-unique-name=true");

	@Test
	void clientsAreServedUnderTheDefaultPath() {
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(GatewayHandlerMapping.class);
			assertThat(mvc(context).get().uri("/api/rivet/health")).hasStatusOk();
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "/actors", "/actors/", "actors" })
	void clientsAreServedUnderAnotherPath(String basePath) {
		this.runner.withPropertyValues("rivet.base-path=" + basePath).run((context) -> {
			assertThat(mvc(context).get().uri("/actors/health")).hasStatusOk();
			assertThat(mvc(context).get().uri("/api/rivet/health")).hasStatus(404);
			assertThat(mvc(context).get().uri("/actors/gateway/missing/health")).hasStatus(404)
				.bodyJson()
				.extractingPath("$.code")
				.isEqualTo("not_found");
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "/", "//actors", "/actors//", "/act ors", "/{actors}", "/actors/*", "/%61" })
	void aPathThatClientsCannotBeServedUnderIsRefused(String basePath) {
		this.runner.withPropertyValues("rivet.base-path=" + basePath).run((context) -> {
			assertThat(context).hasFailed();
			FailureAnalysis analysis = new RivetFailureAnalyzer().analyze(context.getStartupFailure());
			assertThat(analysis).isNotNull();
			assertThat(analysis.getDescription()).contains("rivet.base-path", "'" + basePath + "'");
			assertThat(analysis.getAction()).contains("/api/rivet");
		});
	}

	@Test
	void credentialsFromAllOriginsAreRefused() {
		this.runner.withPropertyValues("rivet.cors.allowed-origins=*")
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContaining("rivet.cors.allowed-origin-patterns"));
		this.runner.withPropertyValues("rivet.cors.allowed-origins=*", "rivet.cors.allow-credentials=false")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void clientsThatOfferAnotherHttpVersionAreServed() {
		this.runner.run((context) -> assertThat(
				mvc(context).get().uri("/api/rivet/gateway/missing/health").header("Upgrade", "h2c"))
			.bodyJson()
			.extractingPath("$.code")
			.isEqualTo("not_found"));
	}

	@Test
	void stompNeedsSpringsMessaging() {
		this.runner.run((context) -> assertThat(context).hasSingleBean(StompEndpoint.class));
		this.runner.withClassLoader(new FilteredClassLoader("org.springframework.messaging"))
			.run((context) -> assertThat(context).hasSingleBean(GatewaySocketHandler.class)
				.doesNotHaveBean("rivetStompEndpoint"));
	}

	@Test
	void actorsNeedNoWeb() {
		new ApplicationContextRunner().withConfiguration(ours)
			.withPropertyValues("spring.datasource.generate-unique-name=true")
			.withClassLoader(new FilteredClassLoader("jakarta.servlet", "org.springframework.web"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(ActorRuntime.class)
				.doesNotHaveBean("rivetManagementController"));
	}

	@Test
	void anApplicationThatIsNoWebApplicationServesNothing() {
		this.runner.withClassLoader(new FilteredClassLoader(DispatcherServlet.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ManagementController.class));
	}

	private static MockMvcTester mvc(WebApplicationContext context) {
		return MockMvcTester.from(context);
	}

}
