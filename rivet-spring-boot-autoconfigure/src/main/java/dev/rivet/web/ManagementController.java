package dev.rivet.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

import dev.rivet.actor.ActorKey;
import dev.rivet.client.RivetException;
import dev.rivet.protocol.CborText;
import dev.rivet.protocol.Peer;
import dev.rivet.runtime.ActorAdministration;
import dev.rivet.runtime.ActorRuntime;
import dev.rivet.store.ActorPage;
import dev.rivet.store.ActorRecord;
import dev.rivet.store.Creation;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.beans.TypeMismatchException;
import org.springframework.http.HttpHeaders;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;

/**
 * Metadata, and finding, creating and ending actors. What the application has set up for
 * its own controllers does not change it: it has a {@link ManagementHandlerMapping} of
 * its own, and mappers of its own for bodies.
 */
@RequestMapping("${rivet.base-path:/api/rivet}")
public final class ManagementController {

	private static final int MAX_IDS = 32;

	private static final int MAX_PAGE = 1000;

	private static final Pattern CURSOR = Pattern.compile("\\d{1,18}\\.[!-~]{1,64}");

	/**
	 * Room for an input of 4 MiB, the limit that RivetKit documents, in base64.
	 */
	private static final int MAX_BODY = 6 * 1024 * 1024;

	/**
	 * Reads bodies, which have few values, however long one of them is.
	 */
	private static final JsonMapper BODIES = JsonMapper
		.builder(JsonFactory.builder()
			.streamReadConstraints(StreamReadConstraints.builder().maxTokenCount(1000).build())
			.build())
		.build();

	private final ActorRuntime runtime;

	private final ObjectMapper wire;

	private final String version;

	private final @Nullable String kvToken;

	/**
	 * Creates a controller.
	 * @param runtime what runs the actors
	 * @param wire the mapper for values
	 * @param version the version that clients are told
	 * @param kvToken what who reads values has to know, or {@code null} if nobody may
	 */
	public ManagementController(ActorRuntime runtime, ObjectMapper wire, String version, @Nullable String kvToken) {
		this.runtime = runtime;
		this.wire = wire;
		this.version = version;
		this.kvToken = kvToken;
	}

	@GetMapping(path = { "", "/" })
	void greeting(HttpServletResponse response) throws IOException {
		new Answer(200, Answer.TEXT, bytes("This is a Rivet for Spring server.\n")).write(response);
	}

	@GetMapping("/health")
	void health(HttpServletResponse response) throws IOException {
		json(this.wire.createObjectNode().put("status", "ok").put("runtime", "rivetkit").put("version", this.version))
			.write(response);
	}

	@GetMapping("/metadata")
	void metadata(HttpServletResponse response) throws IOException {
		ObjectNode body = this.wire.createObjectNode().put("runtime", "rivetkit").put("version", this.version);
		body.putObject("runner").put("version", 1).putObject("kind").putObject("normal");
		body.set("actorNames", names(this.runtime.names()));
		json(body).write(response);
	}

	@GetMapping("/actors/names")
	void listNames(@RequestParam @Nullable String namespace, @RequestParam @Nullable String cursor,
			@RequestParam(defaultValue = "100") int limit, HttpServletResponse response) throws IOException {
		require(namespace != null, "Namespace is required.");
		TreeMap<String, Map<String, String>> all = new TreeMap<>(this.runtime.names());
		Map<String, Map<String, String>> rest = (cursor != null) ? all.tailMap(cursor, false) : all;
		TreeMap<String, Map<String, String>> page = new TreeMap<>();
		rest.entrySet().stream().limit(limit(limit)).forEach((entry) -> page.put(entry.getKey(), entry.getValue()));
		ObjectNode body = this.wire.createObjectNode();
		body.set("names", names(page));
		body.putObject("pagination").put("cursor", (page.size() < rest.size()) ? page.lastKey() : null);
		json(body).write(response);
	}

