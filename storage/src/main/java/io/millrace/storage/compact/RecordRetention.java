package io.millrace.storage.compact;

import io.millrace.protocol.RecordBatchFormat;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.common.record.internal.Record;

/**
 * What remains of a log's batches in one cleaning. For one thread.
 *
 * <p>Of a key, the last record remains. A tombstone, or a transaction's marker that nothing depends on any more, first gets a
 * delete horizon (KIP-534): from then on it remains for {@code delete.retention.ms}, so that whoever reads the log from its
 * beginning within that time sees it. Nothing remains of aborted transactions, nor of records without a key.
 *
 * <p>Two batches remain though they may be empty: the last of each producer, which tells its sequence, and the log's last, which
 * tells a reader that there is nothing more.
 */
public final class RecordRetention {
    private final KeyOffsets keys;
    private final Transactions transactions;
    private final Map<Long, LastRecord> lastOfProducers;
    private final Times times;
    private boolean done;
    private boolean removesEmpty;
    /** Whether the present batch is a marker that is done with, but was not known to be so before. */
    private boolean doneMarker;

    /**
     * When the cleaning takes place, as the rules see it.
     *
     * @param committedEnd end of the log, as the cleaning began, as far as nothing takes it back
     */
    public record Times(long nowMs, long deleteRetentionMs, long committedEnd) {}

    public RecordRetention(
            KeyOffsets keys, Transactions transactions, Map<Long, LastRecord> lastOfProducers, Times times) {
        this.keys = keys;
        this.transactions = transactions;
        this.lastOfProducers = lastOfProducers;
        this.times = times;
    }

    /**
     * Goes to the next batch of the log.
     *
     * @param batch a whole one, from position 0 on
     */
    void enter(ByteBuffer batch) {
        done = transactions.isDone(batch);
        boolean control = RecordBatchFormat.isControl(batch, 0);
        removesEmpty = !isLastOfProducer(batch) && RecordBatchFormat.lastOffset(batch, 0) + 1 != times.committedEnd;
        if (control && done) {
            OptionalLong horizon = deleteHorizonMs(batch);
            doneMarker = horizon.isEmpty();
            done = horizon.isPresent() && horizon.getAsLong() <= times.nowMs;
        } else {
            doneMarker = false;
        }
    }

    private boolean isLastOfProducer(ByteBuffer batch) {
        LastRecord last = lastOfProducers.get(RecordBatchFormat.producerId(batch, 0));
        if (last == null || RecordBatchFormat.producerId(batch, 0) < 0) {
            return false;
        }
        return last.lastDataOffset() == LastRecord.NO_DATA
                ? RecordBatchFormat.isControl(batch, 0)
                        && RecordBatchFormat.producerEpoch(batch, 0) == last.producerEpoch()
                : RecordBatchFormat.lastOffset(batch, 0) == last.lastDataOffset();
    }

    /** Whether the present batch goes if no record of it remains. */
    boolean removesEmpty() {
        return removesEmpty;
    }

    /** Whether no record of the present batch remains, whatever it is. */
    boolean removesAll() {
        return done;
    }

    /** Whether a record of the present batch remains. */
    boolean keeps(ByteBuffer batch, Record data) {
        if (done) {
            return false;
        }
        if (RecordBatchFormat.isControl(batch, 0) || data.offset() > keys.latestOffset()) {
            return true;
        }
        if (!data.hasKey() || data.offset() < keys.get(data.key())) {
            return false;
        }
        OptionalLong horizon = deleteHorizonMs(batch);
        return data.hasValue() || horizon.isEmpty() || times.nowMs < horizon.getAsLong();
    }

    /** The delete horizon that the present batch is to have, -1 for none. */
    long horizonFor(ByteBuffer batch, boolean hasTombstone) {
        OptionalLong present = deleteHorizonMs(batch);
        if (present.isPresent()) {
            return present.getAsLong();
        }
        boolean needed = doneMarker || (hasTombstone && !RecordBatchFormat.isControl(batch, 0));
        return needed ? times.nowMs + times.deleteRetentionMs : -1;
    }

    private static OptionalLong deleteHorizonMs(ByteBuffer batch) {
        return RecordBatchFormat.hasDeleteHorizon(batch, 0)
                ? OptionalLong.of(RecordBatchFormat.baseTimestamp(batch, 0))
                : OptionalLong.empty();
    }
}
