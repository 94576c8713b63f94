package io.millrace.coordinator.group.record;

import java.nio.ByteBuffer;
import org.apache.kafka.common.Uuid;

/**
 * A committed offset.
 *
 * <pre>
 *   version           0  1  2  3  4
 *   int16   version   x  x  x  x  x
 *   int64   offset    x  x  x  x  x
 *   int32   leader epoch         x  x    -1: not known
 *   string  metadata  x  x  x  x  compact
 *   int64   commit timestamp, ms
 *                     x  x  x  x  x
 *   int64   expire timestamp, ms
 *                        x               -1: as the broker's retention says
 *   tagged 0, uuid topic id         x    left out when it is not known
 * </pre>
 *
 * Kafka 4.4 writes version 4, and 1 where the commit named its own retention (OffsetCommit up to version 4).
 *
 * @param leaderEpoch epoch of the last consumed record, {@link #NONE} if not known
 * @param expireTimestampMs end of the retention the client asked for, {@link #NONE} without
 * @param topicId {@link Uuid#ZERO_UUID} if not known
 */
public record OffsetCommitValue(
        long offset, int leaderEpoch, String metadata, long commitTimestampMs, long expireTimestampMs, Uuid topicId) {
    public static final int NONE = -1;
    static final short HIGHEST_VERSION = 4;
    private static final short EXPIRING_VERSION = 1;
    private static final int TOPIC_ID_TAG = 0;

    ByteBuffer write() {
        return write(expireTimestampMs == NONE ? HIGHEST_VERSION : EXPIRING_VERSION);
    }

    ByteBuffer write(short version) {
        FieldWriter out = new FieldWriter().int16(version).int64(offset);
        if (version >= 3) {
            out.int32(leaderEpoch);
        }
        out.string(metadata, version >= 4).int64(commitTimestampMs);
        if (version == EXPIRING_VERSION) {
            out.int64(expireTimestampMs);
        }
        if (version >= 4) {
            writeTags(out);
        }
        return out.done();
    }

    private void writeTags(FieldWriter out) {
        if (topicId.equals(Uuid.ZERO_UUID)) {
            out.unsignedVarint(0);
        } else {
            out.unsignedVarint(1)
                    .unsignedVarint(TOPIC_ID_TAG)
                    .unsignedVarint(2 * Long.BYTES)
                    .uuid(topicId);
        }
    }

    /** @throws MalformedRecordException unless it is a whole value of a known version */
    static OffsetCommitValue read(ByteBuffer value) {
        FieldReader in = new FieldReader(value);
        short version = in.int16();
        if (version < 0 || version > HIGHEST_VERSION) {
            throw new MalformedRecordException("a committed offset of unknown version " + version);
        }
        long offset = in.int64();
        int leaderEpoch = version >= 3 ? in.int32() : NONE;
        String metadata = in.string(version >= 4);
        long commitTimestampMs = in.int64();
        long expireTimestampMs = version == EXPIRING_VERSION ? in.int64() : NONE;
        Uuid topicId = version >= 4 ? readTags(in) : Uuid.ZERO_UUID;
        return new OffsetCommitValue(offset, leaderEpoch, metadata, commitTimestampMs, expireTimestampMs, topicId);
    }

    private static Uuid readTags(FieldReader in) {
        Uuid topicId = Uuid.ZERO_UUID;
        for (int left = in.unsignedVarint(); left > 0; left--) {
            int tag = in.unsignedVarint();
            int size = in.unsignedVarint();
            if (tag == TOPIC_ID_TAG) {
                topicId = in.uuid();
            } else {
                in.skip(size);
            }
        }
        return topicId;
    }
}
