package io.millrace.cli.record;

import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * For people: the value, and before it what was asked for, between tabs. Bytes that are not UTF-8 appear as
 * {@code base64:...}, null as {@code null}.
 *
 * <pre>
 * partition:offset  timestamp  header=value,...  key  value
 * </pre>
 */
public record TextFormatter(boolean metadata, boolean headers, boolean keys, String keySeparator)
        implements RecordFormatter {
    @Override
    public String format(ConsumerRecord<byte[], byte[]> consumed) {
        var line = new StringBuilder();
        if (metadata) {
            line.append(consumed.partition())
                    .append(':')
                    .append(consumed.offset())
                    .append('\t');
            line.append(Instant.ofEpochMilli(consumed.timestamp())).append('\t');
        }
        if (headers) {
            appendHeaders(line, consumed);
        }
        if (keys) {
            line.append(text(consumed.key())).append(keySeparator);
        }
        return line.append(text(consumed.value())).toString();
    }

    private static void appendHeaders(StringBuilder line, ConsumerRecord<byte[], byte[]> consumed) {
        String separator = "";
        for (Header header : consumed.headers()) {
            line.append(separator).append(header.key()).append('=').append(text(header.value()));
            separator = ",";
        }
        line.append('\t');
    }

    private static String text(byte @Nullable [] bytes) {
        return bytes == null ? "null" : ByteText.utf8(bytes).orElseGet(() -> "base64:" + ByteText.base64(bytes));
    }
}
