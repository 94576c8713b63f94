package io.millrace.compat.javaclient;

import static io.millrace.compat.JavaClients.at;
import static io.millrace.compat.JavaClients.poll;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.compat.BrokerUnderTest;
import io.millrace.compat.JavaClients;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.NoOffsetForPartitionException;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConsumeIT {
    @RegisterExtension
    static final BrokerUnderTest BROKER = BrokerUnderTest.withDefaults();

    private static JavaClients clients() {
        return new JavaClients(BROKER.bootstrap());
    }

    /** A topic of one partition with this many records, a second apart from the epoch on. */
    private static TopicPartition filled(int count) throws Exception {
        var topic = clients().topic("consume", 1);
        try (var producer = clients().producer(Map.of("batch.size", 1000))) {
            for (int i = 0; i < count; i++) {
                var send = producer.send(new ProducerRecord<>(topic, 0, 1_000L * i, "k" + i, "v" + i));
                if (i % 20 == 19 || i == count - 1) {
                    send.get(30, SECONDS);
                }
            }
        }
        return new TopicPartition(topic, 0);
    }

    @Test
    void earliestStartsAtTheFirstRecord() throws Exception {
        var partition = filled(100);
        try (var consumer = clients().consumer()) {
            consumer.assign(List.of(partition));
            assertThat(poll(consumer, 100)).extracting(r -> r.offset()).first().isEqualTo(0L);
        }
    }

    @Test
    void latestStartsBehindTheLastRecord() throws Exception {
        var partition = filled(10);
        try (var consumer = clients().consumer(Map.of("auto.offset.reset", "latest"));
                var producer = clients().producer()) {
            consumer.assign(List.of(partition));
            assertThat(consumer.position(partition)).isEqualTo(10);
            producer.send(new ProducerRecord<>(partition.topic(), 0, "new", "record"))
                    .get(30, SECONDS);
            assertThat(poll(consumer, 1)).extracting(r -> r.offset()).containsExactly(10L);
        }
    }

    @Test
    void resetByDurationStartsAtTheFirstRecordInIt() throws Exception {
        var topic = clients().topic("by-duration", 1);
        long now = System.currentTimeMillis();
        try (var producer = clients().producer();
                var consumer = clients().consumer(Map.of("auto.offset.reset", "by_duration:PT1H"))) {
            producer.send(new ProducerRecord<>(topic, 0, now - 7_200_000, "k", "old"))
                    .get(30, SECONDS);
            producer.send(new ProducerRecord<>(topic, 0, now, "k", "new")).get(30, SECONDS);
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            assertThat(poll(consumer, 1)).extracting(r -> r.value()).containsExactly("new");
        }
    }

    @Test
    void seekGoesToAnyOffsetAndBothEnds() throws Exception {
        var partition = filled(100);
        try (var consumer = clients().consumer(Map.of("max.poll.records", 1))) {
            consumer.assign(List.of(partition));
            for (long offset : new long[] {57, 0, 99, 3}) {
                consumer.seek(partition, offset);
                assertThat(poll(consumer, 1).getFirst().offset()).isEqualTo(offset);
            }
            consumer.seekToBeginning(List.of(partition));
            assertThat(consumer.position(partition)).isZero();
            consumer.seekToEnd(List.of(partition));
            assertThat(consumer.position(partition)).isEqualTo(100);
        }
    }

    @Test
    void offsetsForTimesFindsTheFirstRecordAtOrAfter() throws Exception {
        var partition = filled(100);
        try (var consumer = clients().consumer()) {
            assertThat(offsetAt(consumer, partition, 0)).isZero();
            assertThat(offsetAt(consumer, partition, 50_000)).isEqualTo(50);
            assertThat(offsetAt(consumer, partition, 50_001)).isEqualTo(51);
            assertThat(consumer.offsetsForTimes(Map.of(partition, 99_001L)).get(partition))
                    .isNull();
            var found = at(consumer.offsetsForTimes(Map.of(partition, 98_500L)), partition);
            assertThat(found.timestamp()).isEqualTo(99_000);
            assertThat(consumer.beginningOffsets(List.of(partition))).containsEntry(partition, 0L);
            assertThat(consumer.endOffsets(List.of(partition))).containsEntry(partition, 100L);
        }
    }

    private static long offsetAt(KafkaConsumer<String, String> consumer, TopicPartition partition, long timestamp) {
        return at(consumer.offsetsForTimes(Map.of(partition, timestamp)), partition)
                .offset();
    }

    @ParameterizedTest
    @ValueSource(strings = {"read_committed", "read_uncommitted"})
    void bothIsolationLevelsReadPlainRecords(String isolation) throws Exception {
        var partition = filled(50);
        try (var consumer = clients().consumer(Map.of("isolation.level", isolation))) {
            consumer.assign(List.of(partition));
            poll(consumer, 50);
            assertThat(consumer.endOffsets(List.of(partition))).containsEntry(partition, 50L);
        }
    }

    @Test
    void offsetOutOfRangeIsReportedWhenThereIsNoReset() throws Exception {
        var partition = filled(10);
        try (var consumer = clients().consumer(Map.of("auto.offset.reset", "none"))) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, 11);
            assertThatThrownBy(() -> poll(consumer, 1))
                    .isInstanceOfSatisfying(
                            OffsetOutOfRangeException.class,
                            e -> assertThat(e.offsetOutOfRangePartitions()).containsEntry(partition, 11L));
        }
    }

    @Test
    void noOffsetIsReportedWhenThereIsNoReset() throws Exception {
        var partition = filled(1);
        var config = Map.<String, Object>of("auto.offset.reset", "none", "group.id", BrokerUnderTest.unique("none"));
        try (var consumer = clients().consumer(config)) {
            consumer.assign(List.of(partition));
            assertThatThrownBy(() -> poll(consumer, 1)).isInstanceOf(NoOffsetForPartitionException.class);
        }
    }

    @Test
    void invalidTopicNameIsRefused() {
        try (var consumer = clients().consumer(Map.of("group.id", BrokerUnderTest.unique("invalid")))) {
            consumer.subscribe(List.of("not a topic!"));
            assertThatThrownBy(() -> poll(consumer, 1)).isInstanceOf(InvalidTopicException.class);
        }
    }

    @Test
    void unknownTopicIsCreatedByASubscriptionThatAllowsIt() {
        var topic = BrokerUnderTest.unique("subscribed");
        try (var consumer = clients().consumer()) {
            assertThat(consumer.partitionsFor(topic)).isNotNull();
            org.awaitility.Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(consumer.partitionsFor(topic)).hasSize(1));
        }
        try (var consumer = clients().consumer(Map.of("allow.auto.create.topics", false))) {
            assertThat(consumer.partitionsFor(BrokerUnderTest.unique("not-created")))
                    .isEmpty();
            assertThat(consumer.listTopics().keySet()).contains(topic).noneMatch(t -> t.startsWith("not-created"));
        }
    }

    @Test
    void longPollReturnsAsSoonAsARecordArrives() throws Exception {
        var topic = clients().topic("long-poll", 1);
        var config = Map.<String, Object>of("fetch.max.wait.ms", 10_000);
        try (var consumer = clients().consumer(config);
                var producer = clients().producer()) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            assertThat(consumer.poll(Duration.ofMillis(500))).isEmpty();
            long sent = System.nanoTime();
            producer.send(new ProducerRecord<>(topic, 0, "k", "v")).get(30, SECONDS);
            poll(consumer, 1);
            assertThat(Duration.ofNanos(System.nanoTime() - sent)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void minimumBytesHoldAFetchUntilTheWaitIsOver() throws Exception {
        var partition = filled(1);
        var config = Map.<String, Object>of("fetch.min.bytes", 100_000, "fetch.max.wait.ms", 1_500);
        try (var consumer = clients().consumer(config)) {
            consumer.assign(List.of(partition));
            consumer.seek(partition, 0);
            long start = System.nanoTime();
            poll(consumer, 1);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(1_300));
        }
    }

    @Test
    void batchLargerThanTheFetchSizesStillArrives() throws Exception {
        var topic = clients().topic("oversized", 2);
        var config = Map.<String, Object>of(
                "max.partition.fetch.bytes",
                1_000,
                "fetch.max.bytes",
                1_000,
                "group.id",
                BrokerUnderTest.unique("small"));
        try (var producer = clients().producer();
                var consumer = clients().consumer(config)) {
            for (int i = 0; i < 10; i++) {
                producer.send(new ProducerRecord<>(topic, i % 2, "k", "x".repeat(50_000)))
                        .get(30, SECONDS);
            }
            consumer.subscribe(List.of(topic));
            assertThat(poll(consumer, 10)).allMatch(r -> r.value().length() == 50_000);
        }
    }

    @Test
    void oneConsumerReadsManyPartitionsThroughItsFetchSession() throws Exception {
        var topic = clients().topic("session", 40);
        var config = Map.<String, Object>of("group.id", BrokerUnderTest.unique("session"));
        try (var producer = clients().producer();
                var consumer = clients().consumer(config)) {
            consumer.subscribe(List.of(topic));
            for (int round = 0; round < 5; round++) {
                for (int p = 0; p < 40; p += round + 1) {
                    var _ = producer.send(new ProducerRecord<>(topic, p, "k", "round " + round));
                }
                producer.flush();
                int expected = (40 + round) / (round + 1);
                assertThat(poll(consumer, expected)).extracting(r -> r.value()).containsOnly("round " + round);
            }
        }
    }
}
