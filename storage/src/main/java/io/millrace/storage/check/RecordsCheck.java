package io.millrace.storage.check;

import java.nio.ByteBuffer;
import java.util.Optional;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.utils.internals.BufferSupplier;

/** Whether the records in a batch are what its header says. */
final class RecordsCheck {
    private RecordsCheck() {}

    /** What is wrong with a batch whose checksum matches. */
    static Optional<String> problem(ByteBuffer bytes) {
        try {
            MutableRecordBatch batch =
                    MemoryRecords.readableRecords(bytes).batches().iterator().next();
            return problem(batch);
        } catch (RuntimeException e) { // what a decompressor throws is its own
            return Optional.of("its records cannot be read: " + e.getMessage());
        }
    }

    private static Optional<String> problem(MutableRecordBatch batch) {
        int count = 0;
        long latest = -1;
        long before = batch.baseOffset() - 1;
        try (var records = batch.streamingIterator(BufferSupplier.NO_CACHING)) {
            while (records.hasNext()) {
                Record record = records.next();
                if (record.offset() <= before || record.offset() > batch.lastOffset()) {
                    return Optional.of("its record at offset " + record.offset() + " is out of order");
                }
                before = record.offset();
                latest = Math.max(latest, record.timestamp());
                count++;
            }
        }
        Integer said = batch.countOrNull();
        if (said != null && said != count) {
            return Optional.of("it says that it has " + said + " records, and has " + count);
        }
        boolean created = batch.timestampType() == TimestampType.CREATE_TIME;
        return created && count > 0 && latest != batch.maxTimestamp()
                ? Optional.of("its largest timestamp is " + latest + ", not " + batch.maxTimestamp())
                : Optional.empty();
    }
}
