package io.millrace.compat.javaclient;

import static io.millrace.compat.JavaClients.at;
import static io.millrace.compat.JavaClients.done;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.compat.BrokerUnderTest;
import io.millrace.compat.JavaClients;
import io.millrace.compat.StartedBroker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What clients were told is done is still done after a clean restart and after kill -9. */
final class DurabilityIT {
    @RegisterExtension
    static final BrokerUnderTest BROKER = BrokerUnderTest.withDefaults();

    private static JavaClients clients() {
        return new JavaClients(BROKER.bootstrap());
    }

    static Stream<Named<Consumer<StartedBroker>>> endings() {
        return Stream.of(
                Named.of("SIGTERM", (Consumer<StartedBroker>) StartedBroker::stop),
                Named.of("SIGKILL", (Consumer<StartedBroker>) StartedBroker::kill));
    }

    private static void restart(Consumer<StartedBroker> ending) {
        ending.accept(BROKER.broker());
        BROKER.broker().startAgain();
    }

    @ParameterizedTest
    @MethodSource("endings")
    void recordsAndCommits(Consumer<StartedBroker> ending) throws Exception {
        var topic = clients().topic("durable", 3);
        var group = BrokerUnderTest.unique("durable");
        try (var producer = clients().producer()) {
            for (int i = 0; i < 90; i++) {
                producer.send(new ProducerRecord<>(topic, i % 3, "k", "v" + i)).get(30, SECONDS);
            }
        }
        var commits = new HashMap<TopicPartition, OffsetAndMetadata>();
        for (int p = 0; p < 3; p++) {
            commits.put(new TopicPartition(topic, p), new OffsetAndMetadata(10 + p, "m" + p));
        }
        try (var consumer = clients().consumer(Map.of("group.id", group))) {
            consumer.commitSync(commits);
        }
        restart(ending);
        assertThat(clients().everything(topic, 3)).hasSize(90);
        try (var consumer = clients().consumer(Map.of("group.id", group))) {
            assertThat(consumer.committed(commits.keySet())).isEqualTo(commits);
        }
    }

    @ParameterizedTest
    @MethodSource("endings")
    void liveMembersGoOn(Consumer<StartedBroker> ending) throws Exception {
        var topic = clients().topic("live", 2);
        var config = Map.<String, Object>of("group.id", BrokerUnderTest.unique("live"), "session.timeout.ms", 10_000);
        try (var producer = clients().producer();
                var consumer = clients().consumer(config)) {
            consumer.subscribe(List.of(topic));
            producer.send(new ProducerRecord<>(topic, 0, "k", "before")).get(30, SECONDS);
            JavaClients.poll(consumer, 1);
            consumer.commitSync();
            restart(ending);
            producer.send(new ProducerRecord<>(topic, 1, "k", "after")).get(30, SECONDS);
            assertThat(JavaClients.poll(consumer, 1)).extracting(r -> r.value()).containsExactly("after");
            consumer.commitSync(Duration.ofSeconds(30));
        }
    }

    @ParameterizedTest
    @MethodSource("endings")
    void topicsConfigsPartitionsAndDeletions(Consumer<StartedBroker> ending) throws Exception {
        var kept = clients().topic("kept", 1, Map.of("retention.ms", "12345678"));
        var gone = clients().topic("gone", 1);
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, kept);
        try (var admin = clients().admin();
                var producer = clients().producer()) {
            for (int i = 0; i < 10; i++) {
                producer.send(new ProducerRecord<>(kept, 0, "k", "v" + i)).get(30, SECONDS);
            }
            var op = new AlterConfigOp(new ConfigEntry("max.message.bytes", "77777"), AlterConfigOp.OpType.SET);
            done(admin.incrementalAlterConfigs(Map.of(resource, List.of(op))).all());
            done(admin.createPartitions(Map.of(kept, NewPartitions.increaseTo(4)))
                    .all());
            var first = new TopicPartition(kept, 0);
            done(admin.deleteRecords(Map.of(first, RecordsToDelete.beforeOffset(4)))
                    .all());
            done(admin.deleteTopics(List.of(gone)).all());
        }
        restart(ending);
        try (var admin = clients().admin()) {
            assertThat(done(admin.listTopics().names())).contains(kept).doesNotContain(gone);
            assertThat(at(done(admin.describeTopics(List.of(kept)).allTopicNames()), kept)
                            .partitions())
                    .hasSize(4);
            var config = at(done(admin.describeConfigs(List.of(resource)).all()), resource);
            assertThat(config.get("retention.ms").value()).isEqualTo("12345678");
            assertThat(config.get("max.message.bytes").value()).isEqualTo("77777");
        }
        assertThat(clients().everything(kept, 1))
                .extracting(r -> r.offset())
                .startsWith(4L)
                .hasSize(6);
    }

    @Test
    void producerWithRetriesLosesNothingOverAKill() throws Exception {
        var topic = clients().topic("retries", 1);
        try (var producer = clients().producer(Map.of("linger.ms", 0))) {
            for (int i = 0; i < 200; i++) {
                var _ = producer.send(new ProducerRecord<>(topic, 0, "k", "" + i));
            }
            BROKER.broker().kill();
            for (int i = 200; i < 400; i++) {
                var _ = producer.send(new ProducerRecord<>(topic, 0, "k", "" + i));
            }
            BROKER.broker().startAgain();
            producer.send(new ProducerRecord<>(topic, 0, "k", "400")).get(60, SECONDS);
        }
        var values = clients().everything(topic, 1).stream()
                .map(r -> Integer.parseInt(r.value()))
                .toList();
        assertThat(values).hasSize(401).isSorted().doesNotHaveDuplicates();
    }
}
