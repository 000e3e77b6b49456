package dev.rivet.benchmark;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The least that a Spring MVC application can do: it answers with a constant.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration(exclude = DataSourceAutoConfiguration.class)
@Import(BareApplication.ConstantController.class)
class BareApplication {

	public static void main(String[] args) {
		ReferenceApplication.run(BareApplication.class, args);
	}

	@RestController
	static class ConstantController {

		@GetMapping("/health")
		void health() {
		}

		@PostMapping("/constant")
		Output constant() {
			return new Output(1);
		}

	}

	/**
	 * The answer.
	 *
	 * @param output the constant
	 */
	record Output(long output) {
	}

}
