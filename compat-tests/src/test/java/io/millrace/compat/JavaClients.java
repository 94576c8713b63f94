package io.millrace.compat;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;

/** Current Java clients for one broker, on their defaults but for what a test asks. */
public record JavaClients(String bootstrap) {
    public static final Duration LIMIT = Duration.ofSeconds(30);

    public KafkaProducer<String, String> producer() {
        return producer(Map.of());
    }

    public KafkaProducer<String, String> producer(Map<String, Object> config) {
        var all = new HashMap<String, Object>();
        all.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        all.putAll(config);
        return new KafkaProducer<>(all, new StringSerializer(), new StringSerializer());
    }

    public KafkaConsumer<String, String> consumer() {
        return consumer(Map.of());
    }

    public KafkaConsumer<String, String> consumer(Map<String, Object> config) {
        var all = new HashMap<String, Object>();
        all.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        all.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        all.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        all.putAll(config);
        return new KafkaConsumer<>(all, new StringDeserializer(), new StringDeserializer());
    }

    public Admin admin() {
        return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap));
    }

    /** Creates a topic with a name of its own and returns the name once its leaders are known. */
    public String topic(String stem, int partitions, Map<String, String> config) {
        var name = BrokerUnderTest.unique(stem);
        try (var admin = admin()) {
            var topic = new NewTopic(name, Optional.of(partitions), Optional.<Short>empty()).configs(config);
            done(admin.createTopics(List.of(topic)).all());
            awaitLeaders(admin, name, partitions);
        }
        return name;
    }

    public String topic(String stem, int partitions) {
        return topic(stem, partitions, Map.of());
    }

    /** Apache Kafka answers a creation before its broker knows of it; a test that goes on at once waits here. */
    public static void awaitLeaders(Admin admin, String topic, int partitions) {
        Awaitility.await("leaders of " + topic)
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(20))
                .ignoreExceptions()
                .until(() -> {
                    var all = done(admin.describeTopics(List.of(topic)).allTopicNames());
                    var found = at(all, topic).partitions();
                    return found.size() == partitions && found.stream().allMatch(p -> p.leader() != null);
                });
    }

    /** The result of a client's future, or its failure. */
    public static <T> T done(KafkaFuture<T> future) {
        try {
            return future.get(LIMIT.toSeconds(), SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e);
        } catch (InterruptedException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The value that the map must have for the key. */
    public static <K, V> V at(Map<K, V> map, K key) {
        return Objects.requireNonNull(map.get(key), () -> key + " is not among " + map.keySet());
    }

    /** Polls until that many records have come. */
    public static List<ConsumerRecord<String, String>> poll(Consumer<String, String> consumer, int count) {
        var records = new ArrayList<ConsumerRecord<String, String>>();
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (records.size() < count && System.nanoTime() < deadline) {
            consumer.poll(Duration.ofMillis(100)).forEach(records::add);
        }
        assertThat(records).hasSize(count);
        return records;
    }

    /** Everything in these partitions from their start to the ends they have now. */
    public List<ConsumerRecord<String, String>> everything(String topic, int partitions) {
        var all = new ArrayList<TopicPartition>();
        for (int p = 0; p < partitions; p++) {
            all.add(new TopicPartition(topic, p));
        }
        try (var consumer = consumer()) {
            var ends = consumer.endOffsets(all);
            consumer.assign(all);
            consumer.seekToBeginning(all);
            var records = new ArrayList<ConsumerRecord<String, String>>();
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (all.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
                assertThat(System.nanoTime()).as("time to read %s", topic).isLessThan(deadline);
                consumer.poll(Duration.ofMillis(100)).forEach(records::add);
            }
            return records;
        }
    }
}
