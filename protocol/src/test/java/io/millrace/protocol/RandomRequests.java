package io.millrace.protocol;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.Field;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.Struct;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.apache.kafka.common.protocol.types.Type;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/** Valid requests with random contents, made from the schemas alone: what the decoder must take. */
final class RandomRequests {
    private static final int ELEMENTS_MAX = 3;

    private final Random random;

    RandomRequests(Random random) {
        this.random = random;
    }

    /** A frame without its size. */
    ByteBuffer frame(ApiKeys key, short version) {
        RequestHeaderData header = new RequestHeaderData()
                .setRequestApiKey(key.id)
                .setRequestApiVersion(version)
                .setCorrelationId(random.nextInt())
                .setClientId(random.nextInt(4) == 0 ? null : text());
        ObjectSerializationCache cache = new ObjectSerializationCache();
        short headerVersion = key.requestHeaderVersion(version);
        int headerSize = header.size(cache, headerVersion);
        ByteBuffer body = body(key, version);
        ByteBuffer frame = ByteBuffer.allocate(headerSize + body.remaining());
        header.write(new ByteBufferAccessor(frame), cache, headerVersion);
        return frame.put(body).flip();
    }

    private ByteBuffer body(ApiKeys key, short version) {
        Schema schema = key.messageType.requestSchemas()[version];
        Struct struct = struct(schema);
        ByteBuffer body = ByteBuffer.allocate(schema.sizeOf(struct));
        schema.write(body, struct);
        return body.flip();
    }

    private Struct struct(Schema schema) {
        Struct struct = new Struct(schema);
        for (BoundField field : schema.fields()) {
            struct.set(field, value(field.def.type));
        }
        return struct;
    }

    private Object value(Type type) {
        Optional<Type> element = type.arrayElementType();
        if (element.isPresent()) {
            Object[] elements = new Object[random.nextInt(ELEMENTS_MAX + 1)];
            for (int i = 0; i < elements.length; i++) {
                elements[i] = value(element.get());
            }
            return elements;
        }
        return switch (type) {
            case Schema schema -> struct(schema);
            case TaggedFields tagged -> tagged(tagged);
            default -> simple(type.toString());
        };
    }

    private Map<Integer, Object> tagged(TaggedFields type) {
        Map<Integer, Object> values = new TreeMap<>();
        for (Map.Entry<Integer, Field> field : type.fields().entrySet()) {
            if (random.nextBoolean()) {
                values.put(field.getKey(), value(field.getValue().type));
            }
        }
        return values;
    }

    private Object simple(String type) {
        return switch (type) {
            case "BOOLEAN" -> random.nextBoolean();
            case "INT8" -> (byte) random.nextInt();
            case "INT16" -> (short) random.nextInt();
            case "UINT16" -> random.nextInt(1 << 16);
            case "INT32" -> random.nextInt();
            case "UINT32" -> random.nextLong(1L << 32);
            case "INT64" -> random.nextLong();
            case "FLOAT64" -> random.nextDouble();
            case "UUID" -> new Uuid(random.nextLong(), random.nextLong());
            case "STRING", "COMPACT_STRING", "NULLABLE_STRING", "COMPACT_NULLABLE_STRING" -> text();
            case "BYTES", "COMPACT_BYTES", "NULLABLE_BYTES", "COMPACT_NULLABLE_BYTES" -> ByteBuffer.wrap(bytes());
            case "RECORDS", "COMPACT_RECORDS", "NULLABLE_RECORDS", "COMPACT_NULLABLE_RECORDS" ->
                MemoryRecords.withRecords(Compression.NONE, new SimpleRecord(random.nextLong(1L << 40), bytes()));
            default -> throw new IllegalArgumentException(type);
        };
    }

    private byte[] bytes() {
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        return bytes;
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        for (int length = random.nextInt(12); length > 0; length--) {
            text.append((char) random.nextInt('!', 0x250));
        }
        return text.toString();
    }
}
