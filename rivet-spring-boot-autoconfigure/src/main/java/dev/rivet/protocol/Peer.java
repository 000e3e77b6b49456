package dev.rivet.protocol;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The generation of the client at the other end.
 * <p>
 * The generations differ in what they do to CBOR payloads: only the newer one lays the
 * tagged arrays of JSON ({@code ["$BigInt","1"]}) over CBOR as well.
 *
 * @since 0.1.0
 */
public enum Peer {

	/**
	 * Clients before 2.3, and those that cannot be told apart.
	 */
	V2_1,

	/**
	 * Clients from 2.3 on.
	 */
	V2_3;

	private static final Pattern USER_AGENT = Pattern.compile("\\bRivetKit/(\\d{1,4})\\.(\\d{1,4})");

	/**
	 * Return the generation that a {@code User-Agent} header tells.
	 * @param userAgent the header's value, or {@code null} when there was none
	 * @return the generation, {@link #V2_1} when it cannot be told
	 */
	public static Peer of(@Nullable String userAgent) {
		if (userAgent == null) {
			return V2_1;
		}
		Matcher matcher = USER_AGENT.matcher(userAgent);
		if (!matcher.find()) {
			return V2_1;
		}
		int major = Integer.parseInt(matcher.group(1));
		int minor = Integer.parseInt(matcher.group(2));
		return (major > 2 || (major == 2 && minor >= 3)) ? V2_3 : V2_1;
	}

}
