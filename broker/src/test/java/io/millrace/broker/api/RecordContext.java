package io.millrace.broker.api;

import java.net.InetAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;

/** What a handler knows of a request, with an account of who holds its bytes. */
final class RecordContext implements RequestContext {
    private final RecordWorld world;
    private final short apiVersion;
    private final String clientId;
    private final AtomicInteger references = new AtomicInteger(1);
    private volatile boolean connected = true;

    RecordContext(RecordWorld world, short apiVersion, String clientId) {
        this.world = world;
        this.apiVersion = apiVersion;
        this.clientId = clientId;
    }

    int references() {
        return references.get();
    }

    void disconnect() {
        connected = false;
    }

    @Override
    public short apiVersion() {
        return apiVersion;
    }

    @Override
    public String clientId() {
        return clientId;
    }

    @Override
    public InetAddress clientAddress() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public String listenerName() {
        return TestCluster.LISTENER;
    }

    @Override
    public String connectionId() {
        return "c";
    }

    @Override
    public boolean connected() {
        return connected;
    }

    @Override
    public ScheduledExecutorService eventLoop() {
        return world.eventLoop;
    }

    @Override
    public Executor blocking() {
        return world.blocking;
    }

    @Override
    public void retainBody() {
        references.incrementAndGet();
    }

    @Override
    public void releaseBody() {
        if (references.decrementAndGet() < 0) {
            throw new IllegalStateException("released too often");
        }
    }
}
