package io.millrace.compat.tools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.compat.BrokerUnderTest;
import io.millrace.compat.Checkout;
import io.millrace.compat.ForkedCommand;
import io.millrace.compat.JavaClients;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

final class KafkaToolsIT {
    private static final String TOPICS = "org.apache.kafka.tools.TopicCommand";
    private static final String CONFIGS = "kafka.admin.ConfigCommand";
    private static final String GROUPS = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand";
    private static final String ALL_GROUPS = "org.apache.kafka.tools.GroupsCommand";
    private static final String OFFSETS = "org.apache.kafka.tools.GetOffsetShell";
    private static final String DELETE_RECORDS = "org.apache.kafka.tools.DeleteRecordsCommand";
    private static final String PRODUCER = "org.apache.kafka.tools.ConsoleProducer";
    private static final String CONSUMER = "org.apache.kafka.tools.consumer.ConsoleConsumer";
    private static final String LOG_DIRS = "org.apache.kafka.tools.LogDirsCommand";
    private static final String API_VERSIONS = "org.apache.kafka.tools.BrokerApiVersionsCommand";
    private static final String CLUSTER = "org.apache.kafka.tools.ClusterTool";

    @RegisterExtension
    static final BrokerUnderTest BROKER = BrokerUnderTest.withDefaults();

    @TempDir
    private Path folder;

    private static JavaClients clients() {
        return new JavaClients(BROKER.bootstrap());
    }

