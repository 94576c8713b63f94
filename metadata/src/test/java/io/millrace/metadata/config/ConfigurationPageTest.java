package io.millrace.metadata.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.metadata.config.ConfigKey.Scope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/configuration.md is made from the catalogues; {@code -Dmillrace.docs=write} makes it anew. */
class ConfigurationPageTest {
    private static final String COMMAND = "mvn -q -pl metadata -am test -Dtest=ConfigurationPageTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Dmillrace.docs=write";

    private static final Path PAGE = Path.of("..", "docs", "configuration.md");

    @Test
    void theConfigurationPageIsCurrent() throws Exception {
        String expected = page();
        if ("write".equals(System.getProperty("millrace.docs"))) {
            Files.createDirectories(PAGE.toAbsolutePath().normalize().getParent());
            Files.writeString(PAGE, expected);
        }
        assertThat(PAGE).as("Make it anew with: " + COMMAND).exists();
        assertThat(Files.readString(PAGE)).as("Make it anew with: " + COMMAND).isEqualTo(expected);
    }

    @Test
    void everyKeyHasOneLineOfDocumentation() {
        for (ConfigCatalogue catalogue : new ConfigCatalogue[] {TopicConfigs.catalogue(), BrokerConfigs.catalogue()}) {
            assertThat(catalogue.keys()).allMatch(key -> key.doc().matches("[^\\n]{10,140}\\."), "documented");
        }
    }

    private static String page() {
        return """
                # Configuration

                <!-- Generated from the catalogues in metadata/src/main/java/io/millrace/metadata/config.
                     %s -->

                Names and defaults are Apache Kafka 4.4's where the thing exists. A Kafka `server.properties` is accepted: a key of
                Kafka's that is not listed here has no effect and is named in a warning at the start; any other key stops the start.

                Broker keys come from the file given by `--config`, from `--set KEY=VALUE`, or from the environment, where
                `num.partitions` is `%s`. Those that change while running can be set with Kafka's tools, for one
                broker or as the default of all. Topic keys are set per topic; what a topic does not say itself, its broker key
                says.

                ## Broker keys

                | Key | Type | Default | Allowed | Changes while running | What |
                |---|---|---|---|---|---|
                %s
                ## Topic keys

                | Key | Type | Default | Allowed | Broker key | What |
                |---|---|---|---|---|---|
                %s""".formatted(COMMAND, StaticConfig.environmentVariable("num.partitions"), brokerRows(), topicRows());
    }

    private static String brokerRows() {
        return BrokerConfigs.catalogue().keys().stream()
                .map(key -> row(key, key.scope() == Scope.READ_ONLY ? "no" : "yes"))
                .collect(Collectors.joining());
    }

    private static String topicRows() {
        return TopicConfigs.catalogue().keys().stream()
                .map(key -> row(
                        key,
                        key.brokerKeys().stream()
                                .map(synonym -> "`" + synonym.name() + "`")
                                .collect(Collectors.joining(", "))))
                .collect(Collectors.joining());
    }

    private static String row(ConfigKey key, String fifth) {
        String value = key.defaultValue() == null ? "" : "`" + key.defaultValue() + "`";
        String doc = key.inEffect() ? key.doc() : key.doc() + " *Accepted, without effect yet.*";
        return "| `%s` | %s | %s | %s | %s | %s |\n"
                .formatted(key.name(), key.type(), value, key.range().allowed(), fifth, doc);
    }
}
