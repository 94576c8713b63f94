package io.millrace.replication;

import io.millrace.metadata.PartitionImage;
import io.millrace.protocol.TransactionMarker;
import io.millrace.storage.LogAppend;
import io.millrace.storage.LogListener;
import io.millrace.storage.LogPosition;
import io.millrace.storage.LogSlice;
import io.millrace.storage.LogStore;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.TransactionTerms;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition on this broker. An append goes to the log; the log says when it is durable; the high watermark follows, and
 * with it the acknowledgements and the waiting fetches.
 *
 * <p>Safe for any thread. {@code lock} guards the waiting appends and fetches; it is never held while foreign code runs that
 * could block, and the high watermark moves only under it.
 */
public final class Partition implements LogListener {
    private static final Logger LOG = LoggerFactory.getLogger(Partition.class);
    private static final LogPosition NOTHING = new LogPosition(0, 0, 0);

    private final TopicIdPartition id;
    private final LogStore logs;
    private final ReentrantLock lock = new ReentrantLock();
    private final OffsetWaiters durableWaiters = new OffsetWaiters();
    private final OffsetWaiters committedWaiters = new OffsetWaiters();
    private final FetchWatches watches = new FetchWatches();
    private final SerialTasks conversions = new SerialTasks();

    private volatile Leadership leadership;
    private volatile TopicSettings settings;
    private volatile LogPosition highWatermark = NOTHING;
    private volatile @Nullable PartitionLog log;
    /** The log, once nothing waits any more that came before it was open. */
    private volatile @Nullable PartitionLog appendable;

    private final Queue<Early> awaitingOpen = new ArrayDeque<>();

    /** An append that came before the log was open. */
    private record Early(Leadership leadership, PartitionAppend append) {}

    private @Nullable CompletableFuture<PartitionLog> opening;
    private LogPosition durableEnd = NOTHING;
    private Errors stopped = Errors.NONE;

    Partition(TopicIdPartition id, LogStore logs, Leadership leadership, TopicSettings settings) {
        this.id = id;
        this.logs = logs;
        this.leadership = leadership;
        this.settings = settings;
    }

    public TopicIdPartition id() {
        return id;
    }

    public TopicSettings settings() {
        return settings;
    }

    public int leaderEpoch() {
        return leadership.leaderEpoch();
    }

    /** Broker id of the leader, -1 without one. */
    public int leader() {
        return leadership.image().leader();
    }

    /**
     * NONE if this broker leads the partition under this epoch; else FENCED_LEADER_EPOCH, UNKNOWN_LEADER_EPOCH (KIP-320) or
     * NOT_LEADER_OR_FOLLOWER.
     *
     * @param currentLeaderEpoch what the client believes; -1 to leave it unchecked
     */
    public Errors check(int currentLeaderEpoch) {
        return leadership.check(currentLeaderEpoch);
    }

    /** The log, or null as long as nobody has opened it. */
    public @Nullable PartitionLog logIfOpen() {
        return log;
    }

    /** The log, opened now if need be. Fails with what the store failed with; a later call tries again. */
    public CompletableFuture<PartitionLog> log() {
        PartitionLog open = log;
        if (open != null) {
            return CompletableFuture.completedFuture(open);
        }
        lock.lock();
        try {
            if (stopped != Errors.NONE) {
                return CompletableFuture.failedFuture(stopped.exception());
            }
            if (opening == null || opening.isCompletedExceptionally()) {
                opening = logs.open(id, settings.log()).thenApply(this::opened);
            }
            return opening;
        } finally {
            lock.unlock();
        }
    }

    private PartitionLog opened(PartitionLog opened) {
        opened.listen(this);
        log = opened;
        if (!opened.config().equals(settings.log())) {
            opened.reconfigure(settings.log());
        }
        return opened;
    }

    /** Where appends wait whose batches have to be decompressed first, and those that come behind them. */
    public SerialTasks conversions() {
        return conversions;
    }

    /** All before it is committed: what consumers may read. */
    public LogPosition highWatermark() {
        return highWatermark;
    }

    /**
     * The last stable offset: all before it is committed, and belongs to no transaction that is undecided.
     *
     * @param committed a high watermark that was read before
     */
    public LogPosition lastStable(LogPosition committed) {
        PartitionLog open = log;
        return open == null ? committed : open.stableBefore(committed);
    }

    /** Up to where a reader of this isolation may read. */
    public LogPosition limit(IsolationLevel isolation) {
        LogPosition committed = highWatermark;
        return isolation == IsolationLevel.READ_COMMITTED ? lastStable(committed) : committed;
    }

    /**
     * Reads from an open log; see {@link PartitionLog#read}.
     *
     * @param limit as {@link #limit} gave it
     */
    public LogSlice read(long offset, int maxBytes, LogPosition limit, boolean atLeastOneBatch) {
        PartitionLog open = log;
        if (open == null) {
            throw new IllegalStateException(id + " is not open");
        }
        return open.read(offset, maxBytes, limit, atLeastOneBatch);
    }

    /** Appends; the outcome comes through the append itself. Calls from one thread keep their order. */
    public void append(PartitionAppend append) {
        Leadership present = leadership;
        if (!present.isLeader()) {
            append.refuse(Errors.NOT_LEADER_OR_FOLLOWER, null);
            return;
        }
        if (append.acks() == PartitionAppend.ACKS_ALL && !present.enoughInSync(settings.minInSyncReplicas())) {
            append.refuse(Errors.NOT_ENOUGH_REPLICAS, null);
            return;
        }
        append.handOver(this);
        PartitionLog open = appendable;
        if (open != null) {
            append(open, present, append);
        } else {
            appendWhenOpen(present, append);
        }
    }

