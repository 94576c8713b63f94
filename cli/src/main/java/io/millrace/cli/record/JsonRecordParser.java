package io.millrace.cli.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * A line is a JSON object.
 *
 * <pre>
 * key, value              text; null for none; anything else is sent as its JSON text
 * keyBase64, valueBase64  instead of them, for bytes that are no text
 * headers                 {"name": "text", ...} or [{"key": "name", "value": "text" | "valueBase64": ...}, ...]
 * timestamp               milliseconds since 1970 or "2026-01-31T12:00:00Z"
 * partition               its number
 * topic, offset           accepted and ignored, so that what was consumed can be produced again
 * </pre>
 */
public final class JsonRecordParser implements RecordParser {
    private static final JsonFactory FACTORY = new JsonFactory();

    private final RecordTemplate template;

    public JsonRecordParser(RecordTemplate template) {
        this.template = template;
    }

    @Override
    public ProducerRecord<byte[], byte[]> parse(byte[] line) {
        try (JsonParser json = FACTORY.createParser(line)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new RecordFormatException("it is not a JSON object");
            }
            var fields = new Fields();
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String name = json.currentName();
                json.nextToken();
                fields.read(name, json);
            }
            if (json.nextToken() != null) {
                throw new RecordFormatException("something follows the JSON object");
            }
            return fields.record(template);
        } catch (JsonProcessingException e) {
            throw new RecordFormatException("it is not valid JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("reading JSON from memory", e);
        }
    }

    /** What one object says. */
    private static final class Fields {
        private byte @Nullable [] key;
        private byte @Nullable [] value;
        private @Nullable Long timestampMs;
        private @Nullable Integer partition;
        private final List<Header> headers = new ArrayList<>();

        void read(String name, JsonParser json) throws IOException {
            switch (name) {
                case "key" -> key = bytes(json);
                case "keyBase64" -> key = base64(json);
                case "value" -> value = bytes(json);
                case "valueBase64" -> value = base64(json);
                case "headers" -> readHeaders(json, headers);
                case "timestamp" -> timestampMs = timestamp(json);
                case "partition" -> partition = json.currentToken() == JsonToken.VALUE_NULL ? null : integer(json);
                case "topic", "offset" -> json.skipChildren();
                default ->
                    throw new RecordFormatException("it has an unknown field '" + name
                            + "'; known are key, value, keyBase64, valueBase64, headers, timestamp, partition");
            }
        }

        ProducerRecord<byte[], byte[]> record(RecordTemplate template) {
            List<Header> all = new ArrayList<>(template.headers());
            all.addAll(headers);
            return new ProducerRecord<>(
                    template.topic(),
                    partition == null ? template.partition() : partition,
                    timestampMs,
                    template.keyOr(key),
                    value,
                    all);
        }
    }

    private static byte @Nullable [] bytes(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case VALUE_NULL -> null;
            case VALUE_STRING -> json.getText().getBytes(StandardCharsets.UTF_8);
            default -> jsonText(json).getBytes(StandardCharsets.UTF_8);
        };
    }

    private static String jsonText(JsonParser json) throws IOException {
        var text = new StringWriter();
        try (JsonGenerator copy = FACTORY.createGenerator(text)) {
            copy.copyCurrentStructureExact(json);
        }
        return text.toString();
    }

    private static byte @Nullable [] base64(JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        try {
            return Base64.getDecoder().decode(json.getText());
        } catch (IllegalArgumentException e) {
            throw new RecordFormatException("'" + json.currentName() + "' is not base64: " + e.getMessage());
        }
    }

    private static int integer(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
            throw new RecordFormatException("'" + json.currentName() + "' is not a number");
        }
        return json.getIntValue();
    }

    private static @Nullable Long timestamp(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case VALUE_NULL -> null;
            case VALUE_NUMBER_INT -> json.getLongValue();
            case VALUE_STRING -> instant(json.getText()).toEpochMilli();
            default -> throw new RecordFormatException("'timestamp' is neither milliseconds nor an ISO 8601 instant");
        };
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new RecordFormatException("'timestamp' is not like 2026-01-31T12:00:00Z: " + text);
        }
    }

    private static void readHeaders(JsonParser json, List<Header> headers) throws IOException {
        switch (json.currentToken()) {
            case VALUE_NULL -> {}
            case START_OBJECT -> {
                while (json.nextToken() != JsonToken.END_OBJECT) {
                    String name = json.currentName();
                    json.nextToken();
                    headers.add(new RecordHeader(name, bytes(json)));
                }
            }
            case START_ARRAY -> {
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    headers.add(header(json));
                }
            }
            default -> throw new RecordFormatException("'headers' is neither an object nor an array");
        }
    }

    private static Header header(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_OBJECT) {
            throw new RecordFormatException("an element of 'headers' is not an object with key and value");
        }
        String name = null;
        byte[] value = null;
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            json.nextToken();
            switch (field) {
                case "key" -> name = json.getText();
                case "value" -> value = bytes(json);
                case "valueBase64" -> value = base64(json);
                default -> throw new RecordFormatException("a header has an unknown field '" + field + "'");
            }
        }
        if (name == null) {
            throw new RecordFormatException("a header has no 'key'");
        }
        return new RecordHeader(name, value);
    }
}
