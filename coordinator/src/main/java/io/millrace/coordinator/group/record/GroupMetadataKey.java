package io.millrace.coordinator.group.record;

import java.nio.ByteBuffer;

/**
 * Key of a classic group.
 *
 * <pre>
 *   int16   version     2
 *   string  group
 * </pre>
 */
public record GroupMetadataKey(String group) {
    static final short VERSION = 2;

    ByteBuffer write() {
        return new FieldWriter().int16(VERSION).string(group, false).done();
    }

    /** Reads what follows the version. */
    static GroupMetadataKey read(FieldReader in) {
        return new GroupMetadataKey(in.string(false));
    }
}
