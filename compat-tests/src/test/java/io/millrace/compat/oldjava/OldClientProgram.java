package io.millrace.compat.oldjava;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/**
 * What an application of 2019 would do, run in a JVM whose class path has the client of that time. It uses only what
 * all versions since 2.1 have, and says what it found, a line each, for {@link OldJavaIT} to read.
 */
public final class OldClientProgram {
    private static final String STRINGS = "org.apache.kafka.common.serialization.String";

    private OldClientProgram() {}

    /** {@code bootstrap topic}. */
    public static void main(String[] args) throws Exception {
        String topic = args[1];
        var common = new Properties();
        common.put("bootstrap.servers", args[0]);
        try (AdminClient admin = AdminClient.create(common)) {
            create(admin, topic);
            produce(common, topic);
            consume(common, topic);
            group(common, topic);
            administer(admin, topic);
        }
        say("done");
    }

    private static void say(String line) {
        System.out.println(line);
    }

    private static void create(AdminClient admin, String topic) throws Exception {
        admin.createTopics(Collections.singleton(new NewTopic(topic, 2, (short) 1)))
                .all()
                .get();
        say("listed " + admin.listTopics().names().get().contains(topic));
        say("nodes " + admin.describeCluster().nodes().get().size());
    }

    private static void produce(Properties common, String topic) throws Exception {
        for (String codec : new String[] {"none", "gzip", "snappy", "lz4", "zstd"}) {
            for (String acks : new String[] {"0", "1", "all"}) {
                var config = new Properties();
                config.putAll(common);
                config.put("key.serializer", STRINGS + "Serializer");
                config.put("value.serializer", STRINGS + "Serializer");
                config.put("compression.type", codec);
                config.put("acks", acks);
                config.put("enable.idempotence", acks.equals("all") ? "true" : "false");
                try (KafkaProducer<String, String> producer = new KafkaProducer<>(config)) {
                    List<Future<RecordMetadata>> sends = new ArrayList<>();
                    for (int i = 0; i < 20; i++) {
                        var record = new ProducerRecord<>(topic, i % 2, 1000L * i, codec, acks + i);
                        record.headers().add("h", new byte[] {1, 2});
                        sends.add(producer.send(record));
                    }
                    for (Future<RecordMetadata> send : sends) {
                        send.get();
                    }
                }
            }
        }
        say("produced");
    }

    private static KafkaConsumer<String, String> consumer(Properties common, String group) {
        var config = new Properties();
        config.putAll(common);
        config.put("key.deserializer", STRINGS + "Deserializer");
        config.put("value.deserializer", STRINGS + "Deserializer");
        config.put("group.id", group);
        config.put("auto.offset.reset", "earliest");
        config.put("enable.auto.commit", "false");
        return new KafkaConsumer<>(config);
    }

    private static void consume(Properties common, String topic) {
        var first = new TopicPartition(topic, 0);
        try (KafkaConsumer<String, String> consumer = consumer(common, topic + "-assigned")) {
            consumer.assign(Collections.singletonList(first));
            int seen = 0;
            for (long end = deadline(); seen < 150 && System.nanoTime() < end; ) {
                seen += consumer.poll(Duration.ofMillis(100)).count();
            }
            say("read " + seen);
            consumer.seek(first, 149);
            say("beginning "
                    + consumer.beginningOffsets(Collections.singletonList(first))
                            .get(first));
            say("end " + consumer.endOffsets(Collections.singletonList(first)).get(first));
            var byTime = consumer.offsetsForTimes(Collections.singletonMap(first, 9000L))
                    .get(first);
            say("by time " + (byTime == null ? "nothing" : byTime.timestamp()));
        }
    }

    private static long deadline() {
        return System.nanoTime() + Duration.ofSeconds(30).toNanos();
    }

    private static void group(Properties common, String topic) {
        String group = topic + "-group";
        try (KafkaConsumer<String, String> one = consumer(common, group);
                KafkaConsumer<String, String> two = consumer(common, group)) {
            one.subscribe(Collections.singletonList(topic));
            two.subscribe(Collections.singletonList(topic));
            for (long end = deadline(); System.nanoTime() < end; ) {
                one.poll(Duration.ofMillis(50));
                two.poll(Duration.ofMillis(50));
                if (one.assignment().size() == 1 && two.assignment().size() == 1) {
                    break;
                }
            }
            say("assigned " + one.assignment().size() + " " + two.assignment().size());
            for (KafkaConsumer<String, String> member : List.of(one, two)) {
                for (TopicPartition partition : member.assignment()) {
                    Map<TopicPartition, OffsetAndMetadata> commit =
                            Collections.singletonMap(partition, new OffsetAndMetadata(42, "meta"));
                    member.commitSync(commit);
                }
            }
        }
    }

    private static void administer(AdminClient admin, String topic) throws Exception {
        String group = topic + "-group";
        var committed = admin.listConsumerGroupOffsets(group)
                .partitionsToOffsetAndMetadata()
                .get();
        say("committed "
                + committed.values().stream().mapToLong(o -> o.offset()).sum());
        var described =
                admin.describeConsumerGroups(Collections.singleton(group)).all().get();
        say("members left "
                + Objects.requireNonNull(described.get(group)).members().size());
        admin.createPartitions(Collections.singletonMap(topic, NewPartitions.increaseTo(3)))
                .all()
                .get();
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        var config =
                admin.describeConfigs(Collections.singleton(resource)).all().get();
        say("retention "
                + Objects.requireNonNull(config.get(resource))
                        .get("retention.ms")
                        .value());
        admin.deleteConsumerGroups(Collections.singleton(group)).all().get();
        admin.deleteTopics(Collections.singleton(topic)).all().get();
    }
}
