package io.millrace.cli.record;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.output.JsonText;
import java.io.IOException;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/** For programs: one JSON object a line, in the form that {@link JsonRecordParser} reads. */
public final class JsonFormatter implements RecordFormatter {
    @Override
    public String format(ConsumerRecord<byte[], byte[]> consumed) {
        return JsonText.of(json -> {
            json.writeStartObject();
            json.writeStringField("topic", consumed.topic());
            json.writeNumberField("partition", consumed.partition());
            json.writeNumberField("offset", consumed.offset());
            json.writeNumberField("timestamp", consumed.timestamp());
            writeBytes(json, "key", consumed.key());
            writeBytes(json, "value", consumed.value());
            writeHeaders(json, consumed.headers());
            json.writeEndObject();
        });
    }

    private static void writeHeaders(JsonGenerator json, Iterable<Header> headers) throws IOException {
        json.writeArrayFieldStart("headers");
        for (Header header : headers) {
            json.writeStartObject();
            json.writeStringField("key", header.key());
            writeBytes(json, "value", header.value());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeBytes(JsonGenerator json, String name, byte @Nullable [] bytes) throws IOException {
        if (bytes == null) {
            json.writeNullField(name);
            return;
        }
        String text = ByteText.utf8(bytes).orElse(null);
        if (text != null) {
            json.writeStringField(name, text);
        } else {
            json.writeStringField(name + "Base64", ByteText.base64(bytes));
        }
    }
}
