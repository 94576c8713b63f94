package io.millrace.compat.kcat;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.compat.BrokerUnderTest;
import io.millrace.compat.ForkedCommand;
import io.millrace.compat.JavaClients;
import io.millrace.compat.Prerequisite;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class KcatIT {
    @RegisterExtension
    static final BrokerUnderTest BROKER = BrokerUnderTest.withDefaults();

    @BeforeAll
    static void kcatIsThere() {
        Prerequisite.command("kcat");
    }

    private static JavaClients clients() {
        return new JavaClients(BROKER.bootstrap());
    }

    private static ForkedCommand kcat(String... options) {
        var command = new ArrayList<>(List.of("kcat", "-b", BROKER.bootstrap()));
        command.addAll(List.of(options));
        return ForkedCommand.of(command).timeout(Duration.ofSeconds(40));
    }

    private static void produce(String topic, String input, String... options) {
        var all = new ArrayList<>(List.of("-P", "-t", topic));
        all.addAll(List.of(options));
        kcat(all.toArray(String[]::new)).input(input).run().assertSucceeded();
    }

    private static List<String> consume(String topic, String... options) {
        var all = new ArrayList<>(List.of("-C", "-t", topic, "-e", "-q"));
        all.addAll(List.of(options));
        return kcat(all.toArray(String[]::new)).run().assertSucceeded().lines();
    }

    private static String lines(int count) {
        return String.join(
                "\n", IntStream.range(0, count).mapToObj(i -> "line " + i).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void linesArriveWithEveryCompression(String codec) {
        var topic = clients().topic("kcat-" + codec, 1);
        produce(topic, lines(500), "-z", codec);
        assertThat(consume(topic, "-o", "beginning"))
                .isEqualTo(lines(500).lines().toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "-1"})
    void linesArriveWithEveryAcknowledgement(String acks) {
        var topic = clients().topic("kcat-acks", 1);
        produce(topic, lines(50), "-X", "acks=" + acks);
        Awaitility.await()
                .untilAsserted(
                        () -> assertThat(consume(topic, "-o", "beginning")).hasSize(50));
    }

    @Test
    void idempotentProducerWorks() {
        var topic = clients().topic("kcat-idempotent", 3);
        produce(topic, lines(300), "-X", "enable.idempotence=true");
        assertThat(consume(topic, "-o", "beginning")).hasSize(300);
    }

    @Test
    void keysHeadersTombstonesAndPartitionsSurvive() {
        var topic = clients().topic("kcat-keys", 2);
        produce(topic, "k1:v1\nk2:\n", "-p", "1", "-K:", "-Z", "-H", "trace=42", "-H", "bare");
        var format = "%p %o %k %S %s %h\\n";
        assertThat(consume(topic, "-o", "beginning", "-f", format))
                .containsExactly("1 0 k1 2 v1 trace=42,bare=NULL", "1 1 k2 -1  trace=42,bare=NULL");
    }

    @Test
    void consumptionStartsWhereItIsTold() throws Exception {
        var topic = clients().topic("kcat-offsets", 1);
        try (var producer = clients().producer()) {
            for (int i = 0; i < 10; i++) {
                producer.send(new ProducerRecord<>(topic, 0, 1_000_000L + 1000L * i, "k", "v" + i))
                        .get();
            }
        }
        assertThat(consume(topic, "-o", "7")).containsExactly("v7", "v8", "v9");
        assertThat(consume(topic, "-o", "-2")).containsExactly("v8", "v9");
        assertThat(consume(topic, "-o", "s@1005500")).containsExactly("v6", "v7", "v8", "v9");
        assertThat(consume(topic, "-o", "s@1002000", "-o", "e@1004000")).containsExactly("v2", "v3");
        assertThat(consume(topic, "-o", "end")).isEmpty();
        assertThat(consume(topic, "-o", "beginning", "-c", "3", "-f", "%T\\n"))
                .containsExactly("1000000", "1001000", "1002000");
    }

    @Test
    void offsetsAreQueriedByTime() throws Exception {
        var topic = clients().topic("kcat-query", 1);
        try (var producer = clients().producer()) {
            for (int i = 0; i < 5; i++) {
                producer.send(new ProducerRecord<>(topic, 0, 1_000_000L + 1000L * i, "k", "v" + i))
                        .get();
            }
        }
        assertThat(query(topic, 1_002_500)).contains("offset 3");
        assertThat(query(topic, -2)).contains("offset 0");
        assertThat(query(topic, -1)).contains("offset 5");
    }

    private static String query(String topic, long time) {
        return kcat("-Q", "-t", topic + ":0:" + time).run().assertSucceeded().out();
    }

    @Test
    void metadataIsListed() {
        var topic = clients().topic("kcat-list", 4);
        var listing = kcat("-L", "-J").run().assertSucceeded().out();
        assertThat(listing).contains("\"topic\":\"" + topic + "\"").contains("\"name\":\"" + BROKER.bootstrap() + "\"");
        assertThat(kcat("-L", "-t", topic).run().assertSucceeded().out()).contains("with 4 partitions");
        assertThat(kcat("-L", "-t", "not a name!").run().out()).contains("Invalid topic");
    }

    @Test
    void twoMembersShareAGroupAndTheirCommitsStay() {
        var topic = clients().topic("kcat-group", 4);
        var group = BrokerUnderTest.unique("kcat-group");
        produce(topic, lines(400));
        var one = member(group, topic);
        var two = member(group, topic);
        try {
            Awaitility.await().atMost(Duration.ofSeconds(40)).until(() -> seen(one) + seen(two) >= 400);
        } finally {
            one.process().destroy();
            two.process().destroy();
        }
        one.result(Duration.ofSeconds(20));
        two.result(Duration.ofSeconds(20));
        try (var admin = clients().admin()) {
            var committed =
                    JavaClients.done(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
            long sum = committed.values().stream().mapToLong(o -> o.offset()).sum();
            assertThat(sum).isEqualTo(400);
        }
        produce(topic, "after", "-p", "2");
        assertThat(consumeGroup(group, topic)).containsExactly("after");
    }

    private static ForkedCommand.Running member(String group, String topic) {
        return kcat("-G", group, "-q", "-u", "-X", "auto.offset.reset=earliest", "-X", "session.timeout.ms=6000", topic)
                .start();
    }

    private static long seen(ForkedCommand.Running member) {
        return member.outSoFar().lines().count();
    }

    private static List<String> consumeGroup(String group, String topic) {
        return kcat("-G", group, "-q", "-e", "-X", "auto.offset.reset=earliest", topic)
                .run()
                .assertSucceeded()
                .lines();
    }

    @Test
    void unknownTopicIsMadeByProducing() {
        var topic = BrokerUnderTest.unique("kcat-auto");
        produce(topic, "first");
        assertThat(consume(topic, "-o", "beginning")).containsExactly("first");
    }

    @Test
    void consumerInTransactionalIsolationReadsPlainRecords() {
        var topic = clients().topic("kcat-committed", 1);
        produce(topic, lines(20));
        assertThat(consume(topic, "-o", "beginning", "-X", "isolation.level=read_committed"))
                .hasSize(20);
    }
}
