package io.millrace.compat.javaclient;

import static io.millrace.compat.JavaClients.at;
import static io.millrace.compat.JavaClients.done;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.compat.BrokerUnderTest;
import io.millrace.compat.JavaClients;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class ProduceIT {
    @RegisterExtension
    static final BrokerUnderTest BROKER = BrokerUnderTest.withDefaults();

    private static JavaClients clients() {
        return new JavaClients(BROKER.bootstrap());
    }

    static Stream<Arguments> compressionsAndAcks() {
        return Stream.of("none", "gzip", "snappy", "lz4", "zstd")
                .flatMap(compression -> Stream.of("0", "1", "all").map(acks -> Arguments.of(compression, acks)));
    }

    @ParameterizedTest
    @MethodSource("compressionsAndAcks")
    void everyRecordArrivesInOrder(String compression, String acks) throws Exception {
        var topic = clients().topic("produce-" + compression + "-" + acks, 2);
        var config = new HashMap<String, Object>();
        config.put("compression.type", compression);
        config.put("acks", acks);
        config.put("enable.idempotence", acks.equals("all"));
        config.put("linger.ms", 5);
        try (var producer = clients().producer(config)) {
            var sends = new ArrayList<Future<RecordMetadata>>();
            for (int i = 0; i < 400; i++) {
                sends.add(producer.send(new ProducerRecord<>(topic, i % 2, "key-" + i, value(i))));
            }
            for (var send : sends) {
                send.get(30, SECONDS);
            }
        }
        org.awaitility.Awaitility.await()
                .untilAsserted(() -> assertThat(clients().everything(topic, 2)).hasSize(400));
        var next = new int[] {0, 1};
        for (var record : clients().everything(topic, 2)) {
            int i = next[record.partition()];
            assertThat(record.key()).isEqualTo("key-" + i);
            assertThat(record.value()).isEqualTo(value(i));
            assertThat(record.offset()).isEqualTo(i / 2);
            next[record.partition()] += 2;
        }
    }

    private static String value(int i) {
        return "value-" + i + "-" + "mill race ".repeat(i % 50);
    }

    @Test
    void acknowledgementCarriesOffsetAndTimestamp() throws Exception {
        var topic = clients().topic("metadata", 1);
        try (var producer = clients().producer()) {
            for (int i = 0; i < 3; i++) {
                var metadata = send(producer, new ProducerRecord<>(topic, 0, 1_000L + i, "k", "v"));
                assertThat(metadata.offset()).isEqualTo(i);
                assertThat(metadata.timestamp()).isEqualTo(1_000L + i);
                assertThat(metadata.partition()).isZero();
            }
        }
    }

    @Test
    void headersNullKeysAndTombstonesSurvive() throws Exception {
        var topic = clients().topic("headers", 1);
        try (var producer = clients().producer()) {
            var headers = new ArrayList<org.apache.kafka.common.header.Header>();
            headers.add(new RecordHeader("trace", "één".getBytes(UTF_8)));
            headers.add(new RecordHeader("trace", new byte[] {0, (byte) 0xff}));
            headers.add(new RecordHeader("nothing", (byte[]) null));
            headers.add(new RecordHeader("", new byte[0]));
            send(producer, new ProducerRecord<>(topic, 0, 5L, null, "no key", headers));
            send(producer, new ProducerRecord<String, String>(topic, 0, 6L, "gone", null, List.of()));
            send(producer, new ProducerRecord<>(topic, 0, 7L, "", ""));
        }
        var records = clients().everything(topic, 1);
        assertThat(records.get(0).key()).isNull();
        var headers = records.get(0).headers().toArray();
        assertThat(headers).extracting(h -> h.key()).containsExactly("trace", "trace", "nothing", "");
        assertThat(headers[0].value()).isEqualTo("één".getBytes(UTF_8));
        assertThat(headers[1].value()).containsExactly(0, 0xff);
        assertThat(headers[2].value()).isNull();
        assertThat(headers[3].value()).isEmpty();
        assertThat(records.get(1).value()).isNull();
        assertThat(records.get(2).key()).isEmpty();
        assertThat(records.get(2).value()).isEmpty();
    }

    @Test
    void createTimeIsTheProducersAndAppendTimeTheBrokers() throws Exception {
        var create = clients().topic("create-time", 1, Map.of("message.timestamp.type", "CreateTime"));
        var append = clients().topic("append-time", 1, Map.of("message.timestamp.type", "LogAppendTime"));
        long before = System.currentTimeMillis();
        try (var producer = clients().producer(Map.of("compression.type", "lz4"))) {
            send(producer, new ProducerRecord<>(create, 0, 42L, "k", "v"));
            var appended = send(producer, new ProducerRecord<>(append, 0, 42L, "k", "v"));
            assertThat(appended.timestamp()).isBetween(before, System.currentTimeMillis());
        }
        var created = clients().everything(create, 1).getFirst();
        assertThat(created.timestamp()).isEqualTo(42L);
        assertThat(created.timestampType()).isEqualTo(TimestampType.CREATE_TIME);
        var appended = clients().everything(append, 1).getFirst();
        assertThat(appended.timestamp()).isBetween(before, System.currentTimeMillis());
        assertThat(appended.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);
    }

    @Test
    void largeRecordsPassUpToTheTopicsLimit() throws Exception {
        var topic = clients().topic("large", 1, Map.of("max.message.bytes", "3000000"));
        var limits = Map.<String, Object>of("max.request.size", 8_000_000, "buffer.memory", 40_000_000L);
        try (var producer = clients().producer(limits)) {
            send(producer, new ProducerRecord<>(topic, "k", "x".repeat(2_900_000)));
            assertFails(
                    producer, new ProducerRecord<>(topic, "k", "x".repeat(3_100_000)), RecordTooLargeException.class);
            send(producer, new ProducerRecord<>(topic, "k", "after the refusal"));
        }
        assertThat(clients().everything(topic, 1))
                .extracting(r -> r.value().length())
                .containsExactly(2_900_000, 17);
    }

    @Test
    void recordBeyondTheBrokersDefaultLimitIsRefused() {
        var topic = clients().topic("too-large", 1);
        try (var producer = clients().producer(Map.of("max.request.size", 8_000_000))) {
            assertFails(
                    producer, new ProducerRecord<>(topic, "k", "x".repeat(2_000_000)), RecordTooLargeException.class);
        }
    }

    @Test
    void timestampOutsideTheTopicsWindowIsRefused() {
        var topic = clients().topic("window", 1, Map.of("message.timestamp.before.max.ms", "60000"));
        try (var producer = clients().producer()) {
            long old = System.currentTimeMillis() - 3_600_000;
            assertFails(producer, new ProducerRecord<>(topic, 0, old, "k", "v"), InvalidTimestampException.class);
        }
    }

    @Test
    void invalidTopicNameIsRefused() {
        try (var producer = clients().producer()) {
            assertFails(producer, new ProducerRecord<>("not a topic!", "k", "v"), InvalidTopicException.class);
        }
    }

    @Test
    void partitionThatDoesNotExistTimesOutInTheClient() {
        var topic = clients().topic("partitions", 1);
        try (var producer = clients().producer(Map.of("max.block.ms", 1_500))) {
            assertFails(producer, new ProducerRecord<>(topic, 7, "k", "v"), TimeoutException.class);
        }
    }

    @Test
    void topicIsCreatedByItsFirstRecord() throws Exception {
        var topic = BrokerUnderTest.unique("auto-created");
        try (var producer = clients().producer();
                var admin = clients().admin()) {
            send(producer, new ProducerRecord<>(topic, "k", "v"));
            var description = done(admin.describeTopics(List.of(topic)).allTopicNames());
            assertThat(at(description, topic).partitions()).hasSize(1);
        }
        assertThat(clients().everything(topic, 1)).hasSize(1);
    }

    @Test
    void manyIdempotentProducersInterleave() throws Exception {
        var topic = clients().topic("idempotent", 3);
        var producers = new ArrayList<KafkaProducer<String, String>>();
        for (int p = 0; p < 5; p++) {
            producers.add(clients().producer(Map.of("linger.ms", 0, "batch.size", 200)));
        }
        var sends = new ArrayList<Future<RecordMetadata>>();
        for (int i = 0; i < 600; i++) {
            var producer = producers.get(i % producers.size());
            sends.add(producer.send(new ProducerRecord<>(topic, i % 3, "p" + i % producers.size(), "" + i)));
        }
        for (var send : sends) {
            send.get(30, SECONDS);
        }
        producers.forEach(KafkaProducer::close);
        var last = new HashMap<String, Integer>();
        for (var record : clients().everything(topic, 3)) {
            var stream = record.key() + new TopicPartition(topic, record.partition());
            int value = Integer.parseInt(record.value());
            assertThat(last.getOrDefault(stream, -1)).isLessThan(value);
            last.put(stream, value);
        }
        assertThat(clients().everything(topic, 3)).hasSize(600);
    }

    private static RecordMetadata send(KafkaProducer<String, String> producer, ProducerRecord<String, String> record)
            throws Exception {
        return producer.send(record).get(30, SECONDS);
    }

    private static void assertFails(
            KafkaProducer<String, String> producer,
            ProducerRecord<String, String> record,
            Class<? extends Throwable> failure) {
        assertThatThrownBy(() -> send(producer, record))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(failure);
    }
}
