package io.millrace.protocol;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The header of a record batch in format v2 (magic 2), as it lies on the wire and on disk; big-endian.
 *
 * <pre>
 *   0   8  base offset             written by the broker, outside the CRC
 *   8   4  batch length            bytes that follow this field
 *  12   4  partition leader epoch  written by the broker, outside the CRC
 *  16   1  magic (2)
 *  17   4  CRC-32C of everything from the attributes to the end
 *  21   2  attributes              bits 0-2 compression, 3 timestamp type, 4 transactional, 5 control, 6 delete horizon
 *  23   4  last offset delta
 *  27   8  base timestamp          ms since the epoch
 *  35   8  max timestamp           ms since the epoch
 *  43   8  producer id             -1: none
 *  51   2  producer epoch
 *  53   4  base sequence
 *  57   4  record count
 *  61      records
 * </pre>
 *
 * Source: Kafka protocol guide, "Record Batch"; KIP-98. The accessors take the position of the batch's first byte in
 * the buffer, use absolute reads, and check nothing: who calls them has made sure that the header is there.
 */
public final class RecordBatchFormat {
    public static final int BASE_OFFSET = 0;
    public static final int LENGTH = 8;
    public static final int LEADER_EPOCH = 12;
    public static final int MAGIC = 16;
    public static final int CRC = 17;
    public static final int ATTRIBUTES = 21;
    public static final int LAST_OFFSET_DELTA = 23;
    public static final int BASE_TIMESTAMP = 27;
    public static final int MAX_TIMESTAMP = 35;
    public static final int PRODUCER_ID = 43;
    public static final int PRODUCER_EPOCH = 51;
    public static final int BASE_SEQUENCE = 53;
    public static final int RECORD_COUNT = 57;
    public static final int RECORDS = 61;

    /** Base offset and batch length: what a batch's length field does not count. */
    public static final int LOG_OVERHEAD = 12;

    /** Size of the whole header. */
    public static final int HEADER_SIZE = RECORDS;

    public static final byte MAGIC_V2 = 2;

    private static final int COMPRESSION_MASK = 0x07;
    private static final int LOG_APPEND_TIME_MASK = 0x08;
    private static final int TRANSACTIONAL_MASK = 0x10;
    private static final int CONTROL_MASK = 0x20;
    private static final int DELETE_HORIZON_MASK = 0x40;

    private RecordBatchFormat() {}

    public static long baseOffset(ByteBuffer buffer, int at) {
        return buffer.getLong(at + BASE_OFFSET);
    }

    /** Bytes of the whole batch, with the fields before the length. */
    public static int sizeInBytes(ByteBuffer buffer, int at) {
        return buffer.getInt(at + LENGTH) + LOG_OVERHEAD;
    }

    public static int leaderEpoch(ByteBuffer buffer, int at) {
        return buffer.getInt(at + LEADER_EPOCH);
    }

    public static byte magic(ByteBuffer buffer, int at) {
        return buffer.get(at + MAGIC);
    }

    public static int crc(ByteBuffer buffer, int at) {
        return buffer.getInt(at + CRC);
    }

    public static short attributes(ByteBuffer buffer, int at) {
        return buffer.getShort(at + ATTRIBUTES);
    }

    public static int lastOffsetDelta(ByteBuffer buffer, int at) {
        return buffer.getInt(at + LAST_OFFSET_DELTA);
    }

    public static long lastOffset(ByteBuffer buffer, int at) {
        return baseOffset(buffer, at) + lastOffsetDelta(buffer, at);
    }

    public static long baseTimestamp(ByteBuffer buffer, int at) {
        return buffer.getLong(at + BASE_TIMESTAMP);
    }

    public static long maxTimestamp(ByteBuffer buffer, int at) {
        return buffer.getLong(at + MAX_TIMESTAMP);
    }

    public static long producerId(ByteBuffer buffer, int at) {
        return buffer.getLong(at + PRODUCER_ID);
    }

    public static short producerEpoch(ByteBuffer buffer, int at) {
        return buffer.getShort(at + PRODUCER_EPOCH);
    }

    public static int baseSequence(ByteBuffer buffer, int at) {
        return buffer.getInt(at + BASE_SEQUENCE);
    }

    public static int recordCount(ByteBuffer buffer, int at) {
        return buffer.getInt(at + RECORD_COUNT);
    }

    /** Kafka's compression type id: 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd. */
    public static int compressionId(ByteBuffer buffer, int at) {
        return attributes(buffer, at) & COMPRESSION_MASK;
    }

    public static boolean isLogAppendTime(ByteBuffer buffer, int at) {
        return (attributes(buffer, at) & LOG_APPEND_TIME_MASK) != 0;
    }

    public static boolean isTransactional(ByteBuffer buffer, int at) {
        return (attributes(buffer, at) & TRANSACTIONAL_MASK) != 0;
    }

    public static boolean isControl(ByteBuffer buffer, int at) {
        return (attributes(buffer, at) & CONTROL_MASK) != 0;
    }

    /** Whether the base timestamp is the time from which tombstones and markers in the batch may go (KIP-534). */
    public static boolean hasDeleteHorizon(ByteBuffer buffer, int at) {
        return (attributes(buffer, at) & DELETE_HORIZON_MASK) != 0;
    }

    /** Writes what the leader decides, both outside the CRC. */
    public static void assign(ByteBuffer buffer, int at, long baseOffset, int leaderEpoch) {
        buffer.putLong(at + BASE_OFFSET, baseOffset);
        buffer.putInt(at + LEADER_EPOCH, leaderEpoch);
    }

    /** The CRC that the batch should have. */
    public static int computeCrc(ByteBuffer buffer, int at) {
        CRC32C crc = new CRC32C();
        crc.update(buffer.slice(at + ATTRIBUTES, sizeInBytes(buffer, at) - ATTRIBUTES));
        return (int) crc.getValue();
    }

    /** Gives all records of the batch the time at which it is appended, which changes its CRC. */
    public static void stampAppendTime(ByteBuffer buffer, int at, long appendTimeMs) {
        buffer.putShort(at + ATTRIBUTES, (short) (attributes(buffer, at) | LOG_APPEND_TIME_MASK));
        buffer.putLong(at + MAX_TIMESTAMP, appendTimeMs);
        buffer.putInt(at + CRC, computeCrc(buffer, at));
    }
}
