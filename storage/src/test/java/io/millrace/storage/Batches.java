package io.millrace.storage;

import io.millrace.protocol.RecordBatchFormat;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;

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

    /** As {@link #of}, compressed, of keyed records; a null value makes a tombstone. */
    static ByteBuffer keyed(Compression compression, long producerId, int sequence, List<Keyed> lines) {
        SimpleRecord[] records = lines.stream()
                .map(line -> new SimpleRecord(
                        line.timestampMs, bytes(line.key), line.value == null ? null : bytes(line.value)))
                .toArray(SimpleRecord[]::new);
        return MemoryRecords.withIdempotentRecords(
                        RecordBatch.MAGIC_VALUE_V2,
                        0,
                        compression,
                        producerId,
                        (short) (producerId < 0 ? -1 : 0),
                        sequence,
                        RecordBatch.NO_PARTITION_LEADER_EPOCH,
                        records)
                .buffer();
    }

    /** One batch without producer, of keyed records at offset 0; key and value by turns. */
    static ByteBuffer keyed(long timestampMs, @Nullable String... keysAndValues) {
        List<Keyed> lines = new ArrayList<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            lines.add(new Keyed(0, timestampMs, String.valueOf(keysAndValues[i]), keysAndValues[i + 1]));
        }
        return keyed(Compression.NONE, -1, -1, lines);
    }

    static ByteBuffer transactional(long producerId, int sequence, String... values) {
        return MemoryRecords.withTransactionalRecords(
                        RecordBatch.MAGIC_VALUE_V2,
                        0,
                        Compression.NONE,
                        producerId,
                        (short) 0,
                        sequence,
                        RecordBatch.NO_PARTITION_LEADER_EPOCH,
                        records(1, values))
                .buffer();
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

    /** A record with its key. */
    record Keyed(
            long offset,
            long timestampMs,
            String key,
            @Nullable String value) {}

    static List<Keyed> keyed(ByteBuffer bytes) {
        List<Keyed> seen = new ArrayList<>();
        for (var batch : MemoryRecords.readableRecords(bytes).batches()) {
            batch.ensureValid();
            for (Record record : batch) {
                seen.add(new Keyed(
                        record.offset(),
                        record.timestamp(),
                        record.hasKey()
                                ? StandardCharsets.UTF_8.decode(record.key()).toString()
                                : "",
                        record.hasValue()
                                ? StandardCharsets.UTF_8.decode(record.value()).toString()
                                : null));
            }
        }
        return seen;
    }

    /** The offset behind the last batch, which may have no records. */
    static long nextOffset(ByteBuffer bytes) {
        long next = -1;
        for (var batch : MemoryRecords.readableRecords(bytes).batches()) {
            next = batch.nextOffset();
        }
        return next;
    }

    static Map<Long, Long> lastOffsetOfProducers(ByteBuffer bytes) {
        Map<Long, Long> last = new HashMap<>();
        for (var batch : MemoryRecords.readableRecords(bytes).batches()) {
            if (batch.hasProducerId()) {
                last.put(batch.producerId(), batch.lastOffset());
            }
        }
        return last;
    }

    static List<String> values(ByteBuffer bytes) {
        return records(bytes).stream().map(Seen::value).toList();
    }

    static TimestampType timestampType(ByteBuffer bytes) {
        return MemoryRecords.readableRecords(bytes).batches().iterator().next().timestampType();
    }
}
