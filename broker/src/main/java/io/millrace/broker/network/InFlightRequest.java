package io.millrace.broker.network;

import io.millrace.broker.api.RequestContext;
import io.millrace.protocol.ApiRequest;
import io.netty.buffer.ByteBuf;
import java.net.InetAddress;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/**
 * A request from its decoding until its reply is written: what its handler knows of it, the owner of its bytes, and its place
 * among the replies of its connection.
 *
 * <p>The frame is counted: one reference while the handler runs, more for those who retain it. With the last one the bytes go
 * back to the pool and to the limits they were counted against.
 */
final class InFlightRequest implements RequestContext, BiConsumer<@Nullable ApiMessage, @Nullable Throwable> {
    private final Connection connection;
    private final ApiRequest request;
    private final ByteBuf frame;
    private final int frameBytes;
    private final AtomicInteger references = new AtomicInteger(1);
    private @Nullable ApiMessage response;
    private @Nullable Throwable failure;
    private volatile boolean done;

    InFlightRequest(Connection connection, ApiRequest request, ByteBuf frame, int frameBytes) {
        this.connection = connection;
        this.request = request;
        this.frame = frame;
        this.frameBytes = frameBytes;
    }

    ApiRequest request() {
        return request;
    }

    /** The handler's outcome, once, on any thread. */
    @Override
    public void accept(@Nullable ApiMessage result, @Nullable Throwable thrown) {
        response = result;
        failure = thrown;
        done = true;
        connection.completed(this);
    }

    boolean done() {
        return done;
    }

    /** Only when done. */
    @Nullable
    ApiMessage response() {
        return response;
    }

    /** Only when done. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    @Override
    public short apiVersion() {
        return request.header().apiVersion();
    }

    @Override
    public String clientId() {
        return request.header().clientId();
    }

    @Override
    public InetAddress clientAddress() {
        return connection.clientAddress();
    }

    @Override
    public String listenerName() {
        return connection.listenerName();
    }

    @Override
    public String connectionId() {
        return connection.id();
    }

    @Override
    public boolean connected() {
        return connection.isOpen();
    }

    @Override
    public ScheduledExecutorService eventLoop() {
        return connection.eventLoop();
    }

    @Override
    public Executor blocking() {
        return connection.blocking();
    }

    @Override
    public void retainBody() {
        if (references.getAndIncrement() <= 0) {
            throw new IllegalStateException("the request's bytes are gone");
        }
    }

    @Override
    public void releaseBody() {
        int left = references.decrementAndGet();
        if (left == 0) {
            frame.release();
            connection.bodyGone(frameBytes);
        } else if (left < 0) {
            throw new IllegalStateException("the request's bytes were released more often than retained");
        }
    }
}
