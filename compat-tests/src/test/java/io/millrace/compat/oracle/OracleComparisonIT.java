package io.millrace.compat.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.millrace.compat.Checkout;
import io.millrace.compat.StartedBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** Every scenario, at every version of its key, against both brokers. */
@TestInstance(Lifecycle.PER_CLASS)
final class OracleComparisonIT {
    private static final Map<String, String> SETTINGS = Map.of(
            "group.initial.rebalance.delay.ms", "0",
            "offsets.topic.num.partitions", "4",
            "group.min.session.timeout.ms", "1000",
            "log.retention.ms", "-1");

    private final StartedBroker oracle = StartedBroker.startOracle("oracle", SETTINGS);
    private final StartedBroker broker = StartedBroker.start("compared", SETTINGS);

    /** Plays on the oracle while the test's thread plays on the broker under test. */
    private final ExecutorService side = Executors.newSingleThreadExecutor();

    @BeforeAll
    void groupsAreLoaded() throws IOException {
        for (var each : List.of(oracle, broker)) {
            awaitGroups(each);
        }
    }

    /** A group's coordinator comes into being with the first group; no scenario is to see its birth. */
    private static void awaitGroups(StartedBroker broker) throws IOException {
        var any = Scenario.of(ApiKeys.FIND_COORDINATOR, "warm-up", e -> {});
        var names =
                Stream.iterate(0, i -> i + 1).limit(20).map(i -> "warm-up-" + i).toList();
        try (var exchange = new Exchange(any, (short) 6, broker.port(), new HashMap<>())) {
            exchange.askUntil(
                    ApiKeys.FIND_COORDINATOR,
                    new FindCoordinatorRequestData().setCoordinatorKeys(names),
                    FindCoordinatorResponseData.class,
                    r -> r.coordinators().stream().allMatch(c -> c.errorCode() == 0));
            var groups = names.stream()
                    .map(n -> new OffsetFetchRequestData.OffsetFetchRequestGroup()
                            .setGroupId(n)
                            .setTopics(null))
                    .toList();
            exchange.askUntil(
                    ApiKeys.OFFSET_FETCH,
                    new OffsetFetchRequestData().setGroups(groups),
                    OffsetFetchResponseData.class,
                    r -> r.groups().stream().allMatch(g -> g.errorCode() == 0));
        }
    }

    @AfterAll
    void stopBoth() {
        side.close();
        oracle.close();
        broker.close();
    }

    @TestFactory
    Stream<DynamicContainer> sameAnswers() {
        var byKey = new LinkedHashMap<ApiKeys, List<DynamicTest>>();
        for (var scenario : Scenarios.all()) {
            byKey.computeIfAbsent(scenario.key(), k -> new java.util.ArrayList<>())
                    .add(DynamicTest.dynamicTest(scenario.toString(), () -> assertSameAnswers(scenario)));
        }
        return byKey.entrySet().stream().map(e -> DynamicContainer.dynamicContainer(e.getKey().name, e.getValue()));
    }

    private void assertSameAnswers(Scenario scenario) throws Exception {
        var expected = side.submit(() -> transcripts(scenario, oracle));
        var found = transcripts(scenario, broker);
        var versionsByDifference = new LinkedHashMap<String, TreeSet<Short>>();
        expected.get()
                .forEach((version, transcript) -> PermittedDifferences.between(
                                transcript, found.getOrDefault(version, MissingNode.getInstance()))
                        .forEach(d -> versionsByDifference
                                .computeIfAbsent(d, k -> new TreeSet<>())
                                .add(version)));
        var lines = versionsByDifference.entrySet().stream()
                .map(e -> "v" + e.getValue() + " answer" + e.getKey())
                .toList();
        assertThat(lines).as("%s (Apache Kafka -> broker under test)", scenario).isEmpty();
    }

    private Map<Short, JsonNode> transcripts(Scenario scenario, StartedBroker on) throws IOException {
        var all = new LinkedHashMap<Short, JsonNode>();
        var topicIds = new HashMap<String, Uuid>();
        for (short version = scenario.since(); version <= scenario.until(); version++) {
            try (var exchange = new Exchange(scenario, version, on.port(), topicIds)) {
                play(scenario, exchange);
                var transcript = PermittedDifferences.removed(exchange.transcript());
                all.put(version, transcript);
                keep(scenario, version, transcript, on);
            }
        }
        return all;
    }

    /** A broker that closes the connection, or whose answer cannot be read, has given its answer, too. */
    private static void play(Scenario scenario, Exchange exchange) {
        try {
            scenario.play().on(exchange);
        } catch (IOException e) {
            exchange.transcript().addObject().put("failure", e.toString());
        }
    }

    /** What was answered last stays to be read under target/transcripts. */
    private void keep(Scenario scenario, short version, JsonNode transcript, StartedBroker of) throws IOException {
        var folder = Files.createDirectories(
                Checkout.moduleTarget().resolve("transcripts").resolve(scenario.key().name));
        var file = scenario.name().replaceAll("[^a-zA-Z0-9]+", "-") + "-v" + version + (of == oracle ? "-expected" : "")
                + ".json";
        Files.writeString(folder.resolve(file), transcript.toPrettyString());
    }
}
