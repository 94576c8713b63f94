package io.millrace.compat.javaclient;

import static io.millrace.compat.JavaClients.done;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.compat.BrokerUnderTest;
import io.millrace.compat.JavaClients;
import io.millrace.compat.StartedBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Thousands of partitions on one broker: all can be used, survive both ways to end, and go again. How long it takes is printed. */
final class ManyPartitionsIT {
    private static final int PARTITIONS = 2_000;

    @RegisterExtension
    static final BrokerUnderTest BROKER = BrokerUnderTest.withDefaults();

    private long since = System.nanoTime();

    static Stream<Named<Consumer<StartedBroker>>> endings() {
        return Stream.of(
                Named.of("SIGTERM", (Consumer<StartedBroker>) StartedBroker::stop),
                Named.of("SIGKILL", (Consumer<StartedBroker>) StartedBroker::kill));
    }

    private static JavaClients clients() {
        return new JavaClients(BROKER.bootstrap());
    }

    @ParameterizedTest
    @MethodSource("endings")
    void allAreThereAfterARestart(Consumer<StartedBroker> ending) throws Exception {
        took("", 0);
        String topic = clients().topic("many", PARTITIONS);
        took("created", PARTITIONS);
        assertThat(write(topic)).hasSize(PARTITIONS).containsOnly(0L);
        took("written to", PARTITIONS);

        ending.accept(BROKER.broker());
        BROKER.broker().startAgain();

        took("stopped and started", PARTITIONS);
        try (var consumer = clients().consumer()) {
            assertThat(consumer.endOffsets(all(topic), Duration.ofSeconds(60)))
                    .hasSize(PARTITIONS)
                    .allSatisfy((partition, end) -> assertThat(end).isEqualTo(1));
        }
        took("asked for their ends", PARTITIONS);
        assertThat(write(topic)).hasSize(PARTITIONS).containsOnly(1L);
        took("written to again", PARTITIONS);
        assertThat(clients().everything(topic, PARTITIONS)).hasSize(2 * PARTITIONS);
        took("read", PARTITIONS);
        delete(topic);
        took("deleted", PARTITIONS);
    }

    private static void delete(String topic) {
        try (var admin = clients().admin()) {
            done(admin.deleteTopics(List.of(topic)).all());
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> !done(admin.listTopics().names()).contains(topic));
        }
    }

    /** One record to each partition; the offsets they got. */
    private static List<Long> write(String topic) throws Exception {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (var producer = clients().producer()) {
            for (int i = 0; i < PARTITIONS; i++) {
                sent.add(producer.send(new ProducerRecord<>(topic, i, "k", "v")));
            }
            producer.flush();
        }
        List<Long> offsets = new ArrayList<>();
        for (Future<RecordMetadata> each : sent) {
            offsets.add(each.get(60, SECONDS).offset());
        }
        return offsets;
    }

    private static List<TopicPartition> all(String topic) {
        return IntStream.range(0, PARTITIONS)
                .mapToObj(i -> new TopicPartition(topic, i))
                .toList();
    }

    private void took(String what, int partitions) {
        long now = System.nanoTime();
        if (partitions > 0) {
            System.out.printf("%d partitions %s in %d ms%n", partitions, what, (now - since) / 1_000_000);
        }
        since = now;
    }
}
