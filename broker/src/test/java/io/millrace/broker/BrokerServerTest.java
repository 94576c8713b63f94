package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole broker in this process, with Kafka's own clients over a real socket. */
class BrokerServerTest {
    @TempDir
    private Path data;

    private BrokerServer broker;

    @BeforeEach
    void start() throws IOException {
        broker = start(Map.of());
    }

    @AfterEach
    void close() {
        broker.close();
    }

    @Test
    void clientsAreToldThePortThatWasBound() throws Exception {
        try (Admin admin = admin()) {
            List<Node> nodes = List.copyOf(admin.describeCluster().nodes().get());
            assertThat(nodes).hasSize(1);
            assertThat(nodes.getFirst().port()).isEqualTo(port()).isNotZero();
            assertThat(nodes.getFirst().id()).isZero();
            assertThat(admin.describeCluster().clusterId().get())
                    .isEqualTo(broker.clusterId().toString());
        }
    }

    @Test
    void recordsComeBackInOrderAlsoAfterARestart() throws Exception {
        create("a", 1);
        produce("a", 100);
        restart();
        produce("a", 50);
        assertThat(consumed("a", 150)).hasSize(150).startsWith("0", "1", "2").endsWith("48", "49");
    }

    @Test
    void aGroupsOffsetsSurviveARestart() throws Exception {
        create("a", 2);
        produce("a", 10);
        try (Consumer<String, String> consumer = consumer("g")) {
            consumer.subscribe(List.of("a"));
            assertThat(poll(consumer, 10)).hasSize(10);
            consumer.commitSync();
        }
        restart();
        produce("a", 5);
        try (Consumer<String, String> consumer = consumer("g")) {
            consumer.subscribe(List.of("a"));
            assertThat(poll(consumer, 5)).containsExactlyInAnyOrder("0", "1", "2", "3", "4");
        }
    }

    @Test
    void twoMembersShareAGroupsPartitions() throws Exception {
        create("a", 4);
        try (Consumer<String, String> one = consumer("g");
                Consumer<String, String> two = consumer("g")) {
            one.subscribe(List.of("a"));
            two.subscribe(List.of("a"));
            await().atMost(30, TimeUnit.SECONDS).untilAsserted(() -> {
                one.poll(Duration.ofMillis(50));
                two.poll(Duration.ofMillis(50));
                assertThat(one.assignment()).hasSize(2);
                assertThat(two.assignment()).hasSize(2);
            });
        }
    }

    @Test
    void askingForATopicMakesIt() throws Exception {
        produce("made-by-asking", 1);
        assertThat(description("made-by-asking").partitions()).hasSize(1);
    }

    @Test
    void aTopicGrowsAndEveryPartitionTakesRecordsAtOnce() throws Exception {
        create("a", 1);
        try (Admin admin = admin();
                Producer<String, String> producer = producer()) {
            admin.createPartitions(Map.of("a", NewPartitions.increaseTo(4)))
                    .all()
                    .get();
            for (int partition = 0; partition < 4; partition++) {
                RecordMetadata written = producer.send(new ProducerRecord<>("a", partition, "k", "v"))
                        .get();
                assertThat(written.offset()).isZero();
            }
        }
    }

    @Test
    void aDeletedTopicIsGoneAndItsFilesToo() throws Exception {
        create("a", 1, Map.of("file.delete.delay.ms", "0"));
        produce("a", 10);
        assertThat(files("a-0")).isNotEmpty();
        try (Admin admin = admin()) {
            admin.deleteTopics(List.of("a")).all().get();
            assertThatThrownBy(() ->
                            admin.describeTopics(List.of("a")).allTopicNames().get())
                    .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
        }
        await().atMost(20, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(files("a-0")).isEmpty());
    }

    @Test
    void aDeletedTopicsNameStartsAnewEvenIfItsFilesAreStillThere() throws Exception {
        create("a", 1, Map.of("file.delete.delay.ms", "600000"));
        produce("a", 10);
        try (Admin admin = admin()) {
            admin.deleteTopics(List.of("a")).all().get();
        }
        restart();
        create("a", 1);
        assertThat(latest("a")).isZero();
    }

    @Test
    void aTopicsConfigurationTakesEffectWhileTheBrokerRuns() throws Exception {
        create("a", 1);
        produce("a", 1);
        alter(new ConfigResource(ConfigResource.Type.TOPIC, "a"), "max.message.bytes", "100");
        assertThatThrownBy(() -> send("a", "x".repeat(1000))).hasCauseInstanceOf(RecordTooLargeException.class);
        alter(new ConfigResource(ConfigResource.Type.TOPIC, "a"), "max.message.bytes", "10000");
        assertThat(send("a", "x".repeat(1000)).offset()).isEqualTo(1);
    }

    @Test
    void theBrokersDefaultOfATopicTakesEffectWhileItRunsAndAfterARestart() throws Exception {
        create("a", 1);
        alter(new ConfigResource(ConfigResource.Type.BROKER, "0"), "message.max.bytes", "100");
        assertThatThrownBy(() -> send("a", "x".repeat(1000))).hasCauseInstanceOf(RecordTooLargeException.class);
        restart();
        assertThatThrownBy(() -> send("a", "x".repeat(1000))).hasCauseInstanceOf(RecordTooLargeException.class);
    }

