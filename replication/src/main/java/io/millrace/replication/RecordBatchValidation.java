package io.millrace.replication;

import io.millrace.protocol.RecordBatchFormat;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.jspecify.annotations.Nullable;

/**
 * Checks what a producer sent for one partition, as Kafka does before an append: exactly one whole batch of format v2, no larger
 * than allowed, with the right checksum, whose header agrees with its contents. Nothing is decompressed here:
 * {@link #needsDecompression} says when {@link RecordConversion} has to look inside.
 *
 * <p>Pure: no thread, no clock.
 */
public final class RecordBatchValidation {
    private static final short ZSTD_FROM_PRODUCE_VERSION = 7;
    private static final int RECORD_OVERHEAD_MIN = 14;
    private static final int LOG_APPEND_TIME = 0x08;
    private static final int UP_TO_MAGIC = RecordBatchFormat.MAGIC + 1;

    private RecordBatchValidation() {}

    /**
     * Checks the batch between position and limit. If it passes, the limit is set to the batch's end (a fragment behind it is
     * dropped, as in Kafka), and its header's largest timestamp is put right if it was not.
     *
     * @param produceVersion version of the Produce request
     * @return null if it may be appended
     */
    public static @Nullable RefusedBatch check(
            ByteBuffer records, TopicSettings settings, short produceVersion, long nowMs) {
        int at = records.position();
        RefusedBatch refused = checkFrame(records, at);
        if (refused == null) {
            refused = checkOrder(records, at, produceVersion);
        }
        if (refused == null) {
            refused = checkBytes(records, at, settings);
        }
        if (refused == null) {
            refused = checkHeader(records, at);
        }
        if (refused == null && RecordBatchFormat.compressionId(records, at) == CompressionType.NONE.id) {
            refused = checkRecords(records, at, settings, nowMs);
        }
        return refused;
    }

    /** A whole batch, and nothing that looks like a second one. */
    private static @Nullable RefusedBatch checkFrame(ByteBuffer records, int at) {
        RefusedBatch corrupt = beginning(records, at);
        if (corrupt != null) {
            return corrupt;
        }
        if (!whole(records, at)) {
            return RefusedBatch.of(
                    Errors.INVALID_RECORD, "A produce request needs a whole record batch per partition.");
        }
        if (RecordBatchFormat.magic(records, at) != RecordBatchFormat.MAGIC_V2) {
            return RefusedBatch.of(Errors.INVALID_RECORD, "A produce request takes record batches of magic 2 only.");
        }
        return null;
    }

    private static @Nullable RefusedBatch checkOrder(ByteBuffer records, int at, short produceVersion) {
        int compression = RecordBatchFormat.compressionId(records, at);
        if (compression == CompressionType.ZSTD.id && produceVersion < ZSTD_FROM_PRODUCE_VERSION) {
            return RefusedBatch.of(Errors.UNSUPPORTED_COMPRESSION_TYPE, "zstd needs version 7 of the produce request.");
        }
        int end = at + RecordBatchFormat.sizeInBytes(records, at);
        RefusedBatch corrupt = beginning(records, end);
        if (corrupt != null) {
            return corrupt;
        }
        if (whole(records, end)) {
            return RefusedBatch.of(Errors.INVALID_RECORD, "A produce request takes one record batch per partition.");
        }
        records.limit(end);
        return null;
    }

    /** CORRUPT_MESSAGE for what cannot begin a batch of any format; null also where too little is left to tell. */
    private static @Nullable RefusedBatch beginning(ByteBuffer records, int at) {
        int left = records.limit() - at;
        if (left < RecordBatchFormat.LOG_OVERHEAD) {
            return null;
        }
        int length = records.getInt(at + RecordBatchFormat.LENGTH);
        if (length < RECORD_OVERHEAD_MIN) {
            return RefusedBatch.of(Errors.CORRUPT_MESSAGE, "A record batch of " + length + " bytes.");
        }
        if (left >= UP_TO_MAGIC) {
            byte magic = RecordBatchFormat.magic(records, at);
            if (magic < 0 || magic > RecordBatchFormat.MAGIC_V2) {
                return RefusedBatch.of(Errors.CORRUPT_MESSAGE, "There is no magic " + magic + ".");
            }
        }
        return null;
    }

    private static boolean whole(ByteBuffer records, int at) {
        int left = records.limit() - at;
        return left >= UP_TO_MAGIC
                && records.getInt(at + RecordBatchFormat.LENGTH) <= left - RecordBatchFormat.LOG_OVERHEAD;
    }

    private static @Nullable RefusedBatch checkBytes(ByteBuffer records, int at, TopicSettings settings) {
        int size = RecordBatchFormat.sizeInBytes(records, at);
        if (size < RecordBatchFormat.HEADER_SIZE) {
            return RefusedBatch.of(Errors.CORRUPT_MESSAGE, "A record batch of " + size + " bytes.");
        }
        if (RecordBatchFormat.baseOffset(records, at) != 0) {
            return RefusedBatch.of(
                    Errors.INVALID_RECORD,
                    "The base offset of a producer's batch is 0, not " + RecordBatchFormat.baseOffset(records, at)
                            + ".");
        }
        if (size > settings.log().maxMessageBytes()) {
            return RefusedBatch.of(Errors.MESSAGE_TOO_LARGE, tooLarge(size, settings));
        }
        if (size > settings.log().segmentBytes()) {
            return RefusedBatch.of(
                    Errors.RECORD_LIST_TOO_LARGE,
                    "A record batch of " + size + " bytes; a segment has "
                            + settings.log().segmentBytes() + ".");
        }
        if (crc(records, at, size) != RecordBatchFormat.crc(records, at)) {
            return RefusedBatch.of(Errors.CORRUPT_MESSAGE, "The checksum of the record batch does not match.");
        }
        return null;
    }

