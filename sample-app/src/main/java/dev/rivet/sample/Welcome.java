package dev.rivet.sample;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.web.server.servlet.context.ServletWebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Says where to go.
 */
@Component
class Welcome {

	private static final Logger log = LoggerFactory.getLogger(Welcome.class);

	@EventListener
	void started(ServletWebServerInitializedEvent event) {
		log.info("A chat and a kitchen are at http://localhost:{}/, its actors under /api/rivet",
				event.getWebServer().getPort());
	}

}
