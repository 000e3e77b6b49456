package dev.rivet.autoconfigure;

import dev.rivet.actor.Action;
import dev.rivet.actor.Actor;
import dev.rivet.actor.State;
import dev.rivet.client.ActorHandle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for types that a module of the application's knows.
 */
@Timeout(60)
class JacksonModuleTests {

	@Test
	void theyAreArgumentsResultsAndState() {
		try (RunningApplication application = RunningApplication.start("jdbc:h2:mem:modules;DB_CLOSE_DELAY=-1",
				Wallet.class, Modules.class)) {
			ActorHandle wallet = application.actor("wallet", "a");
			assertThat(wallet.call(String.class, "pay", "3 EUR")).isEqualTo("3 EUR");
			application.sleep(wallet);
			assertThat(wallet.call(String.class, "pay", "4 EUR")).isEqualTo("7 EUR");
		}
	}

	@Actor("wallet")
	static class Wallet {

		@State
		private Money money = new Money(0);

		@Action
		Money pay(Money money) {
			this.money = new Money(this.money.amount + money.amount);
			return this.money;
		}

	}

	static final class Money {

		private final int amount;

		Money(int amount) {
			this.amount = amount;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Modules {

		@Bean
		JacksonModule money() {
			return new SimpleModule().addSerializer(new StdSerializer<Money>(Money.class) {

				@Override
				public void serialize(Money value, JsonGenerator generator, SerializationContext context) {
					generator.writeString(value.amount + " EUR");
				}

			}).addDeserializer(Money.class, new StdDeserializer<Money>(Money.class) {

				@Override
				public Money deserialize(JsonParser parser, DeserializationContext context) {
					return new Money(Integer.parseInt(parser.getValueAsString().replace(" EUR", "")));
				}

			});
		}

	}

}