    private static ForkedCommand tool(String mainClass, String... options) {
        var command = new ArrayList<>(List.of(
                Checkout.java(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Dlog4j2.level=ERROR",
                "-cp",
                Checkout.classpath("kafka-tools"),
                mainClass,
                "--bootstrap-server",
                BROKER.bootstrap()));
        command.addAll(List.of(options));
        return ForkedCommand.of(command);
    }

    private static String run(String mainClass, String... options) {
        return tool(mainClass, options).run().assertSucceeded().out();
    }

    private static String fails(String mainClass, String... options) {
        var result = tool(mainClass, options).run().assertFailed();
        return result.out() + result.err();
    }

    private static String filled(String stem, int partitions, int records) throws Exception {
        var topic = clients().topic(stem, partitions);
        try (var producer = clients().producer()) {
            for (int i = 0; i < records; i++) {
                producer.send(new ProducerRecord<>(topic, i % partitions, 1000L * i, "k" + i, "v" + i))
                        .get(30, SECONDS);
            }
        }
        return topic;
    }

    @Test
    void topicsAreCreatedDescribedGrownListedAndDeleted() {
        var topic = BrokerUnderTest.unique("tool-topics");
        assertThat(run(
                        TOPICS,
                        "--create",
                        "--topic",
                        topic,
                        "--partitions",
                        "3",
                        "--replication-factor",
                        "1",
                        "--config",
                        "retention.ms=5000"))
                .contains("Created topic " + topic);
        assertThat(fails(TOPICS, "--create", "--topic", topic)).contains("TopicExistsException");
        assertThat(run(TOPICS, "--create", "--topic", topic, "--if-not-exists")).doesNotContain("Created");
        assertThat(run(TOPICS, "--describe", "--topic", topic))
                .contains("PartitionCount: 3")
                .contains("ReplicationFactor: 1")
                .contains("retention.ms=5000")
                .contains("Leader: 0");
        run(TOPICS, "--alter", "--topic", topic, "--partitions", "5");
        assertThat(run(TOPICS, "--describe", "--topic", topic)).contains("PartitionCount: 5");
        assertThat(run(TOPICS, "--list")).contains(topic);
        run(TOPICS, "--delete", "--topic", topic);
        assertThat(fails(TOPICS, "--describe", "--topic", topic)).contains("does not exist");
    }

    @Test
    void impossibleTopicIsRefusedWithAReason() {
        assertThat(fails(TOPICS, "--create", "--topic", "tool-rf", "--replication-factor", "3"))
                .contains("InvalidReplicationFactorException");
    }

    @Test
    void configsAreAlteredDescribedAndDeleted() {
        var topic = clients().topic("tool-configs", 1);
        var entity = List.of("--entity-type", "topics", "--entity-name", topic);
        run(CONFIGS, with(entity, "--alter", "--add-config", "retention.ms=7000,cleanup.policy=[compact,delete]"));
        assertThat(run(CONFIGS, with(entity, "--describe")))
                .contains("retention.ms=7000")
                .contains("cleanup.policy=compact,delete")
                .contains("DYNAMIC_TOPIC_CONFIG:retention.ms=7000");
        run(CONFIGS, with(entity, "--alter", "--delete-config", "retention.ms"));
        assertThat(run(CONFIGS, with(entity, "--describe"))).doesNotContain("retention.ms=");
        assertThat(run(CONFIGS, with(entity, "--describe", "--all"))).contains("retention.ms=-1");
        assertThat(fails(CONFIGS, with(entity, "--alter", "--add-config", "retention.ms=soon")))
                .contains("InvalidConfigurationException");
        assertThat(run(CONFIGS, "--entity-type", "brokers", "--entity-name", "0", "--describe", "--all"))
                .contains("num.partitions=1");
    }

    private static String[] with(List<String> first, String... more) {
        var all = new ArrayList<>(first);
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @Test
    void consumerGroupsAreListedDescribedResetAndDeleted() throws Exception {
        var topic = filled("tool-groups", 2, 20);
        var group = BrokerUnderTest.unique("tool-group");
        try (var consumer = clients().consumer(Map.of("group.id", group))) {
            consumer.commitSync(Map.of(
                    new TopicPartition(topic, 0), new OffsetAndMetadata(4),
                    new TopicPartition(topic, 1), new OffsetAndMetadata(10)));
        }
        assertThat(run(GROUPS, "--list")).contains(group);
        assertThat(run(ALL_GROUPS, "--list")).contains(group);
        assertThat(run(GROUPS, "--list", "--state")).containsPattern(group + "\\s.*Empty");
        assertThat(run(GROUPS, "--describe", "--group", group))
                .containsPattern(topic + "\\s+0\\s+4\\s+10\\s+6\\s")
                .containsPattern(topic + "\\s+1\\s+10\\s+10\\s+0\\s");
        assertThat(run(GROUPS, "--describe", "--group", group, "--state")).contains("Empty");
        var reset = List.of("--reset-offsets", "--group", group, "--topic", topic, "--execute");
        assertThat(run(GROUPS, with(reset, "--to-earliest"))).containsPattern(topic + "\\s+0\\s+0");
        assertThat(run(GROUPS, with(reset, "--to-latest"))).containsPattern(topic + "\\s+1\\s+10");
        assertThat(run(GROUPS, with(reset, "--shift-by", "-3"))).containsPattern(topic + "\\s+0\\s+7");
        assertThat(run(GROUPS, with(reset, "--to-datetime", "1970-01-01T00:00:11.000")))
                .containsPattern(topic + "\\s+1\\s+5");
        run(GROUPS, "--delete-offsets", "--group", group, "--topic", topic + ":0");
        assertThat(run(GROUPS, "--describe", "--group", group)).doesNotContainPattern(topic + "\\s+0\\s+\\d");
        assertThat(run(GROUPS, "--delete", "--group", group)).contains("successful");
        assertThat(run(GROUPS, "--list")).doesNotContain(group);
    }

    @Test
    void offsetsAreQueried() throws Exception {
        var topic = filled("tool-offsets", 2, 10);
        assertThat(run(OFFSETS, "--topic", topic).lines()).contains(topic + ":0:5", topic + ":1:5");
        assertThat(run(OFFSETS, "--topic", topic, "--time", "earliest").lines())
                .contains(topic + ":0:0", topic + ":1:0");
        assertThat(run(OFFSETS, "--topic", topic, "--time", "3500").lines()).contains(topic + ":0:2", topic + ":1:2");
        assertThat(run(OFFSETS, "--topic", topic, "--time", "max-timestamp").lines())
                .contains(topic + ":0:4", topic + ":1:4");
    }

    @Test
    void recordsAreDeleted() throws Exception {
        var topic = filled("tool-delete", 1, 10);
        var file = folder.resolve("offsets.json");
        write(
                file,
                "{\"partitions\":[{\"topic\":\"%s\",\"partition\":0,\"offset\":6}],\"version\":1}".formatted(topic));
        assertThat(run(DELETE_RECORDS, "--offset-json-file", file.toString())).contains("low_watermark: 6");
        assertThat(run(OFFSETS, "--topic", topic, "--time", "earliest").lines()).contains(topic + ":0:6");
    }

    private static void write(Path file, String text) throws IOException {
        Files.writeString(file, text, UTF_8);
    }

    @Test
    void consoleProducerAndConsumerPassLinesWithKeys() {
        var topic = clients().topic("tool-console", 1);
        tool(
                        PRODUCER,
                        "--topic",
                        topic,
                        "--compression-codec",
                        "zstd",
                        "--property",
                        "parse.key=true",
                        "--property",
                        "key.separator=:")
                .input("k1:first\nk2:second\nk3:third\n")
                .run()
                .assertSucceeded();
        var consumed = run(
                CONSUMER,
                "--topic",
                topic,
                "--from-beginning",
                "--max-messages",
                "3",
                "--timeout-ms",
                "30000",
                "--property",
                "print.key=true",
                "--property",
                "print.offset=true");
        assertThat(consumed.lines()).contains("Offset:0\tk1\tfirst", "Offset:1\tk2\tsecond", "Offset:2\tk3\tthird");
        var from = run(
                CONSUMER,
                "--topic",
                topic,
                "--partition",
                "0",
                "--offset",
                "1",
                "--max-messages",
                "2",
                "--timeout-ms",
                "30000");
        assertThat(from.lines()).contains("second", "third");
    }

    @Test
    void clusterLogDirectoriesAndVersionsAreShown() throws Exception {
        var topic = filled("tool-dirs", 1, 3);
        assertThat(run(LOG_DIRS, "--describe", "--topic-list", topic)).contains("\"" + topic + "-0\"");
        assertThat(run(API_VERSIONS)).contains("Produce(0): 0 to 13").contains("JoinGroup(11): 0 to 9");
        var cluster = ForkedCommand.of(
                        Checkout.java(),
                        "-cp",
                        Checkout.classpath("kafka-tools"),
                        CLUSTER,
                        "cluster-id",
                        "--bootstrap-server",
                        BROKER.bootstrap())
                .run()
                .assertSucceeded();
        assertThat(cluster.out()).containsPattern("Cluster ID: \\S{22}");
    }
}
