package io.millrace.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.ClientDnsLookup;
import org.apache.kafka.clients.ClientUtils;
import org.apache.kafka.common.config.ConfigException;

/**
 * The addresses to begin with. Kafka's clients try for as long as their timeouts last where nobody listens; a connect
 * beforehand tells at once.
 */
record Bootstrap(String addresses) {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);

    /** Fails with a {@link CliException} if no address takes a connection. */
    void requireReachable() {
        String refusal = refusal();
        if (!refusal.isEmpty()) {
            throw new CliException(
                    ExitCode.UNREACHABLE,
                    "No broker at " + addresses + " (" + refusal
                            + "): 'millrace start' runs one, --bootstrap or MILLRACE_BOOTSTRAP names another.");
        }
    }

    /** Why none of the addresses takes a connection; empty if one does. */
    String refusal() {
        String refusal = "no address given";
        for (InetSocketAddress address : resolved()) {
            try (var socket = new Socket()) {
                socket.connect(address, Math.toIntExact(CONNECT_TIMEOUT.toMillis()));
                return "";
            } catch (IOException e) {
                refusal = String.valueOf(e.getMessage());
            }
        }
        return refusal;
    }

    private List<InetSocketAddress> resolved() {
        try {
            return ClientUtils.parseAndValidateAddresses(
                    List.of(addresses.split("\\s*,\\s*")), ClientDnsLookup.USE_ALL_DNS_IPS);
        } catch (ConfigException e) {
            throw new CliException(
                    ExitCode.USAGE,
                    "'" + addresses + "' names no address: --bootstrap takes HOST:PORT[,HOST:PORT...] ("
                            + e.getMessage() + ").",
                    e);
        }
    }
}
