package io.millrace.metadata;

import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.jspecify.annotations.Nullable;

/**
 * A broker as it introduced itself at its last start.
 *
 * @param incarnation a new random id at each start
 * @param epoch the image version of its registration: a later start has a higher one
 * @param fenced not to lead or serve
 */
public record BrokerRegistration(
        int id,
        Uuid incarnation,
        long epoch,
        List<Endpoint> endpoints,
        @Nullable String rack,
        boolean fenced) {
    public BrokerRegistration {
        endpoints = List.copyOf(endpoints);
    }

    /** An address to advertise. */
    public record Endpoint(String listener, String host, int port, SecurityProtocol protocol) {}
}
