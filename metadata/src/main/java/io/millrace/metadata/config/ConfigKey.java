package io.millrace.metadata.config;

import java.util.LinkedHashSet;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.jspecify.annotations.Nullable;

/**
 * A configuration key: everything there is to know about it without knowing a value.
 *
 * @param defaultValue as text; null if there is none
 * @param brokerKeys for what is not set here: the broker keys to look at, in this order
 * @param inEffect false if it is accepted, stored and described for the sake of tools, but nothing acts on it yet
 * @param doc one line
 */
public record ConfigKey(
        String name,
        ConfigDef.Type type,
        @Nullable String defaultValue,
        Range range,
        Scope scope,
        List<Synonym> brokerKeys,
        boolean inEffect,
        String doc) {

    /** Where a key can be set while the broker runs. */
    public enum Scope {
        /** A topic's own configuration. */
        TOPIC,
        /** Nowhere: it holds from start to stop. */
        READ_ONLY,
        /** For one broker. */
        PER_BROKER,
        /** For one broker, or as the default of all. */
        CLUSTER_WIDE
    }

    /**
     * A broker key that gives the value of another key.
     *
     * @param factor from its unit to the other's
     */
    public record Synonym(String name, long factor) {}

    static ConfigKey topic(String name, ConfigDef.Type type, @Nullable String defaultValue, Range range) {
        return new ConfigKey(name, type, defaultValue, range, Scope.TOPIC, List.of(), true, "");
    }

    static ConfigKey broker(String name, ConfigDef.Type type, @Nullable String defaultValue, Range range) {
        return new ConfigKey(name, type, defaultValue, range, Scope.READ_ONLY, List.of(), true, "");
    }

    ConfigKey doc(String line) {
        return new ConfigKey(name, type, defaultValue, range, scope, brokerKeys, inEffect, line);
    }

    ConfigKey scope(Scope changed) {
        return new ConfigKey(name, type, defaultValue, range, changed, brokerKeys, inEffect, doc);
    }

    ConfigKey clusterWide() {
        return scope(Scope.CLUSTER_WIDE);
    }

    ConfigKey withoutEffect() {
        return new ConfigKey(name, type, defaultValue, range, scope, brokerKeys, false, doc);
    }

    /** Same unit. */
    ConfigKey from(String brokerKey) {
        return from(new Synonym(brokerKey, 1));
    }

    ConfigKey from(Synonym... synonyms) {
        return new ConfigKey(name, type, defaultValue, range, scope, List.of(synonyms), inEffect, doc);
    }

    /** Never shown to anybody. */
    public boolean sensitive() {
        return type == ConfigDef.Type.PASSWORD;
    }

    /**
     * The value of a text: Boolean, String, Integer, Short, Long, Double, or a List of String without repetitions.
     *
     * @throws InvalidConfigurationException naming key, value and what is allowed
     */
    public Object parse(String text) {
        Object value = parseType(text);
        @Nullable String problem = range.problem(value);
        if (problem != null) {
            throw invalid(text, problem);
        }
        return value;
    }

    /** The text of a value, as descriptions show it. */
    String format(Object value) {
        return ConfigDef.convertToString(value, type);
    }

    private Object parseType(String text) {
        try {
            Object value = ConfigDef.parseType(name, text, type);
            return value instanceof List<?> list ? List.copyOf(new LinkedHashSet<>(list)) : value;
        } catch (ConfigException e) {
            throw invalid(text, typeProblem());
        }
    }

    private String typeProblem() {
        String allowed = range.allowed().isEmpty() ? "" : " (" + range.allowed() + ")";
        return switch (type) {
            case BOOLEAN -> "Value must be true or false";
            case INT, SHORT, LONG, DOUBLE -> "Not a number of type " + type + allowed;
            default -> "Not a value of type " + type + allowed;
        };
    }

    private InvalidConfigurationException invalid(String text, String problem) {
        String shown = sensitive() ? "[hidden]" : text;
        return new InvalidConfigurationException(
                "Invalid value " + shown + " for configuration " + name + ": " + problem);
    }
}
