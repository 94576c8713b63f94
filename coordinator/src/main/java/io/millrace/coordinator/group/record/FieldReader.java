package io.millrace.coordinator.group.record;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Reads the field types of Kafka's message formats, the plain and the compact ones (KIP-482). Lengths are checked against
 * what is there before anything is allocated.
 */
final class FieldReader {
    private final ByteBuffer buffer;

    FieldReader(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    short int16() {
        return need(Short.BYTES).getShort();
    }

    int int32() {
        return need(Integer.BYTES).getInt();
    }

    long int64() {
        return need(Long.BYTES).getLong();
    }

    Uuid uuid() {
        return new Uuid(int64(), int64());
    }

    int unsignedVarint() {
        int value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            byte next = need(1).get();
            value |= (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new MalformedRecordException("a varint of more than five bytes");
    }

    String string(boolean compact) {
        String value = nullableString(compact);
        if (value == null) {
            throw new MalformedRecordException("null where a string must be");
        }
        return value;
    }

    @Nullable
    String nullableString(boolean compact) {
        int length = compact ? unsignedVarint() - 1 : int16();
        return length < 0 ? null : new String(raw(length), StandardCharsets.UTF_8);
    }

    Blob bytes(boolean compact) {
        return Blob.of(raw(arraySize(compact)));
    }

    /** Elements of an array that each take at least a byte. */
    int arraySize(boolean compact) {
        int size = compact ? unsignedVarint() - 1 : int32();
        if (size < 0 || size > buffer.remaining()) {
            throw new MalformedRecordException("a length of " + size + " with " + buffer.remaining() + " bytes left");
        }
        return size;
    }

    /** Steps over tagged fields that this version does not know. */
    void skipTaggedFields() {
        for (int left = unsignedVarint(); left > 0; left--) {
            unsignedVarint();
            skip(unsignedVarint());
        }
    }

    void skip(int bytes) {
        need(bytes);
        buffer.position(buffer.position() + bytes);
    }

    private byte[] raw(int length) {
        need(length);
        byte[] value = new byte[length];
        buffer.get(value);
        return value;
    }

    private ByteBuffer need(int bytes) {
        if (bytes < 0 || bytes > buffer.remaining()) {
            throw new MalformedRecordException("the record ends too early", new BufferUnderflowException());
        }
        return buffer;
    }
}
