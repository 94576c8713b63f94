package io.millrace.storage.producer;

import io.millrace.protocol.RecordBatchFormat;
import java.nio.ByteBuffer;

/**
 * What a producer's state keeps of a batch.
 *
 * @param lastSequence sequence of the last record; sequences go from 0 to {@link Integer#MAX_VALUE} and begin again at 0
 * @param lastOffset offset of the last record
 * @param offsetDelta last offset less first offset
 * @param timestampMs the batch's largest timestamp
 */
public record ProducedBatch(int lastSequence, long lastOffset, int offsetDelta, long timestampMs) {
    /** For a batch without sequence. */
    static final int NO_SEQUENCE = -1;

    static ProducedBatch of(ByteBuffer batches, int at, long baseOffset) {
        int delta = RecordBatchFormat.lastOffsetDelta(batches, at);
        int last = sequenceAfter(RecordBatchFormat.baseSequence(batches, at), delta);
        return new ProducedBatch(last, baseOffset + delta, delta, RecordBatchFormat.maxTimestamp(batches, at));
    }

    int firstSequence() {
        if (lastSequence == NO_SEQUENCE) {
            return NO_SEQUENCE;
        }
        int first = lastSequence - offsetDelta;
        return first < 0 ? first + Integer.MAX_VALUE + 1 : first;
    }

    long firstOffset() {
        return lastOffset - offsetDelta;
    }

    /** The sequence so many records later. */
    static int sequenceAfter(int sequence, int records) {
        if (sequence == NO_SEQUENCE) {
            return NO_SEQUENCE;
        }
        return sequence > Integer.MAX_VALUE - records
                ? records - (Integer.MAX_VALUE - sequence) - 1
                : sequence + records;
    }
}
