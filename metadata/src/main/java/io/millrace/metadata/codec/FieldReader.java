package io.millrace.metadata.codec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Fields one after another, big endian: the counterpart of {@link FieldWriter}. Trusts no length: what does not fit into the
 * bytes at hand is a {@link MetadataFormatException}, before memory is taken for it.
 */
final class FieldReader {
    private final ByteBuffer buffer;

    FieldReader(ByteBuffer buffer) {
        this.buffer = buffer.slice();
    }

    int int8() {
        return need(Byte.BYTES).get();
    }

    int int32() {
        return need(Integer.BYTES).getInt();
    }

    long int64() {
        return need(Long.BYTES).getLong();
    }

    boolean bool() {
        int value = int8();
        if (value != 0 && value != 1) {
            throw new MetadataFormatException("A truth value is " + value);
        }
        return value == 1;
    }

    Uuid uuid() {
        long high = int64();
        return new Uuid(high, int64());
    }

    String string() {
        return text(length(Byte.BYTES));
    }

    @Nullable
    String nullableString() {
        buffer.mark();
        if (int32() == FieldWriter.ABSENT) {
            return null;
        }
        buffer.reset();
        return string();
    }

    /** @param minBytes least size of an element, which bounds how many there can be */
    <T> List<T> list(int minBytes, Supplier<T> element) {
        int count = length(minBytes);
        List<T> values = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            values.add(element.get());
        }
        return List.copyOf(values);
    }

    List<Integer> ints() {
        return list(Integer.BYTES, this::int32);
    }

    Map<String, String> strings() {
        int count = length(2 * Integer.BYTES);
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            String key = string();
            values.put(key, string());
        }
        return Map.copyOf(values);
    }

    void requireEnd() {
        if (buffer.hasRemaining()) {
            throw new MetadataFormatException(buffer.remaining() + " bytes are left over");
        }
    }

    private String text(int length) {
        byte[] encoded = new byte[length];
        need(length).get(encoded);
        return new String(encoded, StandardCharsets.UTF_8);
    }

    private int length(int elementBytes) {
        int length = int32();
        if (length < 0 || (long) length * elementBytes > buffer.remaining()) {
            throw new MetadataFormatException(
                    "A length of " + length + " does not fit into " + buffer.remaining() + " bytes");
        }
        return length;
    }

    private ByteBuffer need(int count) {
        if (buffer.remaining() < count) {
            throw new MetadataFormatException(count + " bytes are needed where " + buffer.remaining() + " are left");
        }
        return buffer;
    }
}
