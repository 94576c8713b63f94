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

    /** The client is still there; a long wait for one that is not should end. Any thread. */
    boolean connected();

    /** The connection's event loop: serial for this connection, also for timers. */
    ScheduledExecutorService eventLoop();

    /** Virtual threads, for what waits. */
    Executor blocking();

    /**
     * Keeps the bytes that the request's zero-copy fields (record data above all) lie in. Without it they are gone when
     * {@link ApiHandler#handle} returns. Each call wants one {@link #releaseBody()}; both from any thread.
     */
    void retainBody();

    /** Ends one {@link #retainBody()}. */
    void releaseBody();
}