    static String tooLarge(int size, TopicSettings settings) {
        return "A record batch of " + size + " bytes; max.message.bytes is "
                + settings.log().maxMessageBytes() + ".";
    }

    private static int crc(ByteBuffer records, int at, int size) {
        CRC32C crc = new CRC32C();
        crc.update(records.duplicate().limit(at + size).position(at + RecordBatchFormat.ATTRIBUTES));
        return (int) crc.getValue();
    }

    private static @Nullable RefusedBatch checkHeader(ByteBuffer records, int at) {
        int compression = RecordBatchFormat.compressionId(records, at);
        if (compression > CompressionType.ZSTD.id) {
            return RefusedBatch.of(Errors.CORRUPT_MESSAGE, "There is no compression type " + compression + ".");
        }
        int count = RecordBatchFormat.recordCount(records, at);
        int lastOffsetDelta = RecordBatchFormat.lastOffsetDelta(records, at);
        if (count <= 0 || lastOffsetDelta != count - 1) {
            return RefusedBatch.of(
                    Errors.INVALID_RECORD,
                    count + " records do not go with a last offset delta of " + lastOffsetDelta + ".");
        }
        if (RecordBatchFormat.isControl(records, at)) {
            return RefusedBatch.of(Errors.INVALID_RECORD, "Clients write no control records.");
        }
        boolean idempotent = RecordBatchFormat.producerId(records, at) >= 0;
        if (idempotent && RecordBatchFormat.baseSequence(records, at) < 0) {
            return RefusedBatch.of(
                    Errors.INVALID_RECORD,
                    "Sequence " + RecordBatchFormat.baseSequence(records, at) + " of a batch with a producer id.");
        }
        return null;
    }

    private static @Nullable RefusedBatch checkRecords(ByteBuffer records, int at, TopicSettings settings, long nowMs) {
        int end = at + RecordBatchFormat.sizeInBytes(records, at);
        int count = RecordBatchFormat.recordCount(records, at);
        long baseTimestamp = RecordBatchFormat.baseTimestamp(records, at);
        boolean logAppendTime = RecordBatchFormat.isLogAppendTime(records, at);
        long appendTime = RecordBatchFormat.maxTimestamp(records, at);
        RecordCursor cursor = new RecordCursor(records, at + RecordBatchFormat.RECORDS, end);
        RecordRules rules = new RecordRules(settings, nowMs, logAppendTime);
        try {
            for (int index = 0; index < count; index++) {
                cursor.next();
                long timestamp = logAppendTime ? appendTime : baseTimestamp + cursor.timestampDelta();
                rules.check(index, timestamp, cursor.hasKey());
            }
        } catch (InvalidRecordException malformed) {
            return RefusedBatch.of(Errors.INVALID_RECORD, String.valueOf(malformed.getMessage()));
        }
        if (!cursor.atEnd()) {
            return RefusedBatch.of(Errors.INVALID_RECORD, "More bytes than " + count + " records have.");
        }
        RefusedBatch refused = rules.result();
        if (refused == null) {
            correctTimes(records, at, rules.maxTimestamp());
        }
        return refused;
    }

    /** The header's largest timestamp leads look-ups by time: it has to be true, and the producer's. */
    static void correctTimes(ByteBuffer records, int at, long maxTimestamp) {
        boolean logAppendTime = RecordBatchFormat.isLogAppendTime(records, at);
        if (logAppendTime || RecordBatchFormat.maxTimestamp(records, at) != maxTimestamp) {
            int attributes = RecordBatchFormat.attributes(records, at) & ~LOG_APPEND_TIME;
            records.putShort(at + RecordBatchFormat.ATTRIBUTES, (short) attributes);
            records.putLong(at + RecordBatchFormat.MAX_TIMESTAMP, maxTimestamp);
            int size = RecordBatchFormat.sizeInBytes(records, at);
            records.putInt(at + RecordBatchFormat.CRC, crc(records, at, size));
        }
    }

    /**
     * Whether the records themselves have to be seen, or written anew, before the append: only for batches that passed
     * {@link #check}.
     */
    public static boolean needsDecompression(ByteBuffer records, TopicSettings settings, long nowMs) {
        int id = RecordBatchFormat.compressionId(records, records.position());
        CompressionType target = settings.compression();
        if (target != null && target.id != id) {
            return true;
        }
        if (id == CompressionType.NONE.id) {
            return false;
        }
        long newest = RecordBatchFormat.maxTimestamp(records, records.position());
        boolean agesBounded = settings.log().timestampType() == TimestampType.CREATE_TIME
                && settings.timestampBeforeMaxMs() != Long.MAX_VALUE;
        return settings.compacted()
                || agesBounded
                || settings.maxDecompressedBytes() < TopicSettings.ANY_DECOMPRESSED_BYTES
                || RecordBatchFormat.isLogAppendTime(records, records.position())
                || !RecordRules.acceptable(settings, newest, nowMs);
    }
}
