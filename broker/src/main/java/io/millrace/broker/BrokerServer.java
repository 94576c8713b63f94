package io.millrace.broker;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import org.apache.kafka.common.Uuid;

/**
 * A running broker: opens what is below it, registers, and listens last. Closing goes the other way round. {@link #start} and
 * {@link #close} on one thread; the rest on any.
 */
public final class BrokerServer implements AutoCloseable {
    private final Opened opened;
    private final int brokerId;
    private final Uuid clusterId;
    private final Map<String, InetSocketAddress> addresses;

    private BrokerServer(Opened opened, BrokerStart start) throws IOException {
        this.opened = opened;
        this.brokerId = start.identity().brokerId();
        this.clusterId = start.identity().clusterId();
        this.addresses = start.serve();
    }

    /**
     * Returns when clients are served.
     *
     * @throws IOException if the data cannot be read or is in use, or an address cannot be listened on: one line says what
     */
    public static BrokerServer start(BrokerConfig config) throws IOException {
        Opened opened = new Opened();
        try {
            return new BrokerServer(opened, new BrokerStart(config, opened));
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    public int brokerId() {
        return brokerId;
    }

    public Uuid clusterId() {
        return clusterId;
    }

    /** Where it listens, by listener name in the order of the configuration, with the ports as they were bound. */
    public Map<String, InetSocketAddress> addresses() {
        return addresses;
    }

    /** Takes no more requests, gives those under way a moment, makes everything durable. */
    @Override
    public void close() {
        opened.close();
    }
}
