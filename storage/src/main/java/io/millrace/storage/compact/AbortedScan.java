package io.millrace.storage.compact;

import io.millrace.protocol.RecordBatchFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.record.internal.ControlRecordType;

/**
 * Finds the aborted transactions of a range of a log by looking at its batches. It is shown all transactional and control
 * batches from the range's beginning on, and on behind its end as long as {@link #hasOpen}. For one thread.
 */
public final class AbortedScan {
    private final long rangeEnd;
    private final Map<Long, Long> open = new HashMap<>();
    private final List<AbortedTransaction> aborted = new ArrayList<>();

    /** @param rangeEnd transactions that begin here or behind do not matter */
    public AbortedScan(long rangeEnd) {
        this.rangeEnd = rangeEnd;
    }

    /** A data batch of a transaction; its header is enough. */
    public void data(ByteBuffer header, int at) {
        long baseOffset = RecordBatchFormat.baseOffset(header, at);
        if (baseOffset < rangeEnd) {
            open.putIfAbsent(RecordBatchFormat.producerId(header, at), baseOffset);
        }
    }

    /** A whole control batch, from position 0 on. */
    public void control(ByteBuffer batch) {
        ControlRecordType type = Transactions.markerType(batch);
        long producerId = RecordBatchFormat.producerId(batch, 0);
        if (type == ControlRecordType.ABORT || type == ControlRecordType.COMMIT) {
            Long first = open.remove(producerId);
            if (first != null && type == ControlRecordType.ABORT) {
                aborted.add(new AbortedTransaction(producerId, first, RecordBatchFormat.lastOffset(batch, 0)));
            }
        }
    }

    /** Whether a transaction that began in the range has not met its marker yet. */
    public boolean hasOpen() {
        return !open.isEmpty();
    }

    /** Where the first transaction begins that has not met its marker; the end of the range if all have. */
    public long decidedTo() {
        return open.values().stream().mapToLong(Long::longValue).min().orElse(rangeEnd);
    }

    public List<AbortedTransaction> aborted() {
        return aborted;
    }
}
