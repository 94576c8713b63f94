package io.millrace.broker;

import io.millrace.metadata.BrokerRegistration.Endpoint;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.jspecify.annotations.Nullable;

/** The addresses a broker tells clients. */
final class AdvertisedEndpoints {
    private AdvertisedEndpoints() {}

    /**
     * @param bound what is listened on already, by listener name; needed where a port is any free one
     * @throws UnknownHostException if a listener on all addresses says nothing of what to tell, and the machine has no name
     */
    static List<Endpoint> of(BrokerConfig config, Map<String, InetSocketAddress> bound) throws UnknownHostException {
        List<Endpoint> endpoints = new ArrayList<>();
        for (ListenerConfig listener : config.listeners()) {
            ListenerConfig told = config.advertised().getOrDefault(listener.name(), listener);
            endpoints.add(new Endpoint(
                    listener.name(), host(told), port(told, bound.get(listener.name())), SecurityProtocol.PLAINTEXT));
        }
        return endpoints;
    }

    private static String host(ListenerConfig told) throws UnknownHostException {
        return told.isWildcard() ? InetAddress.getLocalHost().getCanonicalHostName() : told.host();
    }

    private static int port(ListenerConfig told, @Nullable InetSocketAddress bound) {
        return told.port() == 0 && bound != null ? bound.getPort() : told.port();
    }
}
