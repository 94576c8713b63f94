package io.millrace.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.output.JsonText;
import io.millrace.cli.record.ByteText;
import io.millrace.storage.LogItem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.internal.Record;
import org.jspecify.annotations.Nullable;

/** What lies in a log's files, as JSON for programs: an object for each thing, which says in "type" what it is. */
final class LogItemJson {
    private LogItemJson() {}

    static String of(LogItem item) {
        return JsonText.of(json -> {
            json.writeStartObject();
            for (Map.Entry<String, Object> field : fields(item).entrySet()) {
                json.writeFieldName(field.getKey());
                json.writePOJO(field.getValue());
            }
            if (item instanceof LogItem.Batch batch && batch.whole() != null) {
                write(json, batch);
            }
            json.writeEndObject();
        });
    }

    private static Map<String, Object> fields(LogItem item) {
        return switch (item) {
            case LogItem.File file -> map("type", "file", "path", file.path().toString(), "size", file.sizeInBytes());
            case LogItem.Batch batch -> batch(batch);
            case LogItem.OffsetEntry entry ->
                map("type", "offsetEntry", "offset", entry.offset(), "position", entry.position());
            case LogItem.TimeEntry entry ->
                map("type", "timeEntry", "timestamp", entry.timestampMs(), "offset", entry.offset());
            case LogItem.AbortedTransaction aborted -> aborted(aborted);
            case LogItem.Producer producer -> producer(producer);
            case LogItem.EpochStart start ->
                map("type", "epochStart", "leaderEpoch", start.epoch(), "offset", start.offset());
            case LogItem.TopicId topic ->
                map("type", "topicId", "topicId", topic.id().toString());
            case LogItem.Checkpointed log -> checkpointed(log);
            case LogItem.Finding finding ->
                map(
                        "type",
                        "finding",
                        "file",
                        finding.file().toString(),
                        "position",
                        finding.position(),
                        "problem",
                        finding.problem());
        };
    }

    private static Map<String, Object> batch(LogItem.Batch batch) {
        Map<String, Object> fields = map("type", "batch");
        fields.putAll(BatchText.fields(batch));
        if (batch.whole() != null) {
            fields.put("recordCount", fields.remove("records"));
        }
        return fields;
    }

    private static Map<String, Object> aborted(LogItem.AbortedTransaction aborted) {
        Map<String, Object> fields = map("type", "abortedTransaction", "producerId", aborted.producerId());
        fields.put("firstOffset", aborted.firstOffset());
        fields.put("lastOffset", aborted.lastOffset());
        fields.put("lastStableOffset", aborted.lastStableOffset());
        return fields;
    }

    private static Map<String, Object> producer(LogItem.Producer producer) {
        Map<String, Object> fields = map("type", "producer", "producerId", producer.producerId());
        fields.put("producerEpoch", (int) producer.epoch());
        fields.put("lastSequence", producer.lastSequence());
        fields.put("lastOffset", producer.lastOffset());
        fields.put("offsetDelta", producer.offsetDelta());
        fields.put("timestamp", producer.timestampMs());
        fields.put("coordinatorEpoch", producer.coordinatorEpoch());
        fields.put("transactionStart", producer.transactionStart());
        return fields;
    }

    private static Map<String, Object> checkpointed(LogItem.Checkpointed log) {
        Map<String, Object> fields =
                map("type", "checkpoint", "topic", log.log().topic());
        fields.put("partition", log.log().partition());
        fields.put("topicId", log.log().topicId().toString());
        fields.put("startOffset", log.startOffset());
        fields.put("recoveryPoint", log.recoveryPoint().offset());
        return fields;
    }

    private static Map<String, Object> map(Object... namesAndValues) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return map;
    }

    private static void write(JsonGenerator json, LogItem.Batch batch) throws IOException {
        List<Record> records = new ArrayList<>();
        json.writeArrayFieldStart("records");
        BatchText.records(batch, records::add);
        for (Record record : records) {
            json.writeStartObject();
            json.writeNumberField("offset", record.offset());
            json.writeNumberField("timestamp", record.timestamp());
            write(json, "key", record.key());
            write(json, "value", record.value());
            json.writeArrayFieldStart("headers");
            for (Header header : record.headers()) {
                byte[] value = header.value();
                json.writeStartObject();
                json.writeStringField("key", header.key());
                write(json, "value", value == null ? null : ByteBuffer.wrap(value));
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, String name, @Nullable ByteBuffer buffer) throws IOException {
        if (buffer == null) {
            json.writeNullField(name);
            return;
        }
        byte[] bytes = BatchText.bytes(buffer);
        String text = ByteText.utf8(bytes).orElse(null);
        json.writeStringField(text == null ? name + "Base64" : name, text == null ? ByteText.base64(bytes) : text);
    }
}
