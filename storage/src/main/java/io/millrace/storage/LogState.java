package io.millrace.storage;

import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all threads see of a log. Written by the appender thread, but for {@link #flushed} and, on behalf of the flusher,
 * {@link #durable}. The lock guards {@link #durable} and the listener, so that the listener hears everything in order.
 */
final class LogState {
    private static final Logger LOG = LoggerFactory.getLogger(LogState.class);

    private final TopicIdPartition partition;
    private final Path path;
    private volatile LogConfig config;
    private volatile SegmentList segments = SegmentList.EMPTY;
    private volatile LeaderEpochs epochs = LeaderEpochs.NONE;
    private volatile long startOffset;
    private volatile LogPosition end;
    private volatile LogPosition flushTarget;
    private volatile LogPosition durable;
    private volatile LogPosition flushed;
    private volatile LogPosition recoveryPoint;
    private volatile boolean newDirectory;
    private volatile OptionalLong firstUnstable = OptionalLong.empty();
    private final AtomicReference<@Nullable Refusal> refusal = new AtomicReference<>();
    private @Nullable LogListener listener;

    /** Why a log takes nothing more. */
    record Refusal(Errors error, String message) {}

    LogState(TopicIdPartition partition, Path path, LogConfig config, long startOffset, LogPosition end) {
        this.partition = partition;
        this.path = path;
        this.config = config;
        this.startOffset = startOffset;
        this.end = end;
        this.flushTarget = end;
        this.durable = end;
        this.flushed = end;
        this.recoveryPoint = Checkpoint.NOTHING_KNOWN.recoveryPoint();
    }

    TopicIdPartition partition() {
        return partition;
    }

    Path path() {
        return path;
    }

    LogConfig config() {
        return config;
    }

    void reconfigure(LogConfig changed) {
        config = changed;
    }

    SegmentList segments() {
        return segments;
    }

    void segments(SegmentList changed) {
        segments = changed;
    }

    /** All epochs, also such as lie before the log's start: that may still go back, in a crash, to where it was. */
    LeaderEpochs epochs() {
        return epochs;
    }

    /** The epochs of what can be read. */
    LeaderEpochs visibleEpochs() {
        return epochs.startingAt(startOffset);
    }

    void epochs(LeaderEpochs changed) {
        epochs = changed;
    }

    long startOffset() {
        return startOffset;
    }

    void startOffset(long offset) {
        startOffset = offset;
    }

    OptionalLong firstUnstable() {
        return firstUnstable;
    }

    void firstUnstable(OptionalLong offset) {
        firstUnstable = offset;
    }

    LogPosition end() {
        return end;
    }

    LogPosition durable() {
        return durable;
    }

    /** All before this is on disk, whatever the durability. */
    LogPosition flushed() {
        return flushed;
    }

    void flushed(LogPosition position) {
        flushed = position;
    }

    /**
     * What the directory's checkpoint on disk says, not what the next one will: whatever recovery may do to the log, it does at or
     * behind it. So all that lies in segments wholly before it may be rewritten, and nothing else may.
     */
    LogPosition recoveryPoint() {
        return recoveryPoint;
    }

    void recoveryPoint(LogPosition position) {
        recoveryPoint = position;
    }

    /** Whether the log's directory was made and may not survive a crash yet. */
    boolean hasNewDirectory() {
        return newDirectory;
    }

    void madeDirectory() {
        newDirectory = true;
    }

    void directoryIsDurable() {
        newDirectory = false;
    }

    /** What a flush that begins now brings to disk; the listener has heard of it. */
    LogPosition flushTarget() {
        return flushTarget;
    }

    /** Batches were written. */
    void grewTo(LogPosition newEnd) {
        end = newEnd;
        tell(heard -> heard.appended(newEnd));
        flushTarget = newEnd;
        if (config.durability() == LogConfig.Durability.MEMORY) {
            advanceDurable(newEnd);
        }
    }

    /** The log ends at the same offset in a new segment. */
    void rolledTo(LogPosition newEnd) {
        end = newEnd;
        flushTarget = newEnd;
    }

    synchronized void advanceDurable(LogPosition position) {
        if (position.offset() > durable.offset()) {
            durable = position;
            tell(heard -> heard.durable(position));
        }
    }

    synchronized void listen(LogListener newListener) {
        listener = newListener;
        newListener.appended(end);
        newListener.durable(durable);
    }

    @Nullable
    Refusal refusal() {
        return refusal.get();
    }

    /** From now on, appends are refused. The first reason stays. */
    void refuse(Errors error, String message) {
        refusal.compareAndSet(null, new Refusal(error, message));
    }

    void fail(Throwable cause) {
        tell(heard -> heard.failed(cause));
    }

    /** A listener must not stop the thread that writes, whatever it does. */
    private synchronized void tell(Consumer<LogListener> news) {
        if (listener == null) {
            return;
        }
        try {
            news.accept(listener);
        } catch (RuntimeException e) {
            LOG.error("the listener of {} has failed", partition, e);
        }
    }
}
