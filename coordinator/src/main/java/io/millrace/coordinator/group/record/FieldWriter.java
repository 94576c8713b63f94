package io.millrace.coordinator.group.record;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** Writes the field types of Kafka's message formats, the plain and the compact ones (KIP-482), into a growing buffer. */
final class FieldWriter {
    private static final int INITIAL_BYTES = 128;

    private ByteBuffer buffer = ByteBuffer.allocate(INITIAL_BYTES);

    FieldWriter int16(int value) {
        room(Short.BYTES).putShort((short) value);
        return this;
    }

    FieldWriter int32(int value) {
        room(Integer.BYTES).putInt(value);
        return this;
    }

    FieldWriter int64(long value) {
        room(Long.BYTES).putLong(value);
        return this;
    }

    FieldWriter uuid(Uuid value) {
        return int64(value.getMostSignificantBits()).int64(value.getLeastSignificantBits());
    }

    /** Base 128, seven bits a byte, lowest first. */
    FieldWriter unsignedVarint(int value) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            room(1).put((byte) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        room(1).put((byte) rest);
        return this;
    }

    /** Length in two bytes (-1: null) or, compact, a varint of length + 1 (0: null). */
    FieldWriter string(@Nullable String value, boolean compact) {
        if (value == null) {
            return compact ? unsignedVarint(0) : int16(-1);
        }
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > Short.MAX_VALUE) {
            throw new IllegalArgumentException("a string of " + utf8.length + " bytes does not fit a record");
        }
        return (compact ? unsignedVarint(utf8.length + 1) : int16(utf8.length)).raw(utf8);
    }

    /** Length in four bytes or, compact, a varint of length + 1. */
    FieldWriter bytes(Blob value, boolean compact) {
        return arraySize(value.size(), compact).raw(value.bytes());
    }

    FieldWriter arraySize(int size, boolean compact) {
        return compact ? unsignedVarint(size + 1) : int32(size);
    }

    private FieldWriter raw(byte[] value) {
        room(value.length).put(value);
        return this;
    }

    private ByteBuffer room(int bytes) {
        if (buffer.remaining() < bytes) {
            int wanted = Math.max(buffer.capacity() * 2, Math.addExact(buffer.position(), bytes));
            buffer = ByteBuffer.allocate(wanted).put(buffer.flip());
        }
        return buffer;
    }

    /** What was written, ready to be read. */
    ByteBuffer done() {
        return buffer.flip().slice();
    }
}
