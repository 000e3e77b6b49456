package dev.rivet.sample;

import java.util.List;
import java.util.Map;

import dev.rivet.client.ActorHandle;
import dev.rivet.client.ActorOptions;
import dev.rivet.client.RivetClient;
import dev.rivet.client.RivetException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link Account}.
 */
@SpringBootTest(
		properties = "spring.datasource.url=jdbc:sqlite:target/account-tests.db?journal_mode=WAL&synchronous=FULL"
				+ "&transaction_mode=IMMEDIATE&busy_timeout=5000")
class AccountTests {

	@Autowired
	private RivetClient rivet;

	@Test
	void aTransferMovesMoneyAndCostsAFee() {
		String bank = "transfer-" + System.nanoTime();
		ActorHandle ada = this.rivet.getOrCreate("account", List.of(bank, "ada"),
				ActorOptions.input(new Account.Opening("EUR", 1000)));
		assertThat(ada.call(Long.class, "transfer", "ben", 500)).isEqualTo(495);
		assertThat(statement(bank, "ada").bookings()).extracting(Account.Booking::text)
			.containsExactly("opening", "transfer to ben");
		assertThat(statement(bank, "ben").balance()).isEqualTo(500);
	}

	@Test
	void aTransferBeyondTheBalanceIsRefusedAndChangesNothing() {
		String bank = "refused-" + System.nanoTime();
		ActorHandle ada = this.rivet.getOrCreate("account", bank, "ada");
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> ada.call(Long.class, "transfer", "ben", 100))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("insufficient_funds"))
			.satisfies((ex) -> assertThat(ex.metadata()).isEqualTo(Map.of("balance", 0L, "missing", 101L)));
		assertThat(statement(bank, "ada").bookings()).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(longs = { 0, -500, Long.MIN_VALUE })
	void onlyPositiveAmountsMove(long amount) {
		String bank = "positive-" + System.nanoTime();
		ActorHandle ada = this.rivet.getOrCreate("account", bank, "ada");
		assertThatExceptionOfType(RivetException.class)
			.isThrownBy(() -> ada.call(Long.class, "transfer", "ben", amount))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("invalid_amount"));
		assertThatExceptionOfType(RivetException.class).isThrownBy(() -> ada.call(Long.class, "deposit", amount))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("invalid_amount"));
		assertThat(statement(bank, "ada").bookings()).isEmpty();
	}

	private Account.Statement statement(String bank, String owner) {
		return this.rivet.getOrCreate("account", bank, owner).call(Account.Statement.class, "statement");
	}

}
