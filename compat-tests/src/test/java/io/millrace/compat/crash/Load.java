package io.millrace.compat.crash;

import io.millrace.compat.JavaClients;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Producers on their defaults (idempotent, acks=all, endless retries) that count up per partition, and a group that
 * commits ever higher offsets; all of it goes on while the broker is killed and comes back.
 */
final class Load implements AutoCloseable {
    static final int PRODUCERS = 2;
    private static final int VALUE_SIZE_MAX = 2_000;
    private static final int AHEAD_MAX = 400;

    private final JavaClients clients;
    private final String topic;
    private final int partitions;
    private final String group;
    private final List<Thread> threads = new ArrayList<>();
    private final Map<String, Long> acknowledged = new ConcurrentHashMap<>();
    private final Map<Integer, Long> committed = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private volatile boolean stopped;

    Load(JavaClients clients, String topic, int partitions, String group) {
        this.clients = clients;
        this.topic = topic;
        this.partitions = partitions;
        this.group = group;
    }

    void start(Random random) {
        for (int p = 0; p < PRODUCERS; p++) {
            int producer = p;
            long seed = random.nextLong();
            run("producer-" + p, () -> produce(producer, new Random(seed)));
        }
        run("committer", this::commit);
    }

    private void run(String name, Runnable work) {
        threads.add(Thread.ofPlatform().name(name).start(() -> {
            try {
                work.run();
            } catch (RuntimeException | Error e) {
                failures.add(e);
            }
        }));
    }

    /** The last number of each {@code producer/partition} that the broker has acknowledged. */
    Map<String, Long> acknowledged() {
        return Map.copyOf(acknowledged);
    }

    /** The last offset of each partition whose commit the broker has acknowledged. */
    Map<Integer, Long> committed() {
        return Map.copyOf(committed);
    }

    List<Throwable> failures() {
        return List.copyOf(failures);
    }

    private void produce(int producer, Random random) {
        var config = Map.<String, Object>of(
                "linger.ms",
                producer,
                "batch.size",
                4_000,
                "delivery.timeout.ms",
                600_000,
                "request.timeout.ms",
                5_000,
                "max.block.ms",
                120_000L,
                "reconnect.backoff.max.ms",
                100L,
                "retry.backoff.max.ms",
                100L,
                "compression.type",
                producer == 0 ? "none" : "lz4");
        var next = new long[partitions];
        var inFlight = new AtomicLong();
        try (var client = clients.producer(config)) {
            while (!stopped) {
                int partition = random.nextInt(partitions);
                long number = next[partition]++;
                var stream = producer + "/" + partition;
                var value = number + " " + "x".repeat(random.nextInt(VALUE_SIZE_MAX));
                inFlight.incrementAndGet();
                var _ = client.send(new ProducerRecord<>(topic, partition, stream, value), (metadata, failure) -> {
                    inFlight.decrementAndGet();
                    if (failure == null) {
                        acknowledged.merge(stream, number, Math::max);
                    } else if (!stopped) {
                        failures.add(failure);
                    }
                });
                while (inFlight.get() > AHEAD_MAX && !stopped) {
                    LockSupport.parkNanos(1_000_000);
                }
            }
        }
    }

    private void commit() {
        var config = Map.<String, Object>of(
                "group.id", group, "reconnect.backoff.max.ms", 100L, "default.api.timeout.ms", 20_000);
        try (var consumer = clients.consumer(config)) {
            for (long offset = 1; !stopped; offset++) {
                commit(consumer, (int) (offset % partitions), offset);
                LockSupport.parkNanos(2_000_000);
            }
        }
    }

    /** A commit that fails says nothing of whether it was made; only one that succeeds is a promise. */
    private void commit(KafkaConsumer<String, String> consumer, int partition, long offset) {
        var offsets = Map.of(new TopicPartition(topic, partition), new OffsetAndMetadata(offset));
        try {
            consumer.commitSync(offsets, Duration.ofSeconds(5));
            committed.put(partition, offset);
        } catch (KafkaException e) {
            if (!(e instanceof org.apache.kafka.common.errors.RetriableException)
                    && !(e instanceof org.apache.kafka.clients.consumer.RetriableCommitFailedException)) {
                throw e;
            }
        }
    }

    /** Lets everything that was sent be acknowledged, and ends the clients. The broker has to be up. */
    void finish() {
        stopped = true;
        for (var thread : threads) {
            try {
                thread.join(60_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        finish();
    }
}
