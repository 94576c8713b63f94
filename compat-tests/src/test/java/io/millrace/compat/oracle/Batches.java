package io.millrace.compat.oracle;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/** Record batches, whole and damaged. Times are near the epoch where nothing speaks against it: they read well. */
final class Batches {
    static final int LENGTH_OFFSET = 8;
    static final int MAGIC_OFFSET = 16;
    static final int CRC_OFFSET = 17;
    static final int ATTRIBUTES_OFFSET = 21;
    static final int LAST_OFFSET_DELTA_OFFSET = 23;
    static final int COUNT_OFFSET = 57;

    /** A producer whose last record is old may be forgotten at any time, so theirs are of today. */
    private static final long NOW = System.currentTimeMillis() - 60_000;

    private Batches() {}

    /** A batch of that many records, at 1000, 2000, ... */
    static MemoryRecords plain(int count) {
        return compressed("none", count);
    }

    static MemoryRecords compressed(String codec, int count) {
        return MemoryRecords.withRecords(Compression.of(codec).build(), records(count));
    }

    static MemoryRecords at(long timestamp) {
        return MemoryRecords.withRecords(
                Compression.NONE, new SimpleRecord(timestamp, "key".getBytes(UTF_8), "value".getBytes(UTF_8)));
    }

    static MemoryRecords keyless() {
        return MemoryRecords.withRecords(Compression.NONE, new SimpleRecord(1000, null, "value".getBytes(UTF_8)));
    }

    static MemoryRecords ofValueSize(int bytes) {
        return MemoryRecords.withRecords(Compression.NONE, new SimpleRecord(1000, null, new byte[bytes]));
    }

    static MemoryRecords magic(int magic, int count) {
        return MemoryRecords.withRecords((byte) magic, Compression.NONE, records(count));
    }

    static MemoryRecords idempotent(long producerId, int epoch, int sequence, int count) {
        return MemoryRecords.withIdempotentRecords(
                Compression.NONE, producerId, (short) epoch, sequence, records(count, NOW));
    }

    static MemoryRecords transactional(long producerId, int epoch, int sequence) {
        return MemoryRecords.withTransactionalRecords(
                Compression.NONE, producerId, (short) epoch, sequence, records(1, NOW));
    }

    private static SimpleRecord[] records(int count) {
        return records(count, 0);
    }

    private static SimpleRecord[] records(int count, long since) {
        var records = new SimpleRecord[count];
        for (int i = 0; i < count; i++) {
            long time = since + 1000L * (i + 1);
            records[i] = new SimpleRecord(time, ("key-" + i).getBytes(UTF_8), ("value-" + i).getBytes(UTF_8));
        }
        return records;
    }

    /** The batches one behind the other. */
    static MemoryRecords joined(MemoryRecords... parts) {
        int size = 0;
        for (var part : parts) {
            size += part.sizeInBytes();
        }
        var all = ByteBuffer.allocate(size);
        for (var part : parts) {
            all.put(part.buffer());
        }
        return MemoryRecords.readableRecords(all.flip());
    }

    /** The batch with one byte changed, and the checksum as it was: damaged on its way. */
    static MemoryRecords withByte(MemoryRecords batch, int position, int value) {
        var bytes = copy(batch);
        bytes.put(position, (byte) value);
        return MemoryRecords.readableRecords(bytes);
    }

    /** The batch with an int changed, and a checksum that says it is meant. */
    static MemoryRecords withInt(MemoryRecords batch, int position, int value) {
        var bytes = copy(batch);
        bytes.putInt(position, value);
        return sealed(bytes);
    }

    static MemoryRecords withAttributes(MemoryRecords batch, int attributes) {
        var bytes = copy(batch);
        bytes.putShort(ATTRIBUTES_OFFSET, (short) attributes);
        return sealed(bytes);
    }

    /** The batch without its last bytes. */
    static MemoryRecords truncated(MemoryRecords batch, int bytesLess) {
        var bytes = copy(batch);
        return MemoryRecords.readableRecords(bytes.limit(bytes.limit() - bytesLess));
    }

    private static ByteBuffer copy(MemoryRecords batch) {
        return ByteBuffer.allocate(batch.sizeInBytes()).put(batch.buffer()).flip();
    }

    private static MemoryRecords sealed(ByteBuffer bytes) {
        var crc = new CRC32C();
        crc.update(bytes.slice(ATTRIBUTES_OFFSET, bytes.limit() - ATTRIBUTES_OFFSET));
        bytes.putInt(CRC_OFFSET, (int) crc.getValue());
        return MemoryRecords.readableRecords(bytes);
    }
}
