package io.millrace.compat.badinput;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.RequestHeaderData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.Struct;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.apache.kafka.common.protocol.types.Type;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;

/**
 * Requests that follow their schema and mean nonsense, and, made of these, requests that do not follow it. All from
 * one seed. Numbers that could make the broker do much honest work (partitions, waits) stay small or absurd.
 */
final class RequestGenerator {
    private static final long[] NUMBERS = {0, 1, -1, 2, 3, -2, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 31, 1L << 15};

    private final Random random;
    private final List<String> names;

    /** The names of things that are there, so that some requests reach them. */
    RequestGenerator(Random random, List<String> names) {
        this.random = random;
        this.names = names;
    }

    /** A frame, without its length, that decodes. */
    ByteBuffer wellFormed(ApiKeys key, short version) {
        var schema = key.messageType.requestSchemas()[version];
        var body = (Struct) value(schema, 0);
        var header = header(key, version);
        var frame = ByteBuffer.allocate(header.remaining() + schema.sizeOf(body));
        frame.put(header);
        schema.write(frame, body);
        return frame.flip();
    }

    /** A frame of that key and version with bytes changed, left out, put in or declared that are not there. */
    ByteBuffer mutated(ApiKeys key, short version) {
        var bytes = wellFormed(key, version);
        int headerSize = header(key, version).remaining();
        return switch (random.nextInt(4)) {
            case 0 -> flipped(bytes, headerSize);
            case 1 -> bytes.limit(headerSize + random.nextInt(Math.max(1, bytes.limit() - headerSize)));
            case 2 -> extended(bytes);
            default -> withLyingLength(bytes, headerSize);
        };
    }

    private static ByteBuffer header(ApiKeys key, short version) {
        var header = new RequestHeaderData()
                .setRequestApiKey(key.id)
                .setRequestApiVersion(version)
                .setCorrelationId(1)
                .setClientId("bad-input");
        short headerVersion = key.requestHeaderVersion(version);
        var cache = new ObjectSerializationCache();
        var buffer = new ByteBufferAccessor(ByteBuffer.allocate(header.size(cache, headerVersion)));
        header.write(buffer, cache, headerVersion);
        return buffer.buffer().flip();
    }

    private ByteBuffer flipped(ByteBuffer bytes, int from) {
        for (int i = 0, n = 1 + random.nextInt(4); i < n && bytes.limit() > from; i++) {
            bytes.put(from + random.nextInt(bytes.limit() - from), (byte) random.nextInt());
        }
        return bytes;
    }

    private ByteBuffer extended(ByteBuffer bytes) {
        var extra = new byte[1 + random.nextInt(64)];
        random.nextBytes(extra);
        return ByteBuffer.allocate(bytes.limit() + extra.length)
                .put(bytes)
                .put(extra)
                .flip();
    }

    private ByteBuffer withLyingLength(ByteBuffer bytes, int from) {
        int room = bytes.limit() - from;
        if (room >= 5) {
            int at = from + random.nextInt(room - 4);
            byte[][] lies = {
                {0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff},
                {(byte) 0x80, 0, 0, 0},
                {(byte) 0xff, (byte) 0xff, (byte) 0xff, (byte) 0xff},
                {(byte) 0xff, (byte) 0xff, (byte) 0xff, 0x07},
                {0, 0x10, 0, 0},
            };
            bytes.put(at, lies[random.nextInt(lies.length)]);
        }
        return bytes;
    }

    private @Nullable Object value(Type type, int depth) {
        if (type.isNullable() && random.nextInt(6) == 0) {
            return null;
        }
        if (type instanceof Schema schema) {
            return struct(schema, depth);
        }
        if (type instanceof TaggedFields) {
            return new TreeMap<Integer, Object>();
        }
        var element = type.arrayElementType();
        return element.isPresent() ? array(element.get(), depth) : leaf(type.toString());
    }

    private Struct struct(Schema schema, int depth) {
        var struct = new Struct(schema);
        for (BoundField field : schema.fields()) {
            struct.set(field, bounded(field.def.name, value(field.def.type, depth + 1)));
        }
        return struct;
    }

    /** A wait of minutes or a million partitions would be honoured, and would only test the test's patience. */
    private static @Nullable Object bounded(String field, @Nullable Object value) {
        return value instanceof Integer number && field.endsWith("_ms") ? (Object) Math.min(number, 100) : value;
    }

    private Object[] array(Type element, int depth) {
        var items = new Object[depth > 4 ? 0 : random.nextInt(3)];
        for (int i = 0; i < items.length; i++) {
            items[i] = value(element, depth + 1);
        }
        return items;
    }

    private Object leaf(String type) {
        long number = random.nextInt(4) == 0 ? random.nextLong() : NUMBERS[random.nextInt(NUMBERS.length)];
        return switch (type) {
            case "BOOLEAN" -> random.nextBoolean();
            case "INT8" -> (byte) number;
            case "INT16" -> (short) number;
            case "UINT16" -> (int) (number & 0xffff);
            case "INT32" -> (int) number;
            case "UNSIGNED_INT32" -> number & 0xffff_ffffL;
            case "INT64" -> number;
            case "FLOAT64" -> Double.longBitsToDouble(number);
            case "UUID" -> new Uuid(number, random.nextInt(3));
            case "STRING", "COMPACT_STRING", "NULLABLE_STRING", "COMPACT_NULLABLE_STRING" -> text();
            case "BYTES", "COMPACT_BYTES", "NULLABLE_BYTES", "COMPACT_NULLABLE_BYTES" -> bytes();
            case "RECORDS", "COMPACT_RECORDS", "NULLABLE_RECORDS", "COMPACT_NULLABLE_RECORDS" -> records();
            default -> throw new IllegalStateException("a type this generator does not know: " + type);
        };
    }

    private String text() {
        return switch (random.nextInt(8)) {
            case 0 -> "";
            case 1 -> "a b";
            case 2 -> "../../etc";
            case 3 -> "x".repeat(1 + random.nextInt(400));
            case 4 -> "\u0000é\uffff";
            default -> names.get(random.nextInt(names.size()));
        };
    }

    private ByteBuffer bytes() {
        var bytes = new byte[random.nextInt(40)];
        random.nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    /** A batch that is right, or has one to three bytes changed. */
    private MemoryRecords records() {
        var codec = List.of("none", "gzip", "snappy", "lz4", "zstd").get(random.nextInt(5));
        var good = MemoryRecords.withRecords(
                Compression.of(codec).build(), new SimpleRecord(1000, "key".getBytes(UTF_8), "value".getBytes(UTF_8)));
        var bytes = ByteBuffer.allocate(good.sizeInBytes()).put(good.buffer()).flip();
        for (int i = random.nextInt(4); i > 0; i--) {
            bytes.put(random.nextInt(bytes.limit()), (byte) random.nextInt());
        }
        return MemoryRecords.readableRecords(bytes);
    }
}
