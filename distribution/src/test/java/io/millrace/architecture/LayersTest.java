package io.millrace.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A request goes down the picture once and comes back up once; a module sees only those below it. */
class LayersTest {
    /** The table of ARCHITECTURE.md: a module, and the modules it may use besides itself. */
    private static final Map<String, List<String>> MAY_USE = Map.of(
            "protocol", List.of(),
            "storage", List.of("protocol"),
            "metadata", List.of("protocol"),
            "replication", List.of("protocol", "storage", "metadata"),
            "coordinator", List.of("protocol", "storage", "metadata"),
            "broker", List.of("protocol", "storage", "metadata", "replication", "coordinator"),
            "cli", List.of("broker", "protocol", "storage"));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.millrace");

    static Stream<String> modules() {
        return MAY_USE.keySet().stream().sorted();
    }

    @Test
    void everyModuleIsInTheTableAndHasClasses() {
        Set<String> found = new TreeSet<>();
        for (JavaClass type : CLASSES) {
            found.add(type.getPackageName().split("\\.", -1)[2]);
        }

        assertThat(found).containsExactlyInAnyOrderElementsOf(MAY_USE.keySet());
    }

    @ParameterizedTest
    @MethodSource("modules")
    void aModuleUsesOnlyThoseBelowIt(String module) {
        String[] others = MAY_USE.keySet().stream()
                .filter(other -> !other.equals(module)
                        && !MAY_USE.getOrDefault(module, List.of()).contains(other))
                .map(LayersTest::packages)
                .toArray(String[]::new);

        noClasses()
                .that()
                .resideInAPackage(packages(module))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .because(module + " may use only " + MAY_USE.get(module))
                .allowEmptyShould(true)
                .check(CLASSES);
    }

    /** What lies in a package below {@code io.millrace.storage} is storage's own business. */
    @Test
    void othersUseStorageThroughItsFacade() {
        noClasses()
                .that(resideOutsideOfPackages("io.millrace.storage.."))
                .should()
                .dependOnClassesThat(resideInAnyPackage("io.millrace.storage.*.."))
                .because("the facade of storage is the package io.millrace.storage")
                .check(CLASSES);
    }

    @Test
    void requestHandlersLieInBrokerApi() {
        classes()
                .that()
                .haveSimpleNameEndingWith("Handler")
                .and()
                .resideInAPackage("io.millrace.broker..")
                .and()
                .areTopLevelClasses()
                .and()
                .areAssignableTo("io.millrace.broker.api.ApiHandler")
                .should()
                .resideInAPackage("io.millrace.broker.api..")
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.millrace.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    /** The broker speaks the protocol; it is nobody's client. What operations there are on configurations is protocol too. */
    @Test
    void onlyTheCommandUsesKafkasClients() {
        noClasses()
                .that()
                .resideOutsideOfPackage(packages("cli"))
                .should()
                .dependOnClassesThat(resideInAnyPackage("org.apache.kafka.clients..")
                        .and(not(name("org.apache.kafka.clients.admin.AlterConfigOp$OpType"))))
                .check(CLASSES);
    }

    @Test
    void onlyTheNetworkUsesSockets() {
        noClasses()
                .that(resideOutsideOfPackages("io.millrace.broker.network..", packages("cli")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.netty.channel..", "io.netty.bootstrap..", "io.netty.handler..")
                .check(CLASSES);
    }

    @Test
    void nothingWritesToTheConsoleButTheCommand() {
        noClasses()
                .that()
                .resideOutsideOfPackage(packages("cli"))
                .should()
                .accessField(System.class, "out")
                .orShould()
                .accessField(System.class, "err")
                .check(CLASSES);
    }

    private static String packages(String module) {
        return "io.millrace." + module + "..";
    }
}
