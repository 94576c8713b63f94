package io.millrace.broker;

import io.millrace.metadata.config.BrokerConfigs;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.errors.InvalidConfigurationException;

/**
 * The listeners among an operator's properties. Those for Kafka's controllers are left out: there are none here. What clients
 * on other machines could reach is refused as long as there is neither TLS nor authentication, unless the operator insists.
 */
final class ListenerConfigs {
    private static final String PLAINTEXT = "PLAINTEXT";
    private static final String CONTROLLER_NAMES = "controller.listener.names";
    private static final String PROTOCOL_MAP = "listener.security.protocol.map";

    private final Map<String, String> properties;
    private final Set<String> controllers;
    private final Map<String, String> protocols = new HashMap<>();

    /** @param properties as the operator wrote them, keys without effect here too */
    ListenerConfigs(Map<String, String> properties) {
        this.properties = properties;
        this.controllers = new HashSet<>(list(properties.getOrDefault(CONTROLLER_NAMES, "")));
        for (String entry : list(properties.getOrDefault(PROTOCOL_MAP, ""))) {
            int colon = entry.indexOf(':');
            if (colon > 0) {
                protocols.put(entry.substring(0, colon), entry.substring(colon + 1));
            }
        }
    }

    /**
     * Where to listen.
     *
     * @throws InvalidConfigurationException naming key, value and what is allowed
     */
    List<ListenerConfig> bound(List<String> listeners, boolean insecure) {
        List<ListenerConfig> bound = parse(BrokerConfigs.LISTENERS, listeners);
        if (bound.isEmpty()) {
            throw new InvalidConfigurationException("Invalid value " + String.join(",", listeners)
                    + " for configuration listeners: must name an address");
        }
        for (ListenerConfig listener : bound) {
            requirePlaintext(listener);
            if (!insecure) {
                requireLoopback(listener);
            }
        }
        return bound;
    }

    /** What clients are told instead, by listener; nothing for a listener that is told as it is. */
    Map<String, ListenerConfig> advertised(List<String> listeners, List<ListenerConfig> bound) {
        Map<String, ListenerConfig> advertised = new HashMap<>();
        for (ListenerConfig listener : parse(BrokerConfigs.ADVERTISED_LISTENERS, listeners)) {
            if (bound.stream().noneMatch(other -> other.name().equals(listener.name()))) {
                throw invalid(
                        BrokerConfigs.ADVERTISED_LISTENERS, listener, "must name one of " + BrokerConfigs.LISTENERS);
            }
            if (listener.isWildcard()) {
                throw invalid(BrokerConfigs.ADVERTISED_LISTENERS, listener, "must have a host clients can reach");
            }
            advertised.put(listener.name(), listener);
        }
        return advertised;
    }

    private List<ListenerConfig> parse(String key, List<String> texts) {
        List<ListenerConfig> parsed = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (String text : texts) {
            ListenerConfig listener = ListenerConfig.parse(key, text);
            if (!names.add(listener.name())) {
                throw invalid(key, listener, "each name may be there once");
            }
            if (!controllers.contains(listener.name())) {
                parsed.add(listener);
            }
        }
        return parsed;
    }

    private void requirePlaintext(ListenerConfig listener) {
        String protocol =
                protocols.getOrDefault(listener.name(), listener.name().toUpperCase(Locale.ROOT));
        if (!protocol.equals(PLAINTEXT)) {
            throw invalid(
                    BrokerConfigs.LISTENERS, listener, "the protocol must be PLAINTEXT, others are not served yet");
        }
    }

    private static void requireLoopback(ListenerConfig listener) {
        try {
            if (!listener.isLoopback()) {
                throw invalid(
                        BrokerConfigs.LISTENERS,
                        listener,
                        "other machines could reach it without TLS and authentication; listen on 127.0.0.1, or allow it"
                                + " with --insecure (insecure=true)");
            }
        } catch (UnknownHostException e) {
            throw invalid(BrokerConfigs.LISTENERS, listener, "the host is not known");
        }
    }

    private static InvalidConfigurationException invalid(String key, ListenerConfig listener, String problem) {
        return new InvalidConfigurationException(
                "Invalid value " + listener + " for configuration " + key + ": " + problem);
    }

    private static List<String> list(String text) {
        return Arrays.stream(text.split(","))
                .map(String::trim)
                .filter(item -> !item.isEmpty())
                .toList();
    }

    /** The properties given, for who wants to know more of them. */
    Optional<String> property(String key) {
        return Optional.ofNullable(properties.get(key));
    }
}
