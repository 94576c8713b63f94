package io.millrace.metadata.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.jspecify.annotations.Nullable;

/**
 * A broker's configuration as it was started with: what file, flags and environment said, checked. Immutable.
 *
 * @param values as text, by key of {@link BrokerConfigs#catalogue()}; only what was set
 * @param withoutEffect keys of Kafka's that were set but mean nothing here: to be named once in a warning
 */
public record StaticConfig(Map<String, String> values, List<String> withoutEffect) {
    public static final StaticConfig EMPTY = new StaticConfig(Map.of(), List.of());

    private static final String ENVIRONMENT_PREFIX = "MILLRACE_";

    public StaticConfig {
        values = Map.copyOf(values);
        withoutEffect = List.copyOf(withoutEffect);
    }

    /**
     * @param properties keys and values as an operator wrote them, those of a Kafka server.properties too
     * @throws InvalidConfigurationException one line for each key that is unknown (with the nearest known one) or whose value
     *     cannot be, naming key, value and range
     */
    public static StaticConfig parse(Map<String, String> properties) {
        Map<String, String> values = new HashMap<>();
        List<String> withoutEffect = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        new TreeMap<>(properties).forEach((written, text) -> {
            try {
                place(written, text.trim(), values, withoutEffect);
            } catch (InvalidConfigurationException e) {
                problems.add(String.valueOf(e.getMessage()));
            }
        });
        problems.addAll(contradictions(values, problems));
        if (!problems.isEmpty()) {
            throw new InvalidConfigurationException(String.join(System.lineSeparator(), problems));
        }
        return new StaticConfig(values, withoutEffect);
    }

    /**
     * The properties among environment variables: NUM_PARTITIONS with the prefix MILLRACE_ is num.partitions. Variables of the
     * prefix that are no key of ours are left out: others use it too.
     */
    public static Map<String, String> fromEnvironment(Map<String, String> environment) {
        Map<String, String> properties = new TreeMap<>();
        for (ConfigKey key : BrokerConfigs.catalogue().keys()) {
            @Nullable String value = environment.get(environmentVariable(key.name()));
            if (value != null) {
                properties.put(key.name(), value);
            }
        }
        return properties;
    }

    /** The environment variable for a key. */
    public static String environmentVariable(String key) {
        return ENVIRONMENT_PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    /** With one more value, as it came to be known during the start: that of node.id, say. */
    public StaticConfig with(String key, String value) {
        BrokerConfigs.catalogue().parse(key, value);
        Map<String, String> more = new HashMap<>(values);
        more.put(key, value);
        return new StaticConfig(more, withoutEffect);
    }

    private static void place(String written, String text, Map<String, String> values, List<String> withoutEffect) {
        Optional<ConfigKey> ours = BrokerConfigs.catalogue().find(BrokerConfigs.present(written));
        if (ours.isPresent()) {
            ours.get().parse(text);
            @Nullable String other = values.put(ours.get().name(), text);
            if (other != null && !other.equals(text)) {
                throw new InvalidConfigurationException(ours.get().name() + "=" + text + " contradicts " + other
                        + ", given for the same key under another name");
            }
        } else if (KafkaBrokerKeys.find(written).isPresent()) {
            withoutEffect.add(written);
        } else {
            throw new InvalidConfigurationException("Unknown broker config name: " + written + Spelling.hint(written));
        }
    }

    /** Each value is fine, but not beside the others. */
    private static List<String> contradictions(Map<String, String> values, List<String> problems) {
        if (!problems.isEmpty()) {
            return List.of();
        }
        List<String> found = new ArrayList<>();
        EffectiveConfig.staticValues(new StaticConfig(values, List.of())).contradictions(found);
        return found;
    }
}
