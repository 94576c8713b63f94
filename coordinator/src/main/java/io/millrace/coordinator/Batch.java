package io.millrace.coordinator;

import io.millrace.coordinator.MachineType.KeyValue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.DefaultRecord;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;

/** Records that will be appended together, and all that hangs on them. Owned by the shard's thread. */
final class Batch {
    /** Key and value lengths of five bytes each, a count of headers of one. */
    private static final int RECORD_OVERHEAD = DefaultRecord.MAX_RECORD_OVERHEAD + 11;

    private final long undoMark;
    private final List<SimpleRecord> records = new ArrayList<>();
    private final List<Answer<?>> answers = new ArrayList<>();
    private final List<Ticket<?>> decided = new ArrayList<>();
    private int bytes = DefaultRecordBatch.RECORD_BATCH_OVERHEAD;

    /** @param undoMark the state before the first change of this batch */
    Batch(long undoMark) {
        this.undoMark = undoMark;
    }

    /** Bytes that this record adds to a batch, at most. */
    static int bound(KeyValue record) {
        ByteBuffer value = record.value();
        return RECORD_OVERHEAD + record.key().remaining() + (value == null ? 0 : value.remaining());
    }

    /** Whether records of so many bytes fit a batch of their own. */
    static boolean fits(long recordBytes, int maxBytes) {
        return DefaultRecordBatch.RECORD_BATCH_OVERHEAD + recordBytes <= maxBytes;
    }

    boolean hasRoom(long recordBytes, int maxBytes) {
        return bytes + recordBytes <= maxBytes;
    }

    void add(long timestampMs, KeyValue record) {
        records.add(new SimpleRecord(timestampMs, record.key(), record.value()));
        bytes += bound(record);
    }

    /** The answers wait for this batch; the ticket, answered or not, falls with it. */
    void attach(List<Answer<?>> more, List<Ticket<?>> tickets) {
        answers.addAll(more);
        decided.addAll(tickets);
    }

    long undoMark() {
        return undoMark;
    }

    int bytes() {
        return bytes;
    }

    ByteBuffer build() {
        return MemoryRecords.withRecords(
                        RecordBatch.MAGIC_VALUE_V2,
                        0L,
                        Compression.NONE,
                        TimestampType.CREATE_TIME,
                        records.toArray(SimpleRecord[]::new))
                .buffer();
    }

    List<Answer<?>> answers() {
        return answers;
    }

    /** Tells everybody whose command was decided in or behind this batch. */
    void fail(Errors error) {
        decided.forEach(ticket -> ticket.fail(error));
    }
}
