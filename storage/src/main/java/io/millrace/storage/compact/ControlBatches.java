package io.millrace.storage.compact;

import java.nio.ByteBuffer;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;

/** Looks into control batches. They have one record, whose key says what it is. */
final class ControlBatches {
    private ControlBatches() {}

    static ControlRecordType type(ByteBuffer batch) {
        Record record = MemoryRecords.readableRecords(batch.duplicate())
                .batches()
                .iterator()
                .next()
                .iterator()
                .next();
        return ControlRecordType.parse(record.key());
    }
}
