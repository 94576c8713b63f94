package io.millrace.coordinator.group.record;

import java.nio.ByteBuffer;

/**
 * Key of a committed offset.
 *
 * <pre>
 *   int16   version     0 or 1, the same layout; 1 is written
 *   string  group
 *   string  topic
 *   int32   partition
 * </pre>
 */
public record OffsetCommitKey(String group, String topic, int partition) {
    static final short LEGACY_VERSION = 0;
    static final short VERSION = 1;

    ByteBuffer write() {
        return write(VERSION);
    }

    ByteBuffer write(short version) {
        return new FieldWriter()
                .int16(version)
                .string(group, false)
                .string(topic, false)
                .int32(partition)
                .done();
    }

    /** Reads what follows the version. */
    static OffsetCommitKey read(FieldReader in) {
        return new OffsetCommitKey(in.string(false), in.string(false), in.int32());
    }
}
