package dev.rivet.autoconfigure;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.ActorContext;
import dev.rivet.actor.OnCreate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests for finding, listing and ending actors over HTTP, and for what clients are told
 * when they ask for something else.
 */
@Timeout(60)
class ManagementTests {

	private static final String QUERY = "?rvt-namespace=default&rvt-method=getOrCreate&rvt-runner=default&rvt-key=";

	private static final HttpClient http = HttpClient.newHttpClient();

	private static RunningApplication application;

	@BeforeAll
	static void start() {
		application = RunningApplication.start(WebApplicationType.SERVLET,
				List.of("spring.datasource.url=jdbc:h2:mem:management;DB_CLOSE_DELAY=-1",
						RunningApplication.WITHOUT_SECURITY, "rivet.cors.allowed-origins=https://app.example.org",
						"rivet.kv-token=secret"),
				Item.class, Page.class, Broken.class);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@Test
	void actorsAreListedPageByPage() throws Exception {
		List<String> created = new ArrayList<>();
		for (int i = 0; i < 5; i++) {
			created.add(0, application.actor("page", "" + i).resolve());
		}
		List<String> listed = new ArrayList<>();
		String cursor = "";
		int pages = 0;
		while (cursor != null) {
			JsonNode page = json(get("/actors?namespace=default&name=page&limit=2" + cursor));
			page.get("actors").forEach((actor) -> listed.add(actor.get("actor_id").asString()));
			JsonNode next = page.get("pagination").get("cursor");
			cursor = next.isNull() ? null : "&cursor=" + next.asString();
			pages++;
		}
		assertThat(listed).containsExactlyInAnyOrderElementsOf(created);
		assertThat(pages).isEqualTo(3);
		assertError(get("/actors?name=page&limit=0"), 400, "request/invalid");
		assertError(get("/actors?name=page&cursor=nonsense"), 400, "request/invalid");
	}

	@ParameterizedTest
	@ValueSource(strings = { "POST", "PUT" })
	void bodiesAreJsonWhateverTypeTheyAreSaidToBe(String method) throws Exception {
		HttpRequest request = request(method, "/actors").header("Content-Type", "application/x-www-form-urlencoded")
			.method(method, BodyPublishers.ofString("{\"name\":\"item\",\"key\":\"typed-%s\"}".formatted(method)))
			.build();
		assertThat(json(http.send(request, BodyHandlers.ofString())).at("/actor/name").asString()).isEqualTo("item");
	}

	@Test
	void destroyedActorsAreShownToWhoAsksForThem() throws Exception {
		String first = application.actor("item", "gone").resolve();
		assertThat(send("DELETE", "/actors/" + first).statusCode()).isEqualTo(200);
		String second = application.actor("item", "gone").resolve();
		for (String query : List.of("name=item&key=gone", "actor_ids=" + first + "," + second)) {
			assertThat(ids(get("/actors?" + query))).containsExactly(second);
			assertThat(ids(get("/actors?include_destroyed=true&" + query))).containsExactlyInAnyOrder(first, second);
		}
		assertThat(ids(get("/actors?name=item"))).contains(second).doesNotContain(first);
		assertThat(ids(get("/actors?name=item&include_destroyed=true"))).contains(first, second);
		assertThat(json(get("/actors?include_destroyed=true&actor_ids=" + first)).at("/actors/0/destroy_ts").isNumber())
			.isTrue();
	}

	@Test
	void timesAndErrorsAreShown() throws Exception {
		long before = System.currentTimeMillis();
		String id = application.actor("item", "times").resolve();
		application.actor("item", "times").call(Void.class, "touch");
		JsonNode awake = json(get("/actors?actor_ids=" + id)).at("/actors/0");
		assertThat(awake.get("create_ts").asLong()).isBetween(before, System.currentTimeMillis());
		assertThat(awake.get("start_ts").asLong()).isBetween(before, System.currentTimeMillis());
		assertThat(awake.get("connectable_ts")).isEqualTo(awake.get("start_ts"));
		assertThat(awake.get("sleep_ts").isNull()).isTrue();
		assertThat(send("POST", "/actors/" + id + "/sleep").statusCode()).isEqualTo(200);
		await().untilAsserted(
				() -> assertThat(json(get("/actors?actor_ids=" + id)).at("/actors/0/sleep_ts").isNumber()).isTrue());
		assertThat(json(get("/actors?actor_ids=" + id)).at("/actors/0/connectable_ts").isNull()).isTrue();
		assertThat(get("/gateway/broken/health" + QUERY + "b").statusCode()).isEqualTo(200);
		assertThat(send("POST", "/gateway/broken/action/touch" + QUERY + "b").statusCode()).isNotEqualTo(200);
		await().untilAsserted(
				() -> assertThat(json(get("/actors?name=broken&key=b")).at("/actors/0/error/code").asString())
					.isEqualTo("internal_error"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "restart", "sleep", "destroy" })
	void theCrashPolicyOfTheAddressIsKept(String policy) throws Exception {
		get("/gateway/item/health" + QUERY + policy + "&rvt-crash-policy=" + policy);
		assertThat(json(get("/actors?name=item&key=" + policy)).at("/actors/0/crash_policy").asString())
			.isEqualTo(policy);
	}

	@Test
	void bodiesOfManyValuesAreRefused() throws Exception {
		String body = "{\"name\":\"item\",\"key\":\"many\",\"rest\":[%s0]}".formatted("{},".repeat(10_000));
		HttpRequest request = request("PUT", "/actors").method("PUT", BodyPublishers.ofString(body)).build();
		assertError(http.send(request, BodyHandlers.ofString()), 400, "request/invalid");
	}

	@Test
	void pagesOfOtherSitesCannotCreateActors() throws Exception {
		HttpRequest picture = request("GET", "/gateway/item/health" + QUERY + "picture")
			.header("Sec-Fetch-Site", "cross-site")
			.build();
		assertError(http.send(picture, BodyHandlers.ofString()), 404, "actor/not_found");
		assertThat(json(get("/actors?name=item&key=picture")).get("actors")).isEmpty();
		application.actor("item", "picture").resolve();
		assertThat(http.send(picture, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "&rvt-crash-policy=nonsense", "&rvt-skip-ready-wait=maybe", "&rvt-nonsense=1",
			"&rvt-key=again" })
	void badAddressesAreRefused(String addition) throws Exception {
		assertError(get("/gateway/item/health" + QUERY + "bad" + addition), 400, "guard/query_invalid_params");
		assertThat(json(get("/actors?name=item&key=bad")).get("actors")).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(strings = { "true", "1", "false", "0" })
	void clientsMaySayWhetherTheyWait(String value) throws Exception {
		assertThat(get("/gateway/item/health" + QUERY + "wait&rvt-skip-ready-wait=" + value).body()).isEqualTo("ok");
	}

	@Test
	void theHeaderFormNeedsAnId() throws Exception {
		HttpRequest request = request("GET", "/health").header("x-rivet-target", "actor").build();
		assertError(http.send(request, BodyHandlers.ofString()), 400, "request/missing_actor_header");
	}

	@ParameterizedTest
	@CsvSource({ "GET, /nonsense", "GET, /action/x", "PATCH, /actors", "POST, /health", "GET, /actors/x/nonsense",
			"GET, /gateway/", "GET, /gateway//x/health", "GET, /gateway/x//health", "GET, /gateway/@token/health",
			"GET, /gateway/x/nonsense", "DELETE, /gateway/x/action/y" })
	void whatIsNotThereIsNotFound(String method, String path) throws Exception {
		assertError(send(method, path), 404, "route/not_found");
	}

	@Test
	void valuesAreReadByWhoKnowsTheToken() throws Exception {
		application.actor("item", "kv").call(Void.class, "put", "a/b", "value");
		String path = "/actors/" + application.actor("item", "kv").resolve() + "/kv/keys/";
		assertError(get(path + "YS9i"), 403, "auth/forbidden");
		assertError(http.send(withToken(path + "YS9i", "guess"), BodyHandlers.ofString()), 403, "auth/forbidden");
		assertThat(http.send(withToken(path + "YS9i", "secret"), BodyHandlers.ofString()).body())
			.isEqualTo("{\"value\":\"dmFsdWU=\"}");
		assertThat(http.send(withToken(path + "YQ==", "secret"), BodyHandlers.ofString()).body())
			.isEqualTo("{\"value\":null}");
		assertError(http.send(withToken(path + "*", "secret"), BodyHandlers.ofString()), 400, "request/invalid");
		assertError(http.send(withToken("/actors/none/kv/keys/YQ==", "secret"), BodyHandlers.ofString()), 404,
				"actor/not_found");
	}

	private static HttpRequest withToken(String path, String token) {
		return request("GET", path).header("x-rivet-token", token).build();
	}

	@Test
	void browsersOfAllowedOriginsAreAnswered() throws Exception {
		HttpRequest preflight = request("OPTIONS", "/actors").header("Origin", "https://app.example.org")
			.header("Access-Control-Request-Method", "PUT")
			.header("Access-Control-Request-Headers", "content-type, x-rivet-encoding")
			.build();
		HttpResponse<String> allowed = http.send(preflight, BodyHandlers.ofString());
		assertThat(allowed.statusCode()).isEqualTo(200);
		assertThat(header(allowed, "access-control-allow-origin")).isEqualTo("https://app.example.org");
		assertThat(header(allowed, "access-control-allow-credentials")).isEqualTo("true");
		assertThat(header(allowed, "access-control-allow-methods")).contains("PUT");
		assertThat(header(allowed, "access-control-allow-headers")).contains("content-type", "x-rivet-encoding");
		assertThat(header(allowed, "access-control-max-age")).isEqualTo("86400");
		assertThat(header(allowed, "vary")).contains("Origin");
		HttpResponse<String> actual = http.send(
				request("GET", "/metadata").header("Origin", "https://app.example.org").build(),
				BodyHandlers.ofString());
		assertThat(header(actual, "access-control-allow-origin")).isEqualTo("https://app.example.org");
		assertThat(header(actual, "access-control-expose-headers")).isEqualTo("*");
		assertThat(header(actual, "vary")).contains("Origin");
		assertThat(http
			.send(request("GET", "/metadata").header("Origin", "https://evil.example.org").build(),
					BodyHandlers.ofString())
			.statusCode()).isEqualTo(403);
	}

	private static String header(HttpResponse<String> answer, String name) {
		return String.join(",", answer.headers().allValues(name));
	}

	private static void assertError(HttpResponse<String> answer, int status, String error) {
		assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
		assertThat(header(answer, "content-type")).startsWith("application/json");
		JsonNode body = json(answer);
		assertThat(body.path("group").asString() + "/" + body.path("code").asString()).isEqualTo(error);
	}

	private static List<String> ids(HttpResponse<String> answer) {
		List<String> ids = new ArrayList<>();
		json(answer).get("actors").forEach((actor) -> ids.add(actor.get("actor_id").asString()));
		return ids;
	}

	private static JsonNode json(HttpResponse<String> answer) {
		return JsonMapper.shared().readTree(answer.body());
	}

	private static HttpResponse<String> get(String path) throws Exception {
		return send("GET", path);
	}

	private static HttpResponse<String> send(String method, String path) throws Exception {
		return http.send(request(method, path).build(), BodyHandlers.ofString());
	}

	private static HttpRequest.Builder request(String method, String path) {
		boolean action = path.contains("/action/");
		return HttpRequest.newBuilder(URI.create("http://localhost:" + application.port() + "/api/rivet" + path))
			.method(method, action ? BodyPublishers.ofString("{\"args\":[]}") : BodyPublishers.noBody());
	}

	@Actor("item")
	static class Item {

		@Action
		void touch() {
		}

		@Action
		void put(String key, String value, ActorContext context) {
			context.kv().put(key, value);
		}

	}

	@Actor("page")
	static class Page {

	}

	@Actor("broken")
	static class Broken {

		@OnCreate
		void create() {
			throw new IllegalStateException("This failure belongs to the test");
		}

		@Action
		void touch() {
		}

	}

}