    private static void append(PartitionLog open, Leadership present, PartitionAppend append) {
        open.append(new LogAppend(
                append.batches(), present.leaderEpoch(), append.origin(), append.transactionTerms(), append));
    }

    /**
     * Ends a producer's transaction in this partition, whether it has records here or not (KIP-98).
     *
     * @param epoch the producer's, or from transaction version 2 on one of the marker's own (KIP-890)
     * @return NONE when the marker is committed; else why it is not, or not yet known to be
     */
    public CompletableFuture<Errors> endTransaction(
            long producerId, short epoch, TransactionMarker marker, int transactionVersion) {
        MarkerAppend append = new MarkerAppend(
                marker.batch(System.currentTimeMillis(), producerId, epoch),
                TransactionTerms.marker(transactionVersion));
        append(append);
        return append.outcome();
    }

    private void appendWhenOpen(Leadership present, PartitionAppend append) {
        PartitionLog open;
        boolean first = false;
        lock.lock();
        try {
            open = appendable;
            if (open == null) {
                first = awaitingOpen.isEmpty();
                awaitingOpen.add(new Early(present, append));
            }
        } finally {
            lock.unlock();
        }
        if (open != null) {
            append(open, present, append);
        } else if (first) {
            var _ = log().whenComplete(this::handOverEarly);
        }
    }

    /** The log is open, or cannot be opened: works off what has waited for it, in its order and ahead of what comes now. */
    private void handOverEarly(@Nullable PartitionLog open, @Nullable Throwable failure) {
        for (Early next = nextEarly(null, open); next != null; next = nextEarly(next, open)) {
            if (open == null) {
                next.append.refuse(Errors.forException(Errors.maybeUnwrapException(failure)), null);
            } else {
                append(open, next.leadership, next.append);
            }
        }
    }

    /** @param handedOver leaves the queue only now, so that nobody takes a queue in work for an empty one */
    private @Nullable Early nextEarly(@Nullable Early handedOver, @Nullable PartitionLog open) {
        lock.lock();
        try {
            if (handedOver != null) {
                awaitingOpen.remove();
            }
            Early next = awaitingOpen.peek();
            if (next == null) {
                appendable = open;
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** The append is in the log: answers it when it is as safe as it asked for. */
    void awaitAcknowledgement(PartitionAppend append) {
        Errors refused;
        lock.lock();
        try {
            boolean all = append.acks() == PartitionAppend.ACKS_ALL;
            long reached = all ? highWatermark.offset() : durableEnd.offset();
            refused = stopped;
            if (refused == Errors.NONE && reached < append.endOffset()) {
                (all ? committedWaiters : durableWaiters).add(append);
                return;
            }
        } finally {
            lock.unlock();
        }
        if (refused == Errors.NONE) {
            append.acknowledge();
        } else {
            append.fail(refused);
        }
    }

    void watch(FetchWatch watch) {
        lock.lock();
        try {
            watches.add(watch);
            watch.advanced(limit(watch.isolation()));
            if (stopped != Errors.NONE || !leadership.isLeader()) {
                watch.disturbed();
            }
        } finally {
            lock.unlock();
        }
    }

    void unwatch(FetchWatch watch) {
        lock.lock();
        try {
            watches.remove(watch);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void appended(LogPosition end) {
        // Followers will be told here; a leader without them waits for durability.
    }

    @Override
    public void durable(LogPosition end) {
        lock.lock();
        try {
            durableEnd = end;
            LogPosition advanced = leadership.highWatermark(end);
            if (advanced.offset() > highWatermark.offset()) {
                highWatermark = advanced;
                advanced(advanced);
            }
        } finally {
            lock.unlock();
        }
        acknowledgeReached();
    }

    private void advanced(LogPosition committed) {
        PartitionLog open = log;
        if (open != null) {
            open.committed(committed.offset());
        }
        if (!watches.isEmpty()) {
            watches.advanced(committed, open == null ? committed : open.stableBefore(committed));
        }
    }

    private void acknowledgeReached() {
        PartitionAppend reached = pollReached();
        while (reached != null) {
            reached.acknowledge();
            reached = pollReached();
        }
    }

    private @Nullable PartitionAppend pollReached() {
        lock.lock();
        try {
            PartitionAppend durable = durableWaiters.poll(durableEnd.offset());
            return durable != null ? durable : committedWaiters.poll(highWatermark.offset());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void failed(Throwable cause) {
        LOG.error("{}: the log takes nothing more", id, cause);
        stop(Errors.KAFKA_STORAGE_ERROR);
    }

    /** The cluster has changed the partition's replicas or leader. */
    void lead(Leadership next, TopicSettings nextSettings) {
        Leadership before = leadership;
        leadership = next;
        reconfigure(nextSettings);
        if (before.isLeader() && !next.isLeader()) {
            disturb(Errors.NOT_LEADER_OR_FOLLOWER, false);
        }
    }

    private void reconfigure(TopicSettings next) {
        TopicSettings before = settings;
        settings = next;
        PartitionLog open = log;
        if (open != null && !next.log().equals(before.log())) {
            open.reconfigure(next.log());
        }
    }

    /** No more appends are acknowledged, and what waits is answered with this error. */
    void stop(Errors error) {
        disturb(error, true);
    }

    private void disturb(Errors error, boolean forGood) {
        List<PartitionAppend> durable;
        List<PartitionAppend> committed;
        lock.lock();
        try {
            if (forGood) {
                stopped = error;
            }
            durable = durableWaiters.clear();
            committed = committedWaiters.clear();
            watches.disturbed();
        } finally {
            lock.unlock();
        }
        durable.forEach(append -> append.fail(error));
        committed.forEach(append -> append.fail(error));
    }

    PartitionImage image() {
        return leadership.image();
    }
}
