package io.millrace.metadata.config;

import io.millrace.metadata.config.ConfigKey.Scope;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef;

/**
 * The broker keys of Apache Kafka 4.4 that mean nothing here: a configuration of Kafka's is accepted with them, and each is
 * named as being without effect. The list is read when a key is met that is not ours, so usually never.
 */
final class KafkaBrokerKeys {
    private static final String RESOURCE = "kafka-broker-keys.txt";

    /** Keys that end in a name of the operator's own, for a listener or a plug-in. */
    private static final List<String> PREFIXES =
            List.of("listener.name.", "config.providers.", "rsm.config.", "rlmm.config.");

    private KafkaBrokerKeys() {}

    static Optional<ConfigKey> find(String name) {
        Optional<ConfigKey> listed = Listed.CATALOGUE.find(name);
        if (listed.isPresent() || PREFIXES.stream().noneMatch(name::startsWith)) {
            return listed;
        }
        return Optional.of(key(name, ConfigDef.Type.PASSWORD, Scope.READ_ONLY));
    }

    static List<String> names() {
        return Listed.CATALOGUE.keys().stream().map(ConfigKey::name).toList();
    }

    private static ConfigKey key(String name, ConfigDef.Type type, Scope scope) {
        return ConfigKey.broker(name, type, null, Range.any())
                .doc("A key of Kafka's, without effect here.")
                .scope(scope)
                .withoutEffect();
    }

    private static ConfigCatalogue read() {
        InputStream resource = Objects.requireNonNull(KafkaBrokerKeys.class.getResourceAsStream(RESOURCE), RESOURCE);
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(resource, StandardCharsets.UTF_8))) {
            List<ConfigKey> keys = lines.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(KafkaBrokerKeys::parse)
                    .toList();
            return new ConfigCatalogue("Kafka broker", keys);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Secrets without use are not stored: what is a password can only stand in a file. */
    private static ConfigKey parse(String line) {
        List<String> fields = List.of(line.split(" ", -1));
        Scope scope = switch (fields.get(2)) {
            case "cluster-wide" -> Scope.CLUSTER_WIDE;
            case "per-broker" -> Scope.PER_BROKER;
            default -> Scope.READ_ONLY;
        };
        ConfigDef.Type type = type(fields.get(1));
        return key(fields.get(0), type, type == ConfigDef.Type.PASSWORD ? Scope.READ_ONLY : scope);
    }

    /** A class is only its name here: nothing that a client sends gets loaded. */
    private static ConfigDef.Type type(String name) {
        return name.equals("CLASS") ? ConfigDef.Type.STRING : ConfigDef.Type.valueOf(name);
    }

    /** Read once, when first asked for. */
    private static final class Listed {
        static final ConfigCatalogue CATALOGUE = read();
    }
}