    @Test
    void aTransactionalProducerIsToldAtOnceThatThereAreNoTransactions() {
        Map<String, Object> config = clientConfig();
        config.put("transactional.id", "t");
        config.put("max.block.ms", "20000");
        try (Producer<String, String> producer =
                new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
            long begin = System.nanoTime();
            assertThatThrownBy(producer::initTransactions).isInstanceOf(KafkaException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
        }
    }

    @Test
    void groupsCanBeSeenAndTheirOffsetsChangedAndRemoved() throws Exception {
        create("a", 1);
        produce("a", 3);
        TopicPartition partition = new TopicPartition("a", 0);
        try (Admin admin = admin()) {
            admin.alterConsumerGroupOffsets("g", Map.of(partition, new OffsetAndMetadata(2)))
                    .all()
                    .get();
            assertThat(admin.listConsumerGroupOffsets("g")
                            .partitionsToOffsetAndMetadata()
                            .get())
                    .containsEntry(partition, new OffsetAndMetadata(2));
            assertThat(admin.listGroups().all().get()).hasSize(1);
            admin.deleteConsumerGroupOffsets("g", Set.of(partition)).all().get();
            admin.deleteConsumerGroups(List.of("g")).all().get();
            assertThat(admin.listGroups().all().get()).isEmpty();
        }
    }

    @Test
    void aDataDirectoryInUseIsRefused() {
        assertThatThrownBy(() -> start(Map.of()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("in use")
                .hasMessageContaining(data.toString());
    }

    @Test
    void anAddressInUseIsRefusedAndLeavesNothingOpen(@TempDir Path other) throws Exception {
        Map<String, String> flags = Map.of("data.dir", other.toString(), "listen", "127.0.0.1:" + port());
        assertThatThrownBy(() -> start(flags)).isInstanceOf(IOException.class).hasMessageContaining("" + port());
        start(Map.of("data.dir", other.toString())).close();
    }

    @Test
    void anotherNodeIdThanTheDirectorysIsRefused() {
        broker.close();
        assertThatThrownBy(() -> start(Map.of("node.id", "5")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("5");
    }

    @Test
    void closingTakesNoLongerThanAMomentWithClientsWaiting() throws Exception {
        create("a", 1);
        try (Consumer<String, String> consumer = consumer("g")) {
            consumer.subscribe(List.of("a"));
            await().untilAsserted(() -> {
                consumer.poll(Duration.ofMillis(50));
                assertThat(consumer.assignment()).hasSize(1);
            });
            long begin = System.nanoTime();
            broker.close();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
        }
    }

    private BrokerServer start(Map<String, String> flags) throws IOException {
        Map<String, String> all = new HashMap<>(
                Map.of("data.dir", data.toString(), "listen", "127.0.0.1:0", "group.initial.rebalance.delay.ms", "0"));
        all.putAll(flags);
        return BrokerServer.start(BrokerConfig.of(Map.of(), Map.of(), all));
    }

    private void restart() throws IOException {
        broker.close();
        broker = start(Map.of());
    }

    private int port() {
        return broker.addresses().values().stream()
                .mapToInt(InetSocketAddress::getPort)
                .findFirst()
                .orElseThrow();
    }

    private Map<String, Object> clientConfig() {
        return new HashMap<>(Map.of("bootstrap.servers", "127.0.0.1:" + port()));
    }

    private Admin admin() {
        return Admin.create(clientConfig());
    }

    private Producer<String, String> producer() {
        return new KafkaProducer<>(clientConfig(), new StringSerializer(), new StringSerializer());
    }

    private Consumer<String, String> consumer(String group) {
        Map<String, Object> config = clientConfig();
        config.put("group.id", group);
        config.put("auto.offset.reset", "earliest");
        config.put("enable.auto.commit", "false");
        return new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer());
    }

    private void create(String topic, int partitions) throws Exception {
        create(topic, partitions, Map.of());
    }

    private void create(String topic, int partitions, Map<String, String> configs) throws Exception {
        try (Admin admin = admin()) {
            admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1).configs(configs)))
                    .all()
                    .get();
        }
    }

    private TopicDescription description(String topic) throws Exception {
        try (Admin admin = admin()) {
            return Objects.requireNonNull(
                    admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic));
        }
    }

    private void alter(ConfigResource resource, String key, String value) throws Exception {
        try (Admin admin = admin()) {
            AlterConfigOp op = new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
            admin.incrementalAlterConfigs(Map.of(resource, List.of(op))).all().get();
        }
    }

    private long latest(String topic) throws Exception {
        try (Admin admin = admin()) {
            TopicPartition partition = new TopicPartition(topic, 0);
            return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                    .partitionResult(partition)
                    .get()
                    .offset();
        }
    }

    private RecordMetadata send(String topic, String value) throws ExecutionException, InterruptedException {
        try (Producer<String, String> producer = producer()) {
            return producer.send(new ProducerRecord<>(topic, value)).get();
        }
    }

    private void produce(String topic, int count) throws ExecutionException, InterruptedException {
        try (Producer<String, String> producer = producer()) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                sent.add(producer.send(new ProducerRecord<>(topic, Integer.toString(i))));
            }
            for (Future<RecordMetadata> each : sent) {
                each.get();
            }
        }
    }

    private List<String> consumed(String topic, int count) {
        try (Consumer<String, String> consumer = consumer("reader")) {
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            return poll(consumer, count);
        }
    }

    private static List<String> poll(Consumer<String, String> consumer, int count) {
        List<String> values = new ArrayList<>();
        await().atMost(30, TimeUnit.SECONDS).until(() -> {
            consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
            return values.size() >= count;
        });
        return values;
    }

    private List<Path> files(String partition) {
        Path topics = data.resolve("topics");
        try (Stream<Path> all = Files.walk(topics)) {
            return all.filter(file -> topics.relativize(file).toString().startsWith(partition))
                    .toList();
        } catch (IOException | UncheckedIOException gone) {
            return List.of(topics);
        }
    }
}
