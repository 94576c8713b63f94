package io.millrace.storage;

import io.millrace.protocol.RecordBatchFormat;
import io.millrace.protocol.TransactionMarker;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;

/** Makes batches, and looks into them. */
final class Batches {
    private Batches() {}

    /** One batch with a record for each value, at this timestamp. */
    static ByteBuffer batch(long timestampMs, String... values) {
        return batch(Compression.NONE, timestampMs, values);
    }

    static ByteBuffer batch(Compression compression, long timestampMs, String... values) {
        return MemoryRecords.withRecords(compression, records(timestampMs, values))
                .buffer();
    }

    /** One batch whose records have these timestamps. */
    static ByteBuffer timed(long... timestampsMs) {
        SimpleRecord[] records = new SimpleRecord[timestampsMs.length];
        for (int i = 0; i < records.length; i++) {
            records[i] = new SimpleRecord(timestampsMs[i], bytes("at " + timestampsMs[i]));
        }
        return MemoryRecords.withRecords(Compression.gzip().build(), records).buffer();
    }

    /** A batch of about so many bytes. */
    static ByteBuffer sized(long timestampMs, int bytes) {
        return batch(timestampMs, "x".repeat(Math.max(0, bytes - RecordBatchFormat.HEADER_SIZE - 10)));
    }

    static ByteBuffer idempotent(long producerId, int epoch, int sequence, long timestampMs, String... values) {
        return MemoryRecords.withIdempotentRecords(
                        RecordBatch.MAGIC_VALUE_V2,
                        0,
                        Compression.NONE,
                        producerId,
                        (short) epoch,
                        sequence,
                        RecordBatch.NO_PARTITION_LEADER_EPOCH,
                        records(timestampMs, values))
                .buffer();
    }

    /** A batch whose records have these timestamps and values; without producer if its id is negative. */
    static ByteBuffer of(long producerId, int sequence, List<Long> timestampsMs, List<String> values) {
        SimpleRecord[] records = new SimpleRecord[values.size()];
        for (int i = 0; i < records.length; i++) {
            records[i] = new SimpleRecord(timestampsMs.get(i), bytes(values.get(i)));
        }
        return MemoryRecords.withIdempotentRecords(
                        RecordBatch.MAGIC_VALUE_V2,
                        0,
                        Compression.NONE,
                        producerId,
                        (short) (producerId < 0 ? -1 : 0),
                        sequence,
                        RecordBatch.NO_PARTITION_LEADER_EPOCH,
                        records)
                .buffer();
    }

    static ByteBuffer transactional(long producerId, int sequence, String... values) {
        return transactional(producerId, 0, sequence, values);
    }

    static ByteBuffer transactional(long producerId, int epoch, int sequence, String... values) {
        return MemoryRecords.withTransactionalRecords(
                        RecordBatch.MAGIC_VALUE_V2,
                        0,
                        Compression.NONE,
                        producerId,
                        (short) epoch,
                        sequence,
                        RecordBatch.NO_PARTITION_LEADER_EPOCH,
                        records(1, values))
                .buffer();
    }

    static ByteBuffer transactionalAt(long timestampMs, long producerId, int sequence, String value) {
        return MemoryRecords.withTransactionalRecords(
                        RecordBatch.MAGIC_VALUE_V2,
                        0,
                        Compression.NONE,
                        producerId,
                        (short) 0,
                        sequence,
                        RecordBatch.NO_PARTITION_LEADER_EPOCH,
                        records(timestampMs, value))
                .buffer();
    }

    static ByteBuffer marker(long producerId, int epoch, boolean commit) {
        return marker(producerId, epoch, commit, 1);
    }

    static ByteBuffer marker(long producerId, int epoch, boolean commit, long timestampMs) {
        return new TransactionMarker(commit, 0).batch(timestampMs, producerId, (short) epoch);
    }

    static ByteBuffer joined(ByteBuffer... batches) {
        int size = 0;
        for (ByteBuffer batch : batches) {
            size += batch.remaining();
        }
        ByteBuffer all = ByteBuffer.allocate(size);
        for (ByteBuffer batch : batches) {
            all.put(batch.duplicate());
        }
        return all.flip();
    }

    private static SimpleRecord[] records(long timestampMs, String... values) {
        SimpleRecord[] records = new SimpleRecord[values.length];
        for (int i = 0; i < values.length; i++) {
            records[i] = new SimpleRecord(timestampMs, bytes(values[i]));
        }
        return records;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A record as a test wants to see it. */
    record Seen(long offset, long timestampMs, String value) {}

    static List<Seen> records(ByteBuffer bytes) {
        List<Seen> seen = new ArrayList<>();
        for (var batch : MemoryRecords.readableRecords(bytes).batches()) {
            batch.ensureValid();
            for (Record record : batch) {
                seen.add(new Seen(
                        record.offset(),
                        record.timestamp(),
                        StandardCharsets.UTF_8.decode(record.value()).toString()));
            }
        }
        return seen;
    }

    static List<String> values(ByteBuffer bytes) {
        return records(bytes).stream().map(Seen::value).toList();
    }

    static TimestampType timestampType(ByteBuffer bytes) {
        return MemoryRecords.readableRecords(bytes).batches().iterator().next().timestampType();
    }
}
