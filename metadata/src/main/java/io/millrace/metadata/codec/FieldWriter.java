package io.millrace.metadata.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** Fields one after another, big endian: the counterpart of {@link FieldReader}. Grows as needed; not safe for threads. */
final class FieldWriter {
    static final int ABSENT = -1;

    private byte[] bytes = new byte[128];
    private ByteBuffer buffer = ByteBuffer.wrap(bytes);

    FieldWriter int8(int value) {
        room(Byte.BYTES).put((byte) value);
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

    FieldWriter bool(boolean value) {
        return int8(value ? 1 : 0);
    }

    FieldWriter uuid(Uuid value) {
        return int64(value.getMostSignificantBits()).int64(value.getLeastSignificantBits());
    }

    /** Length in bytes, then UTF-8. */
    FieldWriter string(String value) {
        byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
        int32(encoded.length);
        room(encoded.length).put(encoded);
        return this;
    }

    FieldWriter nullableString(@Nullable String value) {
        return value == null ? int32(ABSENT) : string(value);
    }

    /** Number of elements, then each. */
    <T> FieldWriter list(Collection<T> values, Consumer<T> each) {
        int32(values.size());
        values.forEach(each);
        return this;
    }

    FieldWriter ints(List<Integer> values) {
        return list(values, this::int32);
    }

    FieldWriter strings(Map<String, String> values) {
        return list(
                new TreeMap<>(values).entrySet(),
                entry -> string(entry.getKey()).string(entry.getValue()));
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, buffer.position());
    }

    private ByteBuffer room(int count) {
        if (buffer.remaining() < count) {
            int written = buffer.position();
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(written, count), bytes.length + (bytes.length >> 1)));
            buffer = ByteBuffer.wrap(bytes).position(written);
        }
        return buffer;
    }
}
