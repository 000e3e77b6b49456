package dev.rivet.web;

import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * Maps requests to the {@link ManagementController} alone, without the path prefixes, API
 * versions and the like that the application has set up for its own controllers.
 */
public final class ManagementHandlerMapping extends RequestMappingHandlerMapping {

	private final ManagementController controller;

	/**
	 * Creates a mapping.
	 * @param controller the controller
	 */
	public ManagementHandlerMapping(ManagementController controller) {
		this.controller = controller;
		setOrder(GatewayHandlerMapping.ORDER + 1);
	}

	@Override
	protected void initHandlerMethods() {
		detectHandlerMethods(this.controller);
	}

}
