package io.millrace.replication;

import io.millrace.protocol.RecordBatchFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.utils.internals.ByteBufferOutputStream;
import org.apache.kafka.common.utils.internals.ByteUtils;

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

    /** A batch whose one record says that it is so large, and is not. */
    static ByteBuffer lying(CompressionType type, int recordBytes) throws IOException {
        ByteBuffer honest = batch(Compression.of(type).build(), record(1, "k", "v"));
        ByteBufferOutputStream body = new ByteBufferOutputStream(128);
        try (OutputStream out = Compression.of(type).build().wrapForOutput(body, RecordBatchFormat.MAGIC_V2)) {
            ByteBuffer start = ByteBuffer.allocate(16);
            ByteUtils.writeVarint(recordBytes, start);
            out.write(start.array());
        }
        ByteBuffer lie = ByteBuffer.allocate(RecordBatchFormat.HEADER_SIZE + body.position());
        lie.put(honest.limit(RecordBatchFormat.HEADER_SIZE))
                .put(body.buffer().flip())
                .flip();
        lie.putInt(RecordBatchFormat.LENGTH, lie.limit() - RecordBatchFormat.LOG_OVERHEAD);
        return sealed(lie);
    }

    /** The checksum made right again. */
    static ByteBuffer sealed(ByteBuffer batch) {
        CRC32C crc = new CRC32C();
        crc.update(batch.duplicate().position(batch.position() + RecordBatchFormat.ATTRIBUTES));
        return batch.putInt(batch.position() + RecordBatchFormat.CRC, (int) crc.getValue());
    }
}