	@GetMapping("/actors")
	void list(@RequestParam(name = "actor_ids") @Nullable String actorIds, @RequestParam @Nullable String name,
			@RequestParam @Nullable String key,
			@RequestParam(name = "include_destroyed", defaultValue = "false") boolean includeDestroyed,
			@RequestParam @Nullable String cursor, @RequestParam(defaultValue = "100") int limit,
			HttpServletResponse response) throws IOException {
		if (actorIds != null) {
			require(name == null && key == null,
					"Cannot provide both actor_ids and (name + key). Use either actor_ids or (name + key).");
			List<String> ids = Arrays.stream(actorIds.split(",")).filter(StringUtils::hasText).distinct().toList();
			require(ids.size() <= MAX_IDS, "At most " + MAX_IDS + " actor_ids are allowed.");
			List<ActorRecord> found = this.runtime.records()
				.findAll(ids)
				.stream()
				.filter((actor) -> includeDestroyed || actor.destroyedAt() == null)
				.toList();
			json(actors(found)).write(response);
			return;
		}
		if (name == null) {
			throw invalid((key != null) ? "Name is required when key is provided."
					: "Name is required when not using actor_ids.");
		}
		if (key != null) {
			json(actors(includeDestroyed ? this.runtime.records().findAll(name, key(key), limit(limit))
					: this.runtime.records().find(name, key(key)).stream().toList()))
				.write(response);
			return;
		}
		require(cursor == null || CURSOR.matcher(cursor).matches(), "cursor is none that was given");
		ActorPage page = this.runtime.records().list(name, includeDestroyed, cursor, limit(limit));
		ObjectNode body = actors(page.actors());
		body.putObject("pagination").put("cursor", page.cursor());
		json(body).write(response);
	}

	@PutMapping("/actors")
	void getOrCreate(HttpServletRequest request, HttpServletResponse response) throws IOException {
		Creation creation = create(request, true);
		ObjectNode answer = this.wire.createObjectNode();
		answer.set("actor", actor(creation.actor()));
		json(answer.put("created", creation.created())).write(response);
	}

	@PostMapping("/actors")
	void create(HttpServletRequest request, HttpServletResponse response) throws IOException {
		ObjectNode answer = this.wire.createObjectNode();
		answer.set("actor", actor(create(request, false).actor()));
		json(answer).write(response);
	}

	@DeleteMapping("/actors/{actorId}")
	void destroy(@PathVariable String actorId, HttpServletResponse response) throws IOException {
		this.runtime.administration().destroy(actorId).join();
		json(this.wire.createObjectNode()).write(response);
	}

	@PostMapping("/actors/{actorId}/sleep")
	void sleep(@PathVariable String actorId, HttpServletResponse response) throws IOException {
		this.runtime.administration().sleep(actorId).join();
		json(this.wire.createObjectNode()).write(response);
	}

