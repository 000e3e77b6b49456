package dev.rivet.autoconfigure;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;

/**
 * Requests as bytes: the seeds among the resources, and what chance makes of them. The
 * same number is always the same request.
 */
final class HostileRequests {

	/**
	 * What has broken servers before, or looks like it.
	 */
	private static final List<byte[]> TOKENS = tokens("%", "%0", "%zz", "%00", "%2F", "%5C", "%2e%2e/", "%C0%AF", "%FF",
			"../", "//", ";a=b", "?", "#", "&", "=", "&rvt-key=%", "&rvt-method=get", "&limit=-1", "&limit=1e9",
			"&cursor=9.9", "@", "\\", "\0", "\t", "\n", "\r\n", "\r\n\r\n", "é", "\u00ff\u00fe", "\ud83d\ude00", "\"",
			"'", "{", "[", "]", "}", ",", ":", "null", "true", "-1", "NaN", "1e999", "9223372036854775808",
			"99999999999999999999999999999999", "\\ud800", "\\u0000", "[\"$BigInt\",\"x\"]", "[\"$Undefined\",1]",
			"[\"$Uint8Array\",\"*\"]", "[\"$$\",0]", "\u00a1\u0061\u0061", "\u009b\u007f\u00ff\u00ff\u00ff\u00ff",
			"\u00bf", "\u005f\u00ff", "\u00c2\u0058\u00ff", "\u00f9\u007e\u0000", "\u00d8\u0040", "[".repeat(2000),
			"{\"a\":".repeat(2000), "\u0081".repeat(2000), "a".repeat(5000), "7".repeat(5000), "%41".repeat(3000));

	private final List<byte[]> seeds = new ArrayList<>();

	private final List<byte[]> bodies = new ArrayList<>();

	private final long seed;

	HostileRequests(long seed, String actorId) throws IOException {
		this.seed = seed;
		for (String codec : List.of("json", "cbor", "bare")) {
			for (Resource body : resources("protocol/MessageCodecFuzzTestsInputs/" + codec + "/*")) {
				this.bodies.add(body.getContentAsByteArray());
			}
		}
		for (Resource request : resources("autoconfigure/requests/*")) {
			String text = request.getContentAsString(StandardCharsets.UTF_8).replace("{id}", actorId);
			int end = text.indexOf("\n\n");
			String head = text.substring(0, end).replace("\n", "\r\n");
			this.seeds.add(framed(head, body(text.substring(end + 2).stripTrailing())));
		}
	}

	private static List<Resource> resources(String pattern) throws IOException {
		return Arrays.stream(new PathMatchingResourcePatternResolver().getResources("classpath:dev/rivet/" + pattern))
			.sorted((a, b) -> String.valueOf(a.getFilename()).compareTo(String.valueOf(b.getFilename())))
			.toList();
	}

	private static List<byte[]> tokens(String... tokens) {
		// ISO-8859-1 lets one write any byte; what does not fit it is meant as UTF-8
		return Arrays.stream(tokens)
			.map((token) -> token.getBytes(StandardCharsets.ISO_8859_1.newEncoder().canEncode(token)
					? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8))
			.toList();
	}

	private byte[] body(String text) {
		return switch (text) {
			case "{cbor}" -> named("cbor/echo-special-request-2.1.5");
			case "{bare}" -> named("bare/echo-special-request-2.1.5");
			default -> text.replace("\n", "\r\n").getBytes(StandardCharsets.UTF_8);
		};
	}

