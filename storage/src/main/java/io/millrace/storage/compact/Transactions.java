package io.millrace.storage.compact;

import io.millrace.protocol.RecordBatchFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.jspecify.annotations.Nullable;

/**
 * Which transactions are under way while a log is walked through, from its beginning on. All that lies before the last stable
 * offset is decided, so that what was aborted is known beforehand. Walk once; for one thread.
 */
public final class Transactions {
    private final PriorityQueue<AbortedTransaction> ahead =
            new PriorityQueue<>(Comparator.comparingLong(AbortedTransaction::firstOffset));
    private final Map<Long, Aborted> aborted = new HashMap<>();
    private final Set<Long> committed = new HashSet<>();
    private final List<AbortedTransaction> remaining = new ArrayList<>();

    /** An aborted transaction that has begun, and whether a batch of it was seen. */
    private static final class Aborted {
        private final AbortedTransaction transaction;
        private boolean seen;

        Aborted(AbortedTransaction transaction) {
            this.transaction = transaction;
        }
    }

    /**
     * Begins a walk.
     *
     * @param aborted all aborted transactions that have records in what will be walked through
     * @param from where the walk begins: what ended before does not matter
     */
    public Transactions(List<AbortedTransaction> aborted, long from) {
        for (AbortedTransaction transaction : aborted) {
            if (transaction.lastOffset() >= from) {
                ahead.add(transaction);
            }
        }
    }

    /**
     * Takes note of the next batch.
     *
     * @param batch a whole one, from position 0 on
     * @return whether its records are of no use any more: data of an aborted transaction, or the marker of a transaction no batch
     *     of which was met on the way
     */
    public boolean isDone(ByteBuffer batch) {
        begin(RecordBatchFormat.lastOffset(batch, 0));
        return RecordBatchFormat.isControl(batch, 0) ? isDoneMarker(batch) : isAborted(batch);
    }

    private void begin(long offset) {
        for (AbortedTransaction next = ahead.peek();
                next != null && next.firstOffset() <= offset;
                next = ahead.peek()) {
            aborted.putIfAbsent(next.producerId(), new Aborted(next));
            ahead.remove();
        }
    }

    private boolean isAborted(ByteBuffer batch) {
        if (!RecordBatchFormat.isTransactional(batch, 0)) {
            return false;
        }
        long producerId = RecordBatchFormat.producerId(batch, 0);
        Aborted transaction = aborted.get(producerId);
        if (transaction == null) {
            committed.add(producerId);
            return false;
        }
        transaction.seen = true;
        return true;
    }

    /** A marker stays as long as a batch of its transaction does: without it, the batch would be undecided. */
    private boolean isDoneMarker(ByteBuffer batch) {
        ControlRecordType type = markerType(batch);
        if (type == null) {
            return true;
        }
        long producerId = RecordBatchFormat.producerId(batch, 0);
        return switch (type) {
            case ABORT -> isDoneAbort(producerId);
            case COMMIT -> !committed.remove(producerId);
            default -> false;
        };
    }

    private boolean isDoneAbort(long producerId) {
        Aborted transaction = aborted.remove(producerId);
        if (transaction == null || !transaction.seen) {
            return true;
        }
        remaining.add(transaction.transaction);
        return false;
    }

    /** What kind of marker a control batch has; null for one without a record. */
    public static @Nullable ControlRecordType markerType(ByteBuffer batch) {
        return RecordBatchFormat.recordCount(batch, 0) == 0 ? null : ControlBatches.type(batch);
    }

    /** The aborted transactions whose markers were kept since the last call: what the new segment's index of them needs. */
    public List<AbortedTransaction> takeRemaining() {
        List<AbortedTransaction> taken = List.copyOf(remaining);
        remaining.clear();
        return taken;
    }
}
