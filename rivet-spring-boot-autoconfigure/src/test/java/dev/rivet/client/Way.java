package dev.rivet.client;

import dev.rivet.protocol.Encoding;
import dev.rivet.remote.RemoteServer;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationContext;

/**
 * How a client reaches the actors of an application.
 */
enum Way {

	IN_PROCESS(null), JSON(Encoding.JSON), CBOR(Encoding.CBOR), BARE(Encoding.BARE);

	private final @Nullable Encoding encoding;

	Way(@Nullable Encoding encoding) {
		this.encoding = encoding;
	}

	RivetClient to(ApplicationContext application) {
		if (this.encoding == null) {
			return application.getBean(RivetClient.class);
		}
		String port = application.getEnvironment().getProperty("local.server.port");
		return RemoteServer.at("http://127.0.0.1:" + port + "/api/rivet/").encoding(this.encoding).client();
	}

}
