package dev.rivet.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;

import tools.jackson.databind.JsonNode;

/**
 * A page in a browser.
 */
public final class Page implements AutoCloseable {

	private final Chromium browser;

	private final String context;

	private final String session;

	Page(Chromium browser, String context, String session) {
		this.browser = browser;
		this.context = context;
		this.session = session;
		send("Runtime.enable", Map.of());
		// as if it was the window in front, so that it gets what is typed
		send("Emulation.setFocusEmulationEnabled", Map.of("enabled", true));
	}

	/**
	 * Evaluates JavaScript, and waits for its value if that is a promise.
	 * @param expression the expression
	 * @return its value
	 */
	public JsonNode evaluate(String expression) {
		JsonNode result = send("Runtime.evaluate",
				Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
		if (result.has("exceptionDetails")) {
			throw new IllegalStateException(expression + ": " + result.path("exceptionDetails"));
		}
		return result.path("result").path("value");
	}

	/**
	 * Returns what a person reads in an element.
	 * @param selector the selector of the element
	 * @return its visible text, which is empty as long as there is no such element
	 */
	public String text(String selector) {
		return evaluate("document.querySelector('%s')?.innerText ?? ''".formatted(selector)).asString();
	}

	public boolean isEnabled(String selector) {
		return evaluate("document.querySelector('%s')?.disabled === false".formatted(selector)).asBoolean();
	}

	public void click(String selector) {
		evaluate("document.querySelector('%s').click()".formatted(selector));
	}

	/**
	 * Types into a field, as the keyboard does.
	 * @param selector the selector of the field
	 * @param text what to type
	 */
	public void type(String selector, String text) {
		evaluate("document.querySelector('%s').focus()".formatted(selector));
		send("Input.insertText", Map.of("text", text));
	}

	public void pressEnter() {
		for (String type : List.of("keyDown", "keyUp")) {
			send("Input.dispatchKeyEvent", Map.of("type", type, "key", "Enter", "code", "Enter",
					"windowsVirtualKeyCode", 13, "text", type.equals("keyDown") ? "\r" : ""));
		}
	}

	/**
	 * Gives the page another size and colour scheme.
	 */
	public void resize(int width, int height, String colorScheme) {
		send("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
		send("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colorScheme))));
	}

	public void screenshot(Path file) throws IOException {
		byte[] image = Base64.getDecoder().decode(send("Page.captureScreenshot", Map.of()).path("data").asString());
		Files.createDirectories(file.getParent());
		Files.write(file, image);
	}

	@Override
	public void close() {
		this.browser.send(null, "Target.disposeBrowserContext", Map.of("browserContextId", this.context));
	}

	private JsonNode send(String method, Map<String, ?> parameters) {
		return this.browser.send(this.session, method, parameters);
	}

}
