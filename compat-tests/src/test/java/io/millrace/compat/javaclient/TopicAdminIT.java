package io.millrace.compat.javaclient;

import static io.millrace.compat.JavaClients.at;
import static io.millrace.compat.JavaClients.awaitLeaders;
import static io.millrace.compat.JavaClients.done;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.compat.BrokerUnderTest;
import io.millrace.compat.JavaClients;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicaAssignmentException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class TopicAdminIT {
    @RegisterExtension
    static final BrokerUnderTest BROKER = BrokerUnderTest.with(Map.of("num.partitions", "3"));

    private static JavaClients clients() {
        return new JavaClients(BROKER.bootstrap());
    }

    @Test
    void creationAnswersWhatWasMade() {
        var name = BrokerUnderTest.unique("made");
        try (var admin = clients().admin()) {
            var topic = new NewTopic(name, 4, (short) 1).configs(Map.of("cleanup.policy", "compact"));
            var result = admin.createTopics(List.of(topic));
            assertThat(done(result.numPartitions(name))).isEqualTo(4);
            assertThat(done(result.replicationFactor(name))).isEqualTo(1);
            assertThat(done(result.config(name)).get("cleanup.policy").value()).isEqualTo("compact");
            awaitLeaders(admin, name, 4);
            assertThat(done(admin.listTopics().names())).contains(name);
            var described = at(done(admin.describeTopics(List.of(name)).allTopicNames()), name);
            assertThat(described.topicId())
                    .isEqualTo(done(result.topicId(name)))
                    .isNotEqualTo(Uuid.ZERO_UUID);
            assertThat(described.isInternal()).isFalse();
            assertThat(described.partitions()).allSatisfy(p -> {
                assertThat(p.leader().id()).isZero();
                assertThat(p.replicas()).hasSize(1);
                assertThat(p.isr()).hasSize(1);
            });
        }
    }

    @Test
    void creationTakesTheBrokersDefaultsAndGivenAssignments() {
        var byDefault = BrokerUnderTest.unique("by-default");
        var assigned = BrokerUnderTest.unique("assigned");
        try (var admin = clients().admin()) {
            done(admin.createTopics(List.of(
                            new NewTopic(byDefault, Optional.empty(), Optional.empty()),
                            new NewTopic(assigned, Map.of(0, List.of(0), 1, List.of(0)))))
                    .all());
            awaitLeaders(admin, byDefault, 3);
            awaitLeaders(admin, assigned, 2);
        }
    }

    @Test
    void validationOnlyCreatesNothing() {
        var name = BrokerUnderTest.unique("validated");
        try (var admin = clients().admin()) {
            var result = admin.createTopics(
                    List.of(new NewTopic(name, 2, (short) 1)), new CreateTopicsOptions().validateOnly(true));
            assertThat(done(result.numPartitions(name))).isEqualTo(2);
            assertThat(done(admin.listTopics().names())).doesNotContain(name);
        }
    }

    static Stream<Arguments> impossibleTopics() {
        return Stream.of(
                Arguments.of("name with a space", topic("a b", 1, 1), InvalidTopicException.class),
                Arguments.of("empty name", topic("", 1, 1), InvalidTopicException.class),
                Arguments.of("dots", topic("..", 1, 1), InvalidTopicException.class),
                Arguments.of("long name", topic("x".repeat(250), 1, 1), InvalidTopicException.class),
                Arguments.of("no partitions", topic("t0", 0, 1), InvalidPartitionsException.class),
                Arguments.of("replicas", topic("t1", 1, 3), InvalidReplicationFactorException.class),
                Arguments.of("no replicas", topic("t2", 1, 0), InvalidReplicationFactorException.class),
                Arguments.of("config value", config("retention.ms", "soon"), InvalidConfigurationException.class),
                Arguments.of("config name", config("no.such.key", "1"), InvalidConfigurationException.class),
                Arguments.of("unknown broker", assigned(0, 7), InvalidReplicaAssignmentException.class),
                Arguments.of("twice a broker", assigned(0, 0, 0), InvalidReplicaAssignmentException.class),
                Arguments.of("starts at one", assigned(1, 0), InvalidReplicaAssignmentException.class));
    }

    private static NewTopic topic(String name, int partitions, int replicas) {
        return new NewTopic(name, partitions, (short) replicas);
    }

    private static NewTopic config(String key, String value) {
        return topic("configured", 1, 1).configs(Map.of(key, value));
    }

    private static NewTopic assigned(int partition, Integer... brokers) {
        return new NewTopic("assigned-wrong", Map.of(partition, List.of(brokers)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("impossibleTopics")
    void impossibleTopicIsRefused(String why, NewTopic topic, Class<? extends Throwable> failure) {
        try (var admin = clients().admin()) {
            assertFails(admin.createTopics(List.of(topic)).all(), failure);
            assertThat(done(admin.listTopics().names())).as(why).doesNotContain(topic.name());
        }
    }

    @Test
    void secondCreationIsRefusedAndNamesThatCollideToo() {
        var name = clients().topic("twice.and_again", 1);
        try (var admin = clients().admin()) {
            assertFails(admin.createTopics(List.of(topic(name, 1, 1))).all(), TopicExistsException.class);
            var colliding = topic(name.replace('.', '_'), 1, 1);
            assertFails(admin.createTopics(List.of(colliding)).all(), InvalidTopicException.class);
        }
    }

    @Test
    void oneBadTopicDoesNotHoldBackTheOthers() {
        var good = BrokerUnderTest.unique("good");
        try (var admin = clients().admin()) {
            var results = admin.createTopics(List.of(topic(good, 1, 1), topic("bad name", 1, 1)))
                    .values();
            done(at(results, good));
            assertFails(at(results, "bad name"), InvalidTopicException.class);
        }
    }

    @Test
    void deletionByNameAndById() {
        var byName = clients().topic("delete-name", 2);
        var byId = clients().topic("delete-id", 2);
        try (var admin = clients().admin()) {
            var id = at(done(admin.describeTopics(List.of(byId)).allTopicNames()), byId)
                    .topicId();
            var found = done(admin.describeTopics(TopicCollection.ofTopicIds(List.of(id)))
                    .allTopicIds());
            assertThat(at(found, id).name()).isEqualTo(byId);
            done(admin.deleteTopics(List.of(byName)).all());
            done(admin.deleteTopics(TopicCollection.ofTopicIds(List.of(id))).all());
            Awaitility.await()
                    .untilAsserted(
                            () -> assertThat(done(admin.listTopics().names())).doesNotContain(byName, byId));
            assertFails(admin.deleteTopics(List.of(byName)).all(), UnknownTopicOrPartitionException.class);
            assertFails(
                    admin.deleteTopics(TopicCollection.ofTopicIds(List.of(id))).all(), UnknownTopicIdException.class);
            assertFails(admin.describeTopics(List.of(byName)).allTopicNames(), UnknownTopicOrPartitionException.class);
        }
    }

    @Test
    void nameCanBeUsedAgainAfterDeletion() throws Exception {
        var name = clients().topic("again", 1);
        try (var producer = clients().producer();
                var admin = clients().admin()) {
            producer.send(new ProducerRecord<>(name, 0, "k", "first life")).get(30, SECONDS);
            done(admin.deleteTopics(List.of(name)).all());
            Awaitility.await().ignoreExceptions().until(() -> {
                done(admin.createTopics(List.of(topic(name, 1, 1))).all());
                return true;
            });
            awaitLeaders(admin, name, 1);
        }
        try (var producer = clients().producer()) {
            assertThat(producer.send(new ProducerRecord<>(name, 0, "k", "second life"))
                            .get(30, SECONDS)
                            .offset())
                    .isZero();
        }
        assertThat(clients().everything(name, 1)).extracting(r -> r.value()).containsExactly("second life");
    }

    @Test
    void partitionsGrowButDoNotShrink() throws Exception {
        var name = clients().topic("grows", 2);
        try (var admin = clients().admin();
                var producer = clients().producer()) {
            done(admin.createPartitions(Map.of(name, NewPartitions.increaseTo(5)))
                    .all());
            awaitLeaders(admin, name, 5);
            producer.send(new ProducerRecord<>(name, 4, "k", "v")).get(30, SECONDS);
            assertGrowthFails(admin, name, NewPartitions.increaseTo(5), InvalidPartitionsException.class);
            assertGrowthFails(admin, name, NewPartitions.increaseTo(1), InvalidPartitionsException.class);
            var unknownBroker = NewPartitions.increaseTo(6, List.of(List.of(9)));
            assertGrowthFails(admin, name, unknownBroker, InvalidReplicaAssignmentException.class);
            assertGrowthFails(
                    admin, "no-such-topic", NewPartitions.increaseTo(2), UnknownTopicOrPartitionException.class);
        }
    }

    private static void assertGrowthFails(
            Admin admin, String topic, NewPartitions growth, Class<? extends Throwable> failure) {
        assertFails(admin.createPartitions(Map.of(topic, growth)).all(), failure);
    }

    @Test
    void recordsAreDeletedUpToAnOffset() throws Exception {
        var name = clients().topic("delete-records", 1);
        var partition = new TopicPartition(name, 0);
        try (var admin = clients().admin();
                var producer = clients().producer()) {
            for (int i = 0; i < 10; i++) {
                producer.send(new ProducerRecord<>(name, 0, "k", "v" + i)).get(30, SECONDS);
            }
            var deleted = admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(6)));
            assertThat(done(at(deleted.lowWatermarks(), partition)).lowWatermark())
                    .isEqualTo(6);
            assertThat(clients().everything(name, 1))
                    .extracting(r -> r.offset())
                    .containsExactly(6L, 7L, 8L, 9L);
            assertFails(
                    admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(11)))
                            .all(),
                    OffsetOutOfRangeException.class);
            done(admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(-1)))
                    .all());
            assertThat(clients().everything(name, 1)).isEmpty();
        }
    }

    @Test
    void clusterIsDescribed() {
        try (var admin = clients().admin()) {
            var cluster = admin.describeCluster(new DescribeClusterOptions().includeAuthorizedOperations(true));
            assertThat(done(cluster.nodes())).singleElement().satisfies(node -> {
                assertThat(node.id()).isZero();
                assertThat(node.port()).isEqualTo(BROKER.broker().port());
            });
            assertThat(done(cluster.controller()).id()).isZero();
            assertThat(done(cluster.clusterId())).hasSize(22);
            assertThat(done(cluster.authorizedOperations())).contains(AclOperation.CREATE, AclOperation.DESCRIBE);
        }
    }

    @Test
    void logDirectoriesAreDescribed() throws Exception {
        var name = clients().topic("log-dirs", 2);
        try (var admin = clients().admin();
                var producer = clients().producer()) {
            producer.send(new ProducerRecord<>(name, 1, "k", "x".repeat(1000))).get(30, SECONDS);
            var directories = at(done(admin.describeLogDirs(List.of(0)).allDescriptions()), 0);
            assertThat(directories).hasSize(1);
            var directory = directories.values().iterator().next();
            assertThat(directory.error()).isNull();
            assertThat(directory.totalBytes()).isPresent();
            var replicas = directory.replicaInfos();
            assertThat(at(replicas, new TopicPartition(name, 0)).size()).isZero();
            assertThat(at(replicas, new TopicPartition(name, 1)).size()).isGreaterThan(1000);
        }
    }

    @Test
    void internalTopicsAreListedOnRequestOnly() throws Exception {
        var group = BrokerUnderTest.unique("internal");
        var topic = clients().topic("internal", 1);
        try (var admin = clients().admin();
                var consumer = clients().consumer(Map.of("group.id", group))) {
            consumer.subscribe(List.of(topic));
            Awaitility.await().until(() -> {
                consumer.poll(java.time.Duration.ofMillis(100));
                return !consumer.assignment().isEmpty();
            });
            assertThat(done(admin.listTopics().names())).doesNotContain("__consumer_offsets");
            var all = done(
                    admin.listTopics(new ListTopicsOptions().listInternal(true)).namesToListings());
            assertThat(at(all, "__consumer_offsets").isInternal()).isTrue();
            assertFails(
                    admin.createTopics(List.of(topic("__consumer_offsets", 1, 1)))
                            .all(),
                    TopicExistsException.class);
        }
    }

    private static void assertFails(KafkaFuture<?> future, Class<? extends Throwable> failure) {
        assertThatThrownBy(() -> done(future)).isInstanceOf(failure);
    }
}
