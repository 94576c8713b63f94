package io.millrace.cli.record;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** A line is a value, or a key, a separator and a value. Bytes pass through as they are. */
public final class TextParser implements RecordParser {
    private final RecordTemplate template;
    private final byte @Nullable [] keySeparator;
    private final byte @Nullable [] nullMarker;

    /**
     * @param keySeparator what ends the key; null: lines are values only
     * @param nullMarker a value that is exactly this is sent as null, a tombstone; null: nothing is
     */
    public TextParser(RecordTemplate template, @Nullable String keySeparator, @Nullable String nullMarker) {
        this.template = template;
        this.keySeparator = keySeparator == null ? null : keySeparator.getBytes(StandardCharsets.UTF_8);
        this.nullMarker = nullMarker == null ? null : nullMarker.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public ProducerRecord<byte[], byte[]> parse(byte[] line) {
        if (keySeparator == null) {
            return template.record(null, value(line));
        }
        int at = indexOf(line, keySeparator);
        if (at < 0) {
            throw new RecordFormatException(
                    "it has no key separator '" + new String(keySeparator, StandardCharsets.UTF_8) + "'");
        }
        byte[] key = Arrays.copyOf(line, at);
        return template.record(key, value(Arrays.copyOfRange(line, at + keySeparator.length, line.length)));
    }

    private byte @Nullable [] value(byte[] bytes) {
        return Arrays.equals(bytes, nullMarker) ? null : bytes;
    }

    private static int indexOf(byte[] line, byte[] wanted) {
        for (int at = 0; at + wanted.length <= line.length; at++) {
            if (Arrays.equals(line, at, at + wanted.length, wanted, 0, wanted.length)) {
                return at;
            }
        }
        return -1;
    }
}
