package io.millrace.broker.network;

import io.millrace.broker.api.ConnectionClosedException;
import io.millrace.broker.api.RequestDispatcher;
import io.millrace.protocol.ApiRequest;
import io.millrace.protocol.Failures;
import io.millrace.protocol.RequestDecoder;
import io.millrace.protocol.RequestHeader;
import io.millrace.protocol.ResponseFrame;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client connection. Requests are handed to their handlers as they come, several at a time; replies leave in the order of the
 * requests. It stops reading when the connection or the broker holds as much as it may, or when the client does not read.
 *
 * <p>Everything here belongs to the channel's event loop, except what says otherwise.
 */
final class Connection extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final QuietLog REFUSALS = new QuietLog(LOG);

    /** What all connections of a listener share. */
    record Shared(
            String listenerName,
            NetworkConfig config,
            RequestMemory memory,
            RequestDecoder decoder,
            RequestDispatcher dispatcher,
            Executor blocking) {}

    private final Shared shared;
    private final Channel channel;
    private final InetAddress clientAddress;
    private final FrameReader reader;
    private final ReplyWriter writer;
    private final ArrayDeque<InFlightRequest> inFlight = new ArrayDeque<>();
    private final AtomicInteger queuedBytes = new AtomicInteger();
    private final AtomicBoolean wakeScheduled = new AtomicBoolean();
    private volatile boolean paused;
    private volatile boolean closed;
    private volatile long lastProgressNanos = System.nanoTime();
    private boolean awaitingMemory;
    private boolean reading;
    private boolean finishing;
    private long lastOutbound;

    Connection(Shared shared, Channel channel, InetAddress clientAddress, FrameReader reader) {
        this.shared = shared;
        this.channel = channel;
        this.clientAddress = clientAddress;
        this.reader = reader;
        this.writer = new ReplyWriter(channel);
    }

    // ---- what requests ask of their connection; any thread

    InetAddress clientAddress() {
        return clientAddress;
    }

    String listenerName() {
        return shared.listenerName();
    }

    String id() {
        return channel.id().asShortText();
    }

    boolean isOpen() {
        return !closed;
    }

    ScheduledExecutorService eventLoop() {
        return channel.eventLoop();
    }

    Executor blocking() {
        return shared.blocking();
    }

    /** A request's outcome is known. */
    void completed(InFlightRequest request) {
        if (!channel.eventLoop().inEventLoop()) {
            wake(request);
        } else if (closed) {
            Reply.discard(request.response());
        } else if (!reading) {
            writeReplies();
        }
    }

    /** A request's bytes are not needed any more. */
    void bodyGone(int bytes) {
        queuedBytes.addAndGet(-bytes);
        shared.memory().giveBack(bytes);
        if (paused) {
            wake(null);
        }
    }

    private void wake(@Nullable InFlightRequest completed) {
        if (!wakeScheduled.compareAndSet(false, true)) {
            return;
        }
        try {
            channel.eventLoop().execute(this::woken);
        } catch (RejectedExecutionException stopped) {
            if (completed != null) {
                Reply.discard(completed.response());
            }
        }
    }

    private void woken() {
        wakeScheduled.set(false);
        writeReplies();
    }

    // ---- requests in

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        reader.received((ByteBuf) message);
        readFrames();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        lastProgressNanos = System.nanoTime();
        reader.idle(channel.alloc());
        writeReplies();
    }

    private void readFrames() {
        reading = true;
        try {
            while (!closed && serveNext()) {
                // as long as there are whole frames and room to serve them
            }
        } catch (InvalidRequestException refused) {
            refuse(refused.getMessage());
        } finally {
            reading = false;
        }
    }

    private boolean serveNext() {
        boolean underWay = reader.underWay();
        if (!underWay && !mayAdmit()) {
            pause();
            return false;
        }
        int size = reader.nextSize();
        if (size < 0) {
            return false;
        }
        ByteBuf frame = reader.next(size, channel.alloc());
        if (!underWay && (frame != null || reader.underWay())) {
            shared.memory().take(size);
        }
        if (frame == null) {
            return false;
        }
        serve(frame, size);
        return true;
    }

    private boolean mayAdmit() {
        NetworkConfig.ConnectionLimits limits = shared.config().connections();
        return !finishing
                && inFlight.size() < limits.requestsMax()
                && queuedBytes.get() < limits.queuedBytesMax()
                && channel.isWritable()
                && shared.memory().hasRoom();
    }

    private void pause() {
        if (!paused) {
            paused = true;
            channel.config().setAutoRead(false);
        }
        if (!awaitingMemory && !shared.memory().hasRoom()) {
            awaitingMemory = true;
            shared.memory().await(this::memoryFreed);
        }
    }

    private void memoryFreed() {
        try {
            channel.eventLoop().execute(() -> {
                awaitingMemory = false;
                resume();
            });
        } catch (RejectedExecutionException stopped) {
            LOG.debug("{}: event loop has stopped", id());
        }
    }

    /** Goes on reading if there is room again. */
    private void resume() {
        if (!paused || closed || !mayAdmit()) {
            if (paused && !closed) {
                pause();
            }
            return;
        }
        paused = false;
        readFrames();
        if (!paused && !closed) {
            channel.config().setAutoRead(true);
        }
        InFlightRequest head = inFlight.peek();
        if (head != null && head.done()) {
            wake(null);
        }
    }

    private void serve(ByteBuf frame, int size) {
        queuedBytes.addAndGet(size);
        ApiRequest decoded;
        try {
            decoded = shared.decoder().decode(frame.nioBuffer());
        } catch (RuntimeException refused) {
            frame.release();
            bodyGone(size);
            throw refused;
        }
        InFlightRequest request = new InFlightRequest(this, decoded, frame, size);
        inFlight.add(request);
        try {
            var _ = shared.dispatcher().dispatch(request, decoded).whenComplete(request);
        } finally {
            request.releaseBody();
        }
    }

    // ---- replies out

    private void writeReplies() {
        if (closed) {
            discardDone();
            return;
        }
        boolean written = false;
        try {
            for (InFlightRequest head = inFlight.peek(); head != null && head.done(); head = inFlight.peek()) {
                if (!channel.isWritable()) {
                    break;
                }
                inFlight.remove();
                write(head);
                written = true;
            }
            writer.finish();
        } catch (ConnectionClosedException asked) {
            refuse(asked.getMessage());
            return;
        } catch (RuntimeException failure) {
            LOG.error("{} {}: a reply could not be written", clientAddress, id(), failure);
            close();
            return;
        }
        if (written) {
            channel.flush();
        }
        afterReplies();
    }

    private void afterReplies() {
        if (finishing && inFlight.isEmpty()) {
            close();
        } else if (paused && !reading) {
            resume();
        }
    }

    private void write(InFlightRequest request) {
        Throwable failure = request.failure();
        ApiMessage response = failure == null ? request.response() : failed(request, failure);
        if (response == null) {
            return;
        }
        try {
            writer.write(new ResponseFrame(request.request().header(), response));
        } catch (RuntimeException unsent) {
            Reply.discard(response);
            throw unsent;
        }
    }

    private @Nullable ApiMessage failed(InFlightRequest request, Throwable failure) {
        Throwable cause = Failures.cause(failure);
        if (cause instanceof ConnectionClosedException asked) {
            throw asked;
        }
        RequestHeader header = request.request().header();
        if (Failures.error(cause) == Errors.UNKNOWN_SERVER_ERROR) {
            LOG.error("{} {} of {}", header.key(), header.apiVersion(), clientAddress, cause);
        }
        return Failures.response(
                header.key(), header.responseVersion(), request.request().body(), cause);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable()) {
            lastProgressNanos = System.nanoTime();
            if (!reading) {
                wake(null);
            }
        }
    }

    // ---- the end

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debug("{} {}: {}", clientAddress, id(), cause.toString());
        } else {
            LOG.error("{} {}", clientAddress, id(), cause);
        }
        close();
    }

    private void refuse(@Nullable String why) {
        REFUSALS.info("connection closed", clientAddress, why);
        close();
    }

    private void close() {
        end();
        var _ = channel.close();
    }

    /** Lets the requests in flight be answered, and closes then. */
    void finish() {
        finishing = true;
        if (!closed) {
            writeReplies();
        }
    }

    void abort() {
        close();
    }

    private void end() {
        if (closed) {
            return;
        }
        closed = true;
        if (reader.underWay()) {
            shared.memory().giveBack(reader.nextSize());
        }
        reader.release();
        writer.abandon();
        discardDone();
    }

    /** Those that are not done discard their response when they are. */
    private void discardDone() {
        inFlight.removeIf(request -> {
            if (request.done()) {
                Reply.discard(request.response());
            }
            return request.done();
        });
    }

    /** Bytes that came or went since the last call count as progress. */
    void checkIdle(long nowNanos) {
        ChannelOutboundBuffer outbound = channel.unsafe().outboundBuffer();
        long state = outbound == null ? 0 : 31L * outbound.size() + outbound.currentProgress();
        if (state != lastOutbound) {
            lastOutbound = state;
            lastProgressNanos = nowNanos;
        }
        long idleMs = TimeUnit.NANOSECONDS.toMillis(nowNanos - lastProgressNanos);
        if (idleMs >= shared.config().connections().idleMsMax()) {
            LOG.debug("{} {}: closed after {} ms without a byte", clientAddress, id(), idleMs);
            close();
        } else if (reader.underWay() && idleMs >= STALLED_MS && shared.memory().contended()) {
            refuse("a request of " + reader.nextSize() + " bytes does not come in, and others wait for its room");
        }
    }

    /** How long an unfinished frame may stand still while others wait for memory. */
    private static final long STALLED_MS = 10_000;
}
