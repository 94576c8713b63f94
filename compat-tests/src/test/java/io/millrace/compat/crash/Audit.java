package io.millrace.compat.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.compat.JavaClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads on from where it last was and checks the invariants: offsets without gaps; the numbers of every producer in
 * every partition one after the other, each once; nothing that was acknowledged is missing. A digest of what was read
 * lets {@link #assertNothingChanged} see whether what was there once is there still, the same.
 */
final class Audit {
    private final JavaClients clients;
    private final List<TopicPartition> partitions = new ArrayList<>();
    private final Map<TopicPartition, Long> positions = new HashMap<>();
    private final Map<TopicPartition, CRC32> digests = new HashMap<>();
    private final Map<String, Long> lastNumbers = new HashMap<>();

    Audit(JavaClients clients, String topic, int partitionCount) {
        this.clients = clients;
        for (int p = 0; p < partitionCount; p++) {
            partitions.add(new TopicPartition(topic, p));
        }
    }

    long recordsSeen() {
        return positions.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Reads what has come since, and finds every acknowledged record in it or before it. */
    void readOn(Map<String, Long> acknowledged) {
        readInto(positions, digests, lastNumbers);
        acknowledged.forEach((stream, number) -> assertThat(lastNumbers.getOrDefault(stream, -1L))
                .as("last record of producer/partition %s, of which %d was acknowledged", stream, number)
                .isGreaterThanOrEqualTo(number));
    }

    /** Reads everything from the start once more and compares with what was read piece by piece. */
    void assertNothingChanged() {
        var freshPositions = new HashMap<TopicPartition, Long>();
        var freshDigests = new HashMap<TopicPartition, CRC32>();
        readInto(freshPositions, freshDigests, new HashMap<>());
        assertThat(freshPositions).isEqualTo(positions);
        for (var partition : partitions) {
            assertThat(digest(freshDigests, partition).getValue())
                    .as("digest of %s", partition)
                    .isEqualTo(digest(digests, partition).getValue());
        }
    }

    private void readInto(Map<TopicPartition, Long> from, Map<TopicPartition, CRC32> into, Map<String, Long> numbers) {
        try (var consumer = clients.consumer(Map.of("auto.offset.reset", "none"))) {
            var ends = consumer.endOffsets(partitions);
            for (var partition : partitions) {
                assertThat(ends.get(partition))
                        .as("end of %s, read up to %d before", partition, from.getOrDefault(partition, 0L))
                        .isGreaterThanOrEqualTo(from.getOrDefault(partition, 0L));
            }
            consumer.assign(partitions);
            partitions.forEach(p -> consumer.seek(p, from.getOrDefault(p, 0L)));
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (partitions.stream().anyMatch(p -> from.getOrDefault(p, 0L) < ends.getOrDefault(p, 0L))) {
                assertThat(System.nanoTime()).as("time to read").isLessThan(deadline);
                take(consumer, from, into, numbers);
            }
        }
    }

    private static void take(
            KafkaConsumer<String, String> consumer,
            Map<TopicPartition, Long> from,
            Map<TopicPartition, CRC32> into,
            Map<String, Long> numbers) {
        for (var record : consumer.poll(Duration.ofMillis(100))) {
            var partition = new TopicPartition(record.topic(), record.partition());
            assertThat(record.offset()).as("offset in %s", partition).isEqualTo(from.getOrDefault(partition, 0L));
            from.put(partition, record.offset() + 1);
            check(record, numbers);
            var digest = digest(into, partition);
            digest.update(record.value().getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
    }

    private static CRC32 digest(Map<TopicPartition, CRC32> digests, TopicPartition partition) {
        return digests.computeIfAbsent(partition, p -> new CRC32());
    }

    private static void check(ConsumerRecord<String, String> record, Map<String, Long> numbers) {
        long number = Long.parseLong(record.value().substring(0, record.value().indexOf(' ')));
        long last = numbers.getOrDefault(record.key(), -1L);
        assertThat(number)
                .as("at offset %d, behind %d of producer/partition %s", record.offset(), last, record.key())
                .isEqualTo(last + 1);
        numbers.put(record.key(), number);
    }
}
