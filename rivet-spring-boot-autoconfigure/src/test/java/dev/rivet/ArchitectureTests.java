package dev.rivet;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The rules of this code that a compiler does not know.
 */
class ArchitectureTests {

	private static final Path AUTO_CONFIGURATION_IMPORTS = Path.of("target", "classes", "META-INF", "spring",
			AutoConfiguration.class.getName() + ".imports");

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_JARS)
		.importPackages("dev.rivet");

	@ParameterizedTest
	@EnumSource
	void roomUsesOnlyTheRoomsItMay(Room room) {
		check(noClasses().that()
			.resideInAPackage(room.packages())
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(room.forbiddenPackages()));
	}

	@Test
	void everyClassIsInARoom() {
		check(classes().should().resideInAnyPackage(packages(Stream.of(Room.values()))));
	}

	@Test
	void packagesHaveNoCycles() {
		check(slices().matching("dev.rivet.(**)").should().beFreeOfCycles());
	}

	@Test
	void packagesAreNullMarked() {
		check(classes().should(resideInANullMarkedPackage()));
	}

	@Test
	void timeComesFromAClock() {
		check(noClasses().should().accessTargetWhere(readsTheTimeWithoutAClock()));
	}

	@Test
	void nothingIsPrinted() {
		check(noClasses().should()
			.accessField(System.class, "out")
			.orShould()
			.accessField(System.class, "err")
			.orShould()
			.accessTargetWhere(printsAStackTrace()));
	}

	@Test
	void caseConversionNamesALocale() {
		check(noClasses().should().accessTargetWhere(convertsCaseWithoutALocale()));
	}

	@Test
	void autoConfigurationsArePublicAndFinal() {
		check(classes().that()
			.areAnnotatedWith(AutoConfiguration.class)
			.and()
			.resideOutsideOfPackage(Room.TEST.packages())
			.should()
			.bePublic()
			.andShould()
			.haveModifier(JavaModifier.FINAL)
			.andShould()
			.haveSimpleNameEndingWith("AutoConfiguration"));
	}

	@Test
	void autoConfigurationsHaveNoPublicMethods() {
		check(noMethods().that()
			.areDeclaredInClassesThat()
			.areAnnotatedWith(AutoConfiguration.class)
			.should()
			.bePublic());
	}

	@Test
	void autoConfigurationsAreThoseListed() throws IOException {
		Set<String> declared = CLASSES.stream()
			.filter((type) -> type.isAnnotatedWith(AutoConfiguration.class))
			.filter((type) -> !type.getPackageName().startsWith("dev.rivet.test"))
			.map(JavaClass::getName)
			.collect(Collectors.toCollection(TreeSet::new));
		assertThat(listedAutoConfigurations()).containsExactlyInAnyOrderElementsOf(declared);
	}

	@Test
	void beanMethodsHaveNoClassConditions() {
		check(noMethods().that()
			.areAnnotatedWith(Bean.class)
			.should()
			.beAnnotatedWith(ConditionalOnClass.class)
			.because("the method's signature would already need the class: use a nested configuration"));
	}

	@Test
	void conditionsAreNotPublic() {
		check(noClasses().that().areAssignableTo(Condition.class).should().bePublic());
	}

	@Test
	void postProcessorBeanMethodsAreStatic() {
		check(methods().that()
			.areAnnotatedWith(Bean.class)
			.and()
			.haveRawReturnType(JavaClass.Predicates.assignableTo(BeanPostProcessor.class)
				.or(JavaClass.Predicates.assignableTo(BeanFactoryPostProcessor.class)))
			.should()
			.beStatic());
	}

	private static void check(ArchRule rule) {
		rule.allowEmptyShould(true).check(CLASSES);
	}

	private static List<String> listedAutoConfigurations() throws IOException {
		if (Files.notExists(AUTO_CONFIGURATION_IMPORTS)) {
			return List.of();
		}
		return Files.readAllLines(AUTO_CONFIGURATION_IMPORTS)
			.stream()
			.map(String::trim)
			.filter((line) -> !line.isEmpty() && !line.startsWith("#"))
			.toList();
	}

	private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
		return new ArchCondition<>("reside in a @NullMarked package") {

			@Override
			public void check(JavaClass type, ConditionEvents events) {
				events.add(new SimpleConditionEvent(type, type.getPackage().isAnnotatedWith(NullMarked.class),
						"Package %s of %s".formatted(type.getPackageName(), type.getSimpleName())));
			}

		};
	}

	private static DescribedPredicate<JavaAccess<?>> readsTheTimeWithoutAClock() {
		return access("reads the time without a Clock", (target) -> {
			JavaClass owner = target.getOwner();
			boolean namesAClock = target.getRawParameterTypes()
				.stream()
				.anyMatch((type) -> type.isEquivalentTo(Clock.class));
			return switch (target.getName()) {
				case "now" -> owner.getPackageName().startsWith("java.time") && !namesAClock;
				case "currentTimeMillis" -> owner.isEquivalentTo(System.class);
				case JavaConstructor.CONSTRUCTOR_NAME ->
					owner.isEquivalentTo(Date.class) && target.getRawParameterTypes().isEmpty();
				case "getInstance" -> owner.isEquivalentTo(Calendar.class);
				default -> false;
			};
		});
	}

	private static DescribedPredicate<JavaAccess<?>> printsAStackTrace() {
		return access("prints a stack trace", (target) -> target.getName().equals("printStackTrace")
				&& target.getOwner().isAssignableTo(Throwable.class) && target.getRawParameterTypes().isEmpty());
	}

	private static DescribedPredicate<JavaAccess<?>> convertsCaseWithoutALocale() {
		return access("converts case without a Locale",
				(target) -> target.getOwner().isEquivalentTo(String.class)
						&& Set.of("toLowerCase", "toUpperCase").contains(target.getName())
						&& target.getRawParameterTypes().isEmpty());
	}

	/** Calls and method references, such as {@code Instant::now}. */
	private static DescribedPredicate<JavaAccess<?>> access(String description,
			Predicate<CodeUnitAccessTarget> target) {
		return DescribedPredicate.describe(description,
				(access) -> access.getTarget() instanceof CodeUnitAccessTarget codeUnit && target.test(codeUnit));
	}

	private static String[] packages(Stream<Room> rooms) {
		return rooms.map(Room::packages).toArray(String[]::new);
	}

	/**
	 * What may use what. A room is a package with all below it.
	 */
	enum Room {

		CLIENT, PROTOCOL, ACTOR(CLIENT), STORE(ACTOR), RUNTIME(ACTOR, CLIENT, STORE),
		REMOTE(CLIENT, PROTOCOL, ACTOR, RUNTIME), WEB(RUNTIME, PROTOCOL, ACTOR, CLIENT, STORE),
		ACTUATE(RUNTIME, ACTOR, CLIENT, STORE), AUTOCONFIGURE(CLIENT, PROTOCOL, ACTOR, STORE, RUNTIME, WEB, ACTUATE),
		TEST(CLIENT, PROTOCOL, ACTOR, STORE, RUNTIME, WEB, ACTUATE, AUTOCONFIGURE);

		private final Set<Room> mayUse;

		Room(Room... mayUse) {
			this.mayUse = Set.of(mayUse);
		}

		String packages() {
			return "dev.rivet." + name().toLowerCase(Locale.ROOT) + "..";
		}

		String[] forbiddenPackages() {
			return ArchitectureTests
				.packages(Arrays.stream(values()).filter((room) -> room != this && !this.mayUse.contains(room)));
		}

	}

}
