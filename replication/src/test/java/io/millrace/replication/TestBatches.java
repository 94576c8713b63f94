package io.millrace.replication;

import io.millrace.protocol.RecordBatchFormat;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/** Makes the batches of tests. */
final class TestBatches {
    private TestBatches() {}

    static ByteBuffer batch(Compression compression, SimpleRecord... records) {
        return copy(MemoryRecords.withRecords(compression, records).buffer());
    }

    static ByteBuffer batch(int records, long timestampMs) {
        return batch(
                Compression.NONE,
                IntStream.range(0, records)
                        .mapToObj(i -> record(timestampMs, "key-" + i, "value-" + i))
                        .toArray(SimpleRecord[]::new));
    }

    static SimpleRecord record(long timestampMs, String key, String value) {
        return new SimpleRecord(timestampMs, bytes(key), bytes(value));
    }

    static SimpleRecord keyless(long timestampMs, String value) {
        return new SimpleRecord(timestampMs, bytes(value));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** On the heap, at position 0, with nothing behind it. */
    static ByteBuffer copy(ByteBuffer buffer) {
        return ByteBuffer.allocate(buffer.remaining()).put(buffer.duplicate()).flip();
    }

    /** The checksum made right again. */
    static ByteBuffer sealed(ByteBuffer batch) {
        CRC32C crc = new CRC32C();
        crc.update(batch.duplicate().position(batch.position() + RecordBatchFormat.ATTRIBUTES));
        return batch.putInt(batch.position() + RecordBatchFormat.CRC, (int) crc.getValue());
    }
}
