package io.millrace.compat.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;

/** A message as JSON, by the converters that kafka-clients generates beside its messages. */
final class MessageJson {
    private MessageJson() {}

    static JsonNode of(ApiMessage message, short version) {
        try {
            var converter = Class.forName(message.getClass().getName() + "JsonConverter");
            var json = (JsonNode) converter
                    .getMethod("write", message.getClass(), short.class)
                    .invoke(null, message, version);
            if (message instanceof FetchResponseData fetched) {
                addBatches(fetched, json);
            }
            return json;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The converter leaves records out; what is fetched is the point of a fetch, so every whole batch gets a line. */
    private static void addBatches(FetchResponseData fetched, JsonNode json) {
        for (int t = 0; t < fetched.responses().size(); t++) {
            var topic = fetched.responses().get(t);
            for (int p = 0; p < topic.partitions().size(); p++) {
                var node = (ObjectNode)
                        json.path("responses").path(t).path("partitions").path(p);
                var batches = node.putArray("batches");
                if (topic.partitions().get(p).records() instanceof MemoryRecords records) {
                    addBatches(records.buffer(), batches);
                }
            }
        }
    }

    private static void addBatches(ByteBuffer bytes, ArrayNode lines) {
        var records = MemoryRecords.readableRecords(bytes);
        for (RecordBatch batch : records.batches()) {
            batch.ensureValid();
            lines.add("%d..%d magic=%d epoch=%d crc=%d %s %s max=%d producer=%d/%d/%d tx=%b control=%b count=%s"
                    .formatted(
                            batch.baseOffset(),
                            batch.lastOffset(),
                            batch.magic(),
                            batch.partitionLeaderEpoch(),
                            batch.timestampType().id == 1 ? 0 : batch.checksum(),
                            batch.compressionType(),
                            batch.timestampType(),
                            batch.timestampType().id == 1 ? 0 : batch.maxTimestamp(),
                            batch.hasProducerId() ? 1 : 0,
                            batch.producerEpoch(),
                            batch.baseSequence(),
                            batch.isTransactional(),
                            batch.isControlBatch(),
                            batch.countOrNull()));
        }
    }
}
