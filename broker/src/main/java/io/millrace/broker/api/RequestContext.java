package io.millrace.broker.api;

import java.net.InetAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;

/** What a handler may know of the request besides its body. */
public interface RequestContext {
    short apiVersion();

    /** The client's name for itself; empty if it gave none. */
    String clientId();

    InetAddress clientAddress();

    /** As Kafka shows it in groups: a slash and the address. */
    default String clientHost() {
        return "/" + clientAddress().getHostAddress();
    }

    /** Name of the listener it came in by; its advertised addresses are the ones to answer with. */
    String listenerName();

    /** Identity of the connection, for what is kept per connection. */
    String connectionId();

    /** The connection's event loop: serial for this connection, also for timers. */
    ScheduledExecutorService eventLoop();

    /** Virtual threads, for what waits. */
    Executor blocking();
}
