package io.millrace.metadata.config;

import io.millrace.metadata.config.ConfigKey.Scope;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidRequestException;

/** What may be changed of a broker's configuration while it runs. Kafka's answers here are all INVALID_REQUEST. */
final class BrokerRules {
    private BrokerRules() {}

    /** Ours, or one of Kafka's: tools set those. */
    static ConfigKey require(String name) {
        return EffectiveConfig.brokerKey(name)
                .orElseThrow(() ->
                        new InvalidConfigurationException("Unknown broker config name: " + name + Spelling.hint(name)));
    }

    /** @param broker id, or empty for the default of all */
    static void check(String broker, Map<String, String> set, List<String> remove) {
        List<String> fixed = named(set, remove, Scope.READ_ONLY);
        if (!fixed.isEmpty()) {
            throw new InvalidRequestException("Cannot update these configs dynamically: " + fixed);
        }
        List<String> perBroker = named(set, remove, Scope.PER_BROKER);
        if (broker.isEmpty() && !perBroker.isEmpty()) {
            throw new InvalidRequestException(
                    "Cannot update these configs for all brokers, a broker id must be given: " + perBroker);
        }
        set.forEach(BrokerRules::checkValue);
    }

    private static void checkValue(String name, String text) {
        ConfigKey key = require(name);
        try {
            key.parse(text);
        } catch (InvalidConfigurationException e) {
            throw new InvalidRequestException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Removing what cannot be there is nothing: only known keys are looked at. */
    private static List<String> named(Map<String, String> set, List<String> remove, Scope scope) {
        return Stream.concat(set.keySet().stream(), remove.stream())
                .filter(name -> EffectiveConfig.brokerKey(name)
                        .filter(key -> key.scope() == scope)
                        .isPresent())
                .sorted()
                .toList();
    }
}