	private static byte[] named(String name) {
		try {
			return resources("protocol/MessageCodecFuzzTestsInputs/" + name).get(0).getContentAsByteArray();
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	List<byte[]> seeds() {
		return this.seeds;
	}

	/**
	 * Returns the request with a number.
	 */
	byte[] get(int number) {
		Random random = new Random(this.seed + number * 7919L);
		byte[] request = any(this.seeds, random);
		int split = split(request);
		byte[] head = Arrays.copyOf(request, split);
		byte[] body = Arrays.copyOfRange(request, Math.min(split + 4, request.length), request.length);
		for (int i = random.nextInt(4); i >= 0; i--) {
			switch (random.nextInt(5)) {
				case 0, 1 -> head = mutate(head, random);
				case 2, 3 -> body = mutate(body, random);
				default -> body = any(this.bodies, random);
			}
		}
		if (random.nextInt(4) > 0) {
			head = parseable(head);
		}
		if (random.nextInt(8) == 0) {
			return join(head, "\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1), body);
		}
		return framed(new String(head, StandardCharsets.ISO_8859_1), body);
	}

	/**
	 * Removes what a web server refuses before anybody else sees the request.
	 */
	private static byte[] parseable(byte[] head) {
		List<String> lines = new ArrayList<>(
				List.of(new String(head, StandardCharsets.ISO_8859_1).split("[\r\n]+", -1)));
		String[] words = lines.get(0).split(" ");
		StringBuilder target = new StringBuilder();
		for (char c : String.join("%20", Arrays.asList(words).subList(1, Math.max(1, words.length - 1)))
			.toCharArray()) {
			target.append((c <= ' ' || c >= 127 || "\"#<>\\^`{|}".indexOf(c) >= 0) ? "%%%02X".formatted((int) c) : c);
		}
		if (target.indexOf("/") != 0) {
			target.insert(0, '/');
		}
		String method = words[0].replaceAll("[^A-Za-z-]", "");
		lines.set(0, (method.isEmpty() ? "GET" : method) + " " + target + " HTTP/1.1");
		lines.replaceAll((line) -> line.replaceAll("[\\p{Cntrl}]", ""));
		lines.removeIf((line) -> line != lines.get(0) && !line.matches("[A-Za-z-]+:.*"));
		if (lines.stream().noneMatch((line) -> line.startsWith("Host:"))) {
			lines.add("Host: localhost");
		}
		return String.join("\r\n", lines).getBytes(StandardCharsets.ISO_8859_1);
	}

	private byte[] mutate(byte[] bytes, Random random) {
		int start = random.nextInt(bytes.length + 1);
		int end = Math.min(bytes.length, start + random.nextInt(1 << random.nextInt(8)));
		byte[] before = Arrays.copyOf(bytes, start);
		byte[] part = Arrays.copyOfRange(bytes, start, end);
		byte[] after = Arrays.copyOfRange(bytes, end, bytes.length);
		return switch (random.nextInt(7)) {
			case 0 -> join(before, after);
			case 1 -> join(before, part, part, after);
			case 2 -> join(before, flipped(part, random), after);
			case 3 -> join(before, any(TOKENS, random), part, after);
			case 4 -> join(before, any(TOKENS, random), after);
			case 5 -> join(before, slice(any(this.seeds, random), random), after);
			default -> join(before, slice(any(this.bodies, random), random), after);
		};
	}

	private static byte[] flipped(byte[] bytes, Random random) {
		for (int i = 0; i < bytes.length; i++) {
			if (random.nextInt(4) == 0) {
				bytes[i] = (byte) random.nextInt(256);
			}
		}
		return bytes;
	}

	private static byte[] slice(byte[] bytes, Random random) {
		int start = random.nextInt(bytes.length + 1);
		return Arrays.copyOfRange(bytes, start, Math.min(bytes.length, start + random.nextInt(64)));
	}

	private static byte[] any(List<byte[]> list, Random random) {
		return list.get(random.nextInt(list.size()));
	}

	private static int split(byte[] request) {
		return new String(request, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n");
	}

	private static byte[] framed(String head, byte[] body) {
		boolean unframed = body.length > 0 && !head.contains("Transfer-Encoding");
		String length = unframed ? "\r\nContent-Length: " + body.length : "";
		return join((head + length + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1), body);
	}

	private static byte[] join(byte[]... parts) {
		ByteArrayOutputStream joined = new ByteArrayOutputStream();
		for (byte[] part : parts) {
			joined.writeBytes(part);
		}
		return joined.toByteArray();
	}

}
