package io.millrace.compat.languages;

import static io.millrace.compat.languages.Driver.op;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.millrace.compat.BrokerUnderTest;
import io.millrace.compat.JavaClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What every client library has to be able to do; a subclass names the library, and has a broker of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class LanguageSuite {
    static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");
    private static final Duration SESSION = Duration.ofSeconds(3);

    /** Sessions may be short, so that a dead member is missed soon. */
    @RegisterExtension
    final BrokerUnderTest broker = BrokerUnderTest.with(Map.of("group.min.session.timeout.ms", "1000"));

    @BeforeAll
    void prerequisites() {
        requireLibrary();
    }

    /** Leaves the suite out where the library is missing. */
    abstract void requireLibrary();

    /** Leaves one codec out where what the library needs for it is missing. */
    void requireCodec(String codec) {}

    /** The library's driver, aimed at this address. */
    abstract Driver driver(String bootstrap);

    private Driver driver() {
        return driver(broker.bootstrap());
    }

    private JavaClients java() {
        return new JavaClients(broker.bootstrap());
    }

    // --- records

    @ParameterizedTest
    @FieldSource("CODECS")
    void producesAndReadsBackWithEveryAcknowledgement(String codec) {
        requireCodec(codec);
        for (int acks : new int[] {0, 1, -1}) {
            var topic = java().topic(codec, 1);
            var records = records(60);
            var offsets = driver().one(
                            "produce", "topic", topic, "compression", codec, "acks", acks, "records", records)
                    .path("offsets");
            if (acks != 0) {
                assertThat(offsets.valueStream().map(JsonNode::asInt))
                        .isEqualTo(IntStream.range(0, 60).boxed().toList());
            }
            awaitEnd(topic, 60);
            assertSame(records, readByJava(topic));
            assertSame(records, readByDriver(topic));
        }
    }

    private static List<Map<String, Object>> records(int count) {
        var records = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < count; i++) {
            var record = new HashMap<String, @Nullable Object>();
            record.put("key", i % 7 == 0 ? null : "key-" + i % 5);
            record.put("value", i % 7 == 3 ? null : "value %d of some, ünïcödé and repeated, repeated".formatted(i));
            record.put("headers", i % 3 == 0 ? Map.of("trace", "t" + i) : Map.of());
            record.put("timestamp", 1_600_000_000_000L + i);
            records.add(nulls(record));
        }
        return records;
    }

    /** Jackson and the drivers know null; NullAway's maps do not. */
    private static Map<String, Object> nulls(Map<String, @Nullable Object> record) {
        var present = new HashMap<String, Object>();
        record.forEach((name, value) -> present.put(name, value == null ? NullNode.getInstance() : value));
        return present;
    }

    /** A producer that wants no acknowledgement ends before the broker has taken what it sent. */
    private void awaitEnd(String topic, int end) {
        Awaitility.await()
                .untilAsserted(() -> assertThat(java().everything(topic, 1)).hasSize(end));
    }

    private List<String> readByJava(String topic) {
        return java().everything(topic, 1).stream()
                .map(r -> line(r.key(), r.value(), r.timestamp(), r.headers().toArray().length))
                .toList();
    }

    private List<String> readByDriver(String topic) {
        var result = driver().one("consume", "topic", topic, "start", "earliest");
        var lines = new ArrayList<String>();
        for (var r : result.path("records")) {
            assertThat(r.path("offset").asInt()).isEqualTo(lines.size());
            var headers = r.path("headers");
            if (headers.has("trace")) {
                assertThat(headers.path("trace").asText()).isEqualTo("t" + lines.size());
            }
            lines.add(line(
                    r.path("key").textValue(),
                    r.path("value").textValue(),
                    r.path("timestamp").asLong(),
                    headers.size()));
        }
        return lines;
    }

    private static void assertSame(List<Map<String, Object>> sent, List<String> read) {
        assertThat(read).isEqualTo(sent.stream().map(LanguageSuite::sentLine).toList());
    }

    private static String sentLine(Map<String, Object> r) {
        var headers = (Map<?, ?>) r.getOrDefault("headers", Map.of());
        return "%s %s %s %d".formatted(r.get("key"), r.get("value"), r.get("timestamp"), headers.size());
    }

    private static String line(@Nullable String key, @Nullable String value, long timestamp, int headers) {
        return "%s %s %d %d".formatted(key, value, timestamp, headers);
    }

    @Test
    void consumesFromBothEndsAndByTime() throws Exception {
        var topic = java().topic("ends", 1);
        try (var producer = java().producer()) {
            for (int i = 0; i < 10; i++) {
                producer.send(new ProducerRecord<>(topic, 0, 1_000_000L + 1000L * i, "k", "v" + i))
                        .get(30, SECONDS);
            }
        }
        var results = driver().run(
                        op("consume", "topic", topic, "start", "earliest"),
                        op("consume", "topic", topic, "start", "latest"),
                        op("consume", "topic", topic, "start", 1_005_500),
                        op("consume", "topic", topic, "start", 1_003_000));
        assertThat(results.stream().map(r -> r.path("start").asInt())).containsExactly(0, 10, 6, 3);
        assertThat(results.stream().map(r -> r.path("end").asInt())).containsOnly(10);
        assertThat(results.stream().map(r -> r.path("records").size())).containsExactly(10, 0, 4, 7);
    }

    // --- groups

    @Test
    void groupRebalancesWhenMembersJoinLeaveAndDie() {
        var topic = java().topic("rebalance", 4);
        var group = BrokerUnderTest.unique("rebalance");
        try (var first = driver().member(group, topic, SESSION)) {
            first.awaitAssigned(List.of(0, 1, 2, 3));
            try (var second = driver().member(group, topic, SESSION)) {
                second.awaitAssigned(2);
                first.awaitAssigned(2);
                assertThat(first.assigned()).doesNotContainAnyElementsOf(second.assigned());
                fill(topic, "shared", 40);
                awaitRead(List.of(first, second), values("shared", 40));
                second.leave();
            }
            first.awaitAssigned(4);
            try (var third = driver().member(group, topic, SESSION)) {
                third.awaitAssigned(2);
                first.awaitAssigned(2);
                third.die();
            }
            first.awaitAssigned(4);
            fill(topic, "alone", 40);
            awaitRead(List.of(first), values("alone", 40));
            first.leave();
        }
    }

    private static void awaitRead(List<Driver.Member> members, List<String> values) {
        Awaitility.await("values read by the group")
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(members.stream().flatMap(m -> m.read().stream()))
                        .containsAll(values));
    }

    private static List<String> values(String stem, int count) {
        return IntStream.range(0, count).mapToObj(i -> stem + i).toList();
    }

    /** The same number into each of four partitions. */
    private void fill(String topic, String stem, int count) {
        try (var producer = java().producer()) {
            for (int i = 0; i < count; i++) {
                var _ = producer.send(new ProducerRecord<>(topic, i % 4, "k", stem + i));
            }
        }
    }

    @Test
    void commitsSurviveKillAndLiveMembersGoOn() {
        var topic = java().topic("kill", 4);
        var group = BrokerUnderTest.unique("kill");
        fill(topic, "before", 40);
        try (var member = driver().member(group, topic, Duration.ofSeconds(10))) {
            awaitRead(List.of(member), values("before", 40));
            broker.broker().kill();
            broker.broker().startAgain();
            assertThat(committed(group, topic)).containsExactly(10, 10, 10, 10);
            fill(topic, "after", 40);
            awaitRead(List.of(member), values("after", 40));
            assertThat(member.read()).doesNotHaveDuplicates();
            member.leave();
        }
        broker.broker().kill();
        broker.broker().startAgain();
        assertThat(committed(group, topic)).containsExactly(20, 20, 20, 20);
        fill(topic, "later", 4);
        try (var member = driver().member(group, topic, SESSION)) {
            awaitRead(List.of(member), values("later", 4));
            assertThat(member.read()).containsExactlyInAnyOrderElementsOf(values("later", 4));
            member.leave();
        }
        assertThat(driver().one("groups").path("groups").valueStream().map(JsonNode::asText))
                .contains(group);
    }

    private List<Integer> committed(String group, String topic) {
        var offsets = driver().one("committed", "group", group, "topic", topic, "partitions", 4)
                .path("offsets");
        return offsets.valueStream().map(JsonNode::asInt).toList();
    }

    // --- administration

    @Test
    void topicsAreAdministered() {
        var topic = BrokerUnderTest.unique("admin");
        var config = Map.of("retention.ms", "7200000", "max.message.bytes", "65536");
        var names = List.copyOf(config.keySet());
        var results = driver().run(
                        op("create", "topic", topic, "partitions", 3, "config", config),
                        op("create", "topic", topic, "partitions", 3, "config", Map.of()),
                        op("create", "topic", topic + "!", "partitions", 1, "config", Map.of()),
                        op("create", "topic", topic + "-odd", "partitions", 1, "config", Map.of("no.such.key", "1")));
        assertThat(results.stream().map(r -> r.path("error").asInt(0))).containsExactly(0, 36, 17, 40);
        awaitLeaders(topic, 3);
        results = driver().run(
                        op("describe", "topic", topic),
                        op("configs", "topic", topic, "names", names),
                        op("grow", "topic", topic, "partitions", 2),
                        op("grow", "topic", topic, "partitions", 5),
                        op("alter", "topic", topic, "config", Map.of("retention.ms", "60000")),
                        op("topics"));
        assertThat(results.get(0).path("leaders").toString()).isEqualTo("[0,0,0]");
        assertThat(results.get(1).path("values").path("retention.ms").asText()).isEqualTo("7200000");
        assertThat(results.get(1).path("values").path("max.message.bytes").asText())
                .isEqualTo("65536");
        assertThat(results.get(2).path("error").asInt()).isEqualTo(37);
        assertThat(results.get(3).has("error")).isFalse();
        assertThat(results.get(4).has("error")).isFalse();
        assertThat(results.get(5).path("topics").valueStream().map(JsonNode::asText))
                .contains(topic);
        awaitLeaders(topic, 5);
        awaitRetention(topic, names);
        assertThat(driver().refusal("delete", "topic", topic)).isZero();
        Awaitility.await()
                .untilAsserted(() -> assertThat(driver().one("topics")
                                .path("topics")
                                .valueStream()
                                .map(JsonNode::asText))
                        .doesNotContain(topic));
        assertThat(driver().refusal("delete", "topic", topic)).isEqualTo(3);
    }

    private void awaitLeaders(String topic, int partitions) {
        try (var admin = java().admin()) {
            JavaClients.awaitLeaders(admin, topic, partitions);
        }
    }

    private void awaitRetention(String topic, List<String> names) {
        Awaitility.await()
                .untilAsserted(() -> assertThat(driver().one("configs", "topic", topic, "names", names)
                                .path("values")
                                .path("retention.ms")
                                .asText())
                        .isEqualTo("60000"));
    }
}