	@GetMapping("/actors/{actorId}/kv/keys/{key}")
	void readValue(@PathVariable String actorId, @PathVariable String key,
			@RequestHeader(name = "x-rivet-token", required = false) @Nullable String token,
			HttpServletResponse response) throws IOException {
		if (this.kvToken == null) {
			throw new RivetException("feature", "restricted",
					"Reading values is restricted. It can be allowed with: `rivet.kv-token`");
		}
		if (token == null || !MessageDigest.isEqual(bytes(token), bytes(this.kvToken))) {
			throw new RivetException("auth", "forbidden", "Forbidden");
		}
		byte[] value = this.runtime.records().readValue(actorId, decode(key)).orElse(null);
		json(this.wire.createObjectNode()
			.put("value", (value != null) ? Base64.getEncoder().encodeToString(value) : null)).write(response);
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static byte[] decode(String base64) {
		try {
			// in the alphabet for URLs, too: not every server lets a slash through
			return Base64.getDecoder().decode(base64.replace('-', '+').replace('_', '/'));
		}
		catch (IllegalArgumentException ex) {
			throw invalid("key is not base64");
		}
	}

	/**
	 * Refuses other methods, which Spring would answer in its own form.
	 */
	@RequestMapping({ "", "/", "/health", "/metadata", "/actors", "/actors/{actorId}", "/actors/{actorId}/sleep",
			"/actors/{actorId}/kv/keys/{key}" })
	void otherMethod() {
		throw GatewayHandler.routeNotFound();
	}

	/**
	 * Parses the query before Spring does, which takes a bad one for a fault of ours.
	 * Where there is a body, it could be taken for a form.
	 */
	@ModelAttribute
	void parseQuery(HttpServletRequest request) {
		if (!request.getMethod().equals("GET")) {
			return;
		}
		try {
			request.getParameterMap();
		}
		catch (RuntimeException ex) {
			// each web server has an exception of its own
			throw invalid("bad percent-encoding in the query");
		}
	}

	@ExceptionHandler
	void failed(Exception failure, HttpServletResponse response) throws IOException {
		if (failure instanceof org.springframework.web.ErrorResponse known) {
			ErrorResponse.of(invalid(String.valueOf(known.getBody().getDetail())), this.wire).write(response);
			return;
		}
		if (failure instanceof TypeMismatchException mismatch) {
			ErrorResponse.of(invalid("bad value for " + mismatch.getPropertyName()), this.wire).write(response);
			return;
		}
		ErrorResponse.of(failure, this.wire).write(response);
	}

	private Creation create(HttpServletRequest http, boolean orGet) {
		Peer peer = Peer.of(http.getHeader(HttpHeaders.USER_AGENT));
		JsonNode request = parse(http);
		String name = text(request, "name");
		if (name == null || name.isEmpty()) {
			throw invalid("name is missing");
		}
		JsonNode key = request.get("key");
		require(key == null || key.isNull() || key.isString(), "key is not a text");
		JsonNode input = request.get("input");
		require(input == null || input.isNull() || input.isString(), "input is not base64");
		String policy = text(request, "crash_policy");
		String crashPolicy = (policy != null) ? policy : ActorAdministration.DEFAULT_CRASH_POLICY;
		require(ActorAdministration.CRASH_POLICIES.contains(crashPolicy),
				"crash_policy must be sleep, restart or destroy");
		CompletableFuture<Creation> creation = this.runtime.administration()
			.create(name, key((key != null) ? key.asString(null) : null),
					(input != null && input.isString()) ? CborText.decode(input.asString(), peer) : null, crashPolicy,
					orGet);
		return creation.join();
	}

	private JsonNode parse(HttpServletRequest http) {
		try {
			JsonNode request = BODIES.readTree(MessageLimits.readBody(http, MAX_BODY));
			require(request.isObject(), "the body is no JSON object");
			return request;
		}
		catch (JacksonException ex) {
			throw invalid("the body is no JSON");
		}
	}

	private static @Nullable String text(JsonNode request, String field) {
		JsonNode value = request.get(field);
		return (value != null && value.isString()) ? value.asString() : null;
	}

	private static ActorKey key(@Nullable String text) {
		try {
			return ActorKey.parse(text);
		}
		catch (IllegalArgumentException ex) {
			throw invalid(String.valueOf(ex.getMessage()));
		}
	}

	private static int limit(int limit) {
		require(limit > 0, "limit must be positive");
		return Math.min(limit, MAX_PAGE);
	}

	private static void require(boolean condition, String message) {
		if (!condition) {
			throw invalid(message);
		}
	}

	private static RivetException invalid(String message) {
		return new RivetException("request", "invalid", "Invalid request: " + message);
	}

	private ObjectNode names(Map<String, Map<String, String>> names) {
		ObjectNode body = this.wire.createObjectNode();
		names.forEach((name, shown) -> {
			ObjectNode metadata = body.putObject(name).putObject("metadata");
			shown.forEach(metadata::put);
		});
		return body;
	}

	private ObjectNode actors(List<ActorRecord> actors) {
		ObjectNode body = this.wire.createObjectNode();
		ArrayNode list = body.putArray("actors");
		actors.forEach((actor) -> list.add(actor(actor)));
		return body;
	}

	private ObjectNode actor(ActorRecord actor) {
		boolean awake = actor.sleptAt() == null && actor.destroyedAt() == null;
		ObjectNode body = this.wire.createObjectNode()
			.put("actor_id", actor.id())
			.put("name", actor.name())
			.put("key", actor.key().toString())
			.put("namespace_id", "default")
			.put("datacenter", this.runtime.region())
			.put("runner_name_selector", "default")
			.put("crash_policy", actor.crashPolicy())
			.put("create_ts", actor.createdAt().toEpochMilli())
			.put("start_ts", millis(actor.startedAt()))
			.put("pending_allocation_ts", (Long) null)
			.put("connectable_ts", awake ? millis(actor.startedAt()) : null)
			.put("sleep_ts", millis(actor.sleptAt()))
			.put("reschedule_ts", (Long) null)
			.put("destroy_ts", millis(actor.destroyedAt()));
		if (actor.error() != null) {
			body.set("error", this.wire.readTree(actor.error()));
		}
		return body;
	}

	private static @Nullable Long millis(@Nullable Instant instant) {
		return (instant != null) ? instant.toEpochMilli() : null;
	}

	private Answer json(JsonNode body) {
		return new Answer(200, Answer.JSON, this.wire.writeValueAsBytes(body));
	}

}
