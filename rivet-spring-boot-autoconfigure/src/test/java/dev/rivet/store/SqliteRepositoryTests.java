package dev.rivet.store;

import java.nio.file.Path;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.jdbc.autoconfigure.DataJdbcRepositoriesAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.ComponentScan.Filter;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.FilterType;
import org.springframework.data.annotation.Id;
import org.springframework.data.domain.Limit;
import org.springframework.data.domain.PageRequest;
import org.springframework.data.domain.Sort;
import org.springframework.data.jdbc.repository.config.EnableJdbcRepositories;
import org.springframework.data.relational.core.mapping.Table;
import org.springframework.data.repository.ListCrudRepository;
import org.springframework.data.repository.PagingAndSortingRepository;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application on SQLite with repositories of its own.
 */
class SqliteRepositoryTests {

	@TempDir
	Path directory;

	@Test
	void repositoriesWorkOnSqlite() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
					JdbcTemplateAutoConfiguration.class, JdbcClientAutoConfiguration.class,
					DataSourceTransactionManagerAutoConfiguration.class, DataJdbcRepositoriesAutoConfiguration.class))
			.withUserConfiguration(Application.class)
			.withPropertyValues("spring.datasource.url=jdbc:sqlite:" + this.directory.resolve("app.db"))
			.run((context) -> {
				context.getBean(JdbcClient.class)
					.sql("CREATE TABLE book (id integer PRIMARY KEY, title text NOT NULL)")
					.update();
				Books books = context.getBean(Books.class);
				for (String title : List.of("c", "a", "d", "b")) {
					assertThat(books.save(new Book(null, title)).id()).isNotNull();
				}
				assertThat(books.findByTitle("d")).hasSize(1);
				assertThat(books.findAll(PageRequest.of(1, 3, Sort.by("title"))).map(Book::title).getContent())
					.containsExactly("d");
				assertThat(books.findAllByOrderByTitle(Limit.of(2))).extracting(Book::title).containsExactly("a", "b");
				Book first = books.findByTitle("a").get(0);
				books.save(new Book(first.id(), "z"));
				books.delete(books.findByTitle("d").get(0));
				assertThat(books.findAll()).extracting(Book::title).containsExactlyInAnyOrder("b", "c", "z");
				assertThat(books.existsById(first.id())).isTrue();
			});
	}

	@Configuration(proxyBeanMethods = false)
	@EnableJdbcRepositories(considerNestedRepositories = true,
			includeFilters = @Filter(type = FilterType.ASSIGNABLE_TYPE, classes = Books.class))
	static class Application {

	}

	@Table("book")
	record Book(@Id @Nullable Long id, String title) {
	}

	interface Books extends ListCrudRepository<Book, Long>, PagingAndSortingRepository<Book, Long> {

		List<Book> findByTitle(String title);

		List<Book> findAllByOrderByTitle(Limit limit);

	}

}
