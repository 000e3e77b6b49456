package dev.rivet.actor;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.util.Assert;

/**
 * The key of an actor: an ordered list of strings, unique among the living actors of one
 * name. The text form, used on the wire and in the database, joins the parts with
 * {@code /}: a {@code /} inside a part becomes {@code \/}, a backslash {@code \\}, an
 * empty part {@code \0}, and the empty key is {@code /}.
 *
 * @param parts the parts of the key, each of at most {@value #MAX_PART_LENGTH} characters
 */
public record ActorKey(List<String> parts) {

	/**
	 * Longest part in characters, as in RivetKit's query schema.
	 */
	public static final int MAX_PART_LENGTH = 128;

	/**
	 * Longest text form in UTF-8 bytes, as documented by RivetKit.
	 */
	public static final int MAX_TEXT_BYTES = 1024;

	private static final String EMPTY = "/";

	/**
	 * Creates a key.
	 * @param parts the parts
	 * @throws IllegalArgumentException if a part or the whole is too long, or a part
	 * holds a NUL or an unpaired surrogate
	 */
	public ActorKey {
		parts = List.copyOf(parts);
		for (String part : parts) {
			Assert.isTrue(part.length() <= MAX_PART_LENGTH,
					() -> "Key part has " + part.length() + " characters, at most " + MAX_PART_LENGTH + " are allowed");
			Assert.isTrue(isText(part), "Key part must not contain NUL or an unpaired surrogate");
		}
		int bytes = text(parts).getBytes(StandardCharsets.UTF_8).length;
		Assert.isTrue(bytes <= MAX_TEXT_BYTES,
				() -> "Key has " + bytes + " bytes, at most " + MAX_TEXT_BYTES + " are allowed");
	}

	/**
	 * Creates a key.
	 * @param parts the parts
	 * @return the key
	 * @throws IllegalArgumentException if a part or the whole is too long, or a part
	 * holds a NUL or an unpaired surrogate
	 */
	public static ActorKey of(String... parts) {
		return new ActorKey(List.of(parts));
	}

	/**
	 * Reads the text form.
	 * @param text the text form; {@code null}, the empty text and {@code /} are the empty
	 * key
	 * @return the key
	 * @throws IllegalArgumentException if a part or the whole is too long, or a part
	 * holds a NUL or an unpaired surrogate
	 */
	public static ActorKey parse(@Nullable String text) {
		if (text == null || text.isEmpty() || text.equals(EMPTY)) {
			return new ActorKey(List.of());
		}
		List<String> parts = new ArrayList<>();
		StringBuilder part = new StringBuilder();
		for (int i = 0; i < text.length(); i++) {
			char c = text.charAt(i);
			if (c == '/') {
				parts.add(part.toString());
				part.setLength(0);
			}
			else if (c == '\\' && i + 1 < text.length()) {
				char escaped = text.charAt(++i);
				if (escaped != '0') {
					part.append(escaped);
				}
			}
			else {
				part.append(c);
			}
		}
		parts.add(part.toString());
		return new ActorKey(parts);
	}

	/**
	 * Returns the text form.
	 */
	@Override
	public String toString() {
		return text(this.parts);
	}

	private static String text(List<String> parts) {
		if (parts.isEmpty()) {
			return EMPTY;
		}
		StringBuilder text = new StringBuilder();
		for (String part : parts) {
			text.append(text.isEmpty() ? "" : "/");
			text.append(part.isEmpty() ? "\\0" : part.replace("\\", "\\\\").replace("/", "\\/"));
		}
		return text.toString();
	}

	private static boolean isText(String part) {
		return part.chars().noneMatch((c) -> c == 0) && StandardCharsets.UTF_8.newEncoder().canEncode(part);
	}

}
