package io.millrace.metadata.config;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.common.errors.InvalidConfigurationException;

/** The keys of one kind of resource, in the order of their names. Immutable. */
public final class ConfigCatalogue {
    private final String kind;
    private final Map<String, ConfigKey> keys;

    /** @param kind what they configure, for messages: "topic" */
    ConfigCatalogue(String kind, List<ConfigKey> keys) {
        this.kind = kind;
        Map<String, ConfigKey> byName = new TreeMap<>();
        keys.forEach(key -> byName.put(key.name(), key));
        if (byName.size() != keys.size()) {
            throw new IllegalArgumentException("A " + kind + " key is there twice");
        }
        this.keys = Collections.unmodifiableMap(byName);
    }

    public Collection<ConfigKey> keys() {
        return keys.values();
    }

    public Optional<ConfigKey> find(String name) {
        return Optional.ofNullable(keys.get(name));
    }

    /** @throws InvalidConfigurationException if there is no such key */
    public ConfigKey require(String name) {
        return find(name)
                .orElseThrow(() -> new InvalidConfigurationException("Unknown " + kind + " config name: " + name));
    }

    /** @throws InvalidConfigurationException naming key, value and range */
    public Object parse(String name, String text) {
        return require(name).parse(text);
    }
}
