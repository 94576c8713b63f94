package io.millrace.protocol;

import java.nio.ByteBuffer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * How a transaction has ended, as a control batch of its own says it in every partition that took part (KIP-98).
 *
 * @param coordinatorEpoch leader epoch of the coordinator's partition when it decided so
 */
public record TransactionMarker(boolean commit, int coordinatorEpoch) {
    /** The marker in a control batch; null for one that is empty, damaged, or about something else. */
    public static @Nullable TransactionMarker read(ByteBuffer batches, int at) {
        ByteBuffer batch = batches.slice(at, RecordBatchFormat.sizeInBytes(batches, at));
        try {
            for (Record record :
                    MemoryRecords.readableRecords(batch).batches().iterator().next()) {
                return of(record);
            }
        } catch (KafkaException | IllegalArgumentException malformed) {
            return null;
        }
        return null;
    }

    private static @Nullable TransactionMarker of(Record record) {
        ControlRecordType type = ControlRecordType.parse(record.key());
        if (type != ControlRecordType.COMMIT && type != ControlRecordType.ABORT) {
            return null;
        }
        int epoch = EndTransactionMarker.deserialize(record).coordinatorEpoch();
        return new TransactionMarker(type == ControlRecordType.COMMIT, epoch);
    }

    /** A control batch that ends this producer's transaction. */
    public ByteBuffer batch(long timestampMs, long producerId, short producerEpoch) {
        ControlRecordType type = commit ? ControlRecordType.COMMIT : ControlRecordType.ABORT;
        return MemoryRecords.withEndTransactionMarker(
                        0,
                        timestampMs,
                        RecordBatch.NO_PARTITION_LEADER_EPOCH,
                        producerId,
                        producerEpoch,
                        new EndTransactionMarker(type, coordinatorEpoch))
                .buffer();
    }
}
