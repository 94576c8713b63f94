package io.millrace.cli.record;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * What all records of one run share; what a line says itself comes before it.
 *
 * @param partition null: by key, or the client's choice
 * @param key null: none
 */
public record RecordTemplate(
        String topic, @Nullable Integer partition, @Nullable String key, List<Header> headers) {
    public RecordTemplate {
        headers = List.copyOf(headers);
    }

    byte @Nullable [] keyOr(byte @Nullable [] own) {
        return own != null || key == null ? own : key.getBytes(StandardCharsets.UTF_8);
    }

    ProducerRecord<byte[], byte[]> record(byte @Nullable [] ownKey, byte @Nullable [] value) {
        return new ProducerRecord<>(topic, partition, null, keyOr(ownKey), value, headers);
    }
}
