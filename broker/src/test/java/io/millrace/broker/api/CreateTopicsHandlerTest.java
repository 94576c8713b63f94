package io.millrace.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.TopicImage;
import io.millrace.metadata.config.ConfigAlterations;
import io.millrace.metadata.config.EffectiveConfig;
import io.millrace.metadata.config.StaticConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableReplicaAssignment;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicConfigs;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicResult;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pcollections.HashTreePMap;

class CreateTopicsHandlerTest {
    private TestCluster cluster;

    @BeforeEach
    void found(@TempDir Path directory) throws Exception {
        cluster = TestCluster.found(directory);
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void aTopicIsThereWhenTheAnswerComes() throws Exception {
        for (int version = 2; version <= 7; version++) {
            CreatableTopicResult result = create(version, topic("v" + version, 3, 1));
            assertThat(result.errorCode()).isZero();
            assertThat(result.errorMessage()).isNull();
            TopicImage topic = cluster.metadata.image().topic("v" + version).orElseThrow();
            assertThat(topic.partitions()).hasSize(3);
            assertThat(result.topicId()).isEqualTo(topic.id());
            assertThat(result.numPartitions()).isEqualTo(3);
            assertThat(result.replicationFactor()).isEqualTo((short) 1);
        }
    }

    @Test
    void defaultsFillWhatIsLeftOpen() throws Exception {
        CreatableTopicResult result = create(4, topic("a", -1, -1));
        assertThat(result.numPartitions()).isEqualTo(TestCluster.DEFAULTS.numPartitions());
        assertThat(result.replicationFactor()).isEqualTo(TestCluster.DEFAULTS.replicationFactor());
    }

    @Test
    void theAnswerShowsTheTopicsWholeConfiguration() throws Exception {
        CreatableTopicResult result = create(7, configured("a", "retention.ms", "1000"));
        assertThat(config(result, "retention.ms").value()).isEqualTo("1000");
        assertThat(config(result, "retention.ms").configSource()).isEqualTo(ConfigSource.TOPIC_CONFIG.id());
        assertThat(config(result, "cleanup.policy").value()).isEqualTo("delete");
        assertThat(config(result, "cleanup.policy").configSource()).isEqualTo(ConfigSource.DEFAULT_CONFIG.id());
        assertThat(cluster.metadata.image().configs().values())
                .containsOnly(HashTreePMap.singleton("retention.ms", "1000"));
    }

    @Test
    void validateOnlySaysTheSameAndMakesNothing() throws Exception {
        ClusterImage before = cluster.metadata.image();
        CreatableTopicResult result = single(7, request(topic("a", 3, 1)).setValidateOnly(true));
        assertThat(result.errorCode()).isZero();
        assertThat(result.numPartitions()).isEqualTo(3);
        assertThat(result.configs()).isNotEmpty();
        assertThat(cluster.metadata.image()).isSameAs(before);
    }

    @Test
    void aTopicThatIsThereIsSaidToBeWhateverElseIsAsked() throws Exception {
        create(7, topic("a", 1, 1));
        assertError(topic("a", 1, 1), Errors.TOPIC_ALREADY_EXISTS);
        assertError(topic("a", 1, 3), Errors.TOPIC_ALREADY_EXISTS);
        assertError(configured("a", "nope", "1"), Errors.TOPIC_ALREADY_EXISTS);
    }

    @Test
    void impossibleNamesAndNumbersHaveTheirOwnErrors() throws Exception {
        create(7, topic("a.b", 1, 1));
        assertError(topic("a_b", 1, 1), Errors.INVALID_TOPIC_EXCEPTION);
        assertError(topic("no spaces", 1, 1), Errors.INVALID_TOPIC_EXCEPTION);
        assertError(topic("", 1, 1), Errors.INVALID_TOPIC_EXCEPTION);
        assertError(topic("..", 1, 1), Errors.INVALID_TOPIC_EXCEPTION);
        assertError(topic("x".repeat(250), 1, 1), Errors.INVALID_TOPIC_EXCEPTION);
        assertError(topic("__cluster_metadata", 1, 1), Errors.INVALID_REQUEST);
        assertError(topic("c", 0, 1), Errors.INVALID_PARTITIONS);
        assertError(topic("c", -2, 1), Errors.INVALID_PARTITIONS);
        assertError(topic("c", 1, 0), Errors.INVALID_REPLICATION_FACTOR);
        assertError(topic("c", 1, 2), Errors.INVALID_REPLICATION_FACTOR);
        assertError(topic("c", 10_001, 1), Errors.POLICY_VIOLATION);
    }

    @Test
    void namesThatCollideWithinTheRequestAreFoundToo() throws Exception {
        CreateTopicsRequestData request = request(topic("a.b", 1, 1));
        request.topics().add(topic("a_b", 1, 1));
        CreateTopicsResponseData response = ask(7, request);
        assertThat(response.topics().find("a.b").errorCode()).isZero();
        assertThat(response.topics().find("a_b").errorCode()).isEqualTo(Errors.INVALID_TOPIC_EXCEPTION.code());
    }

    @Test
    void aTopicNamedTwiceIsRefusedAndTheOthersAreMade() throws Exception {
        CreateTopicsRequestData request = request(topic("a", 1, 1));
        request.topics().add(topic("a", 2, 1));
        request.topics().add(topic("b", 1, 1));
        CreateTopicsResponseData response = ask(7, request);
        assertThat(response.topics()).hasSize(2);
        assertThat(response.topics().find("a").errorCode()).isEqualTo(Errors.INVALID_REQUEST.code());
        assertThat(cluster.metadata.image().topics()).containsOnlyKeys("b");
    }

    @Test
    void configurationIsChecked() throws Exception {
        assertError(configured("a", "nope", "1"), Errors.INVALID_CONFIG);
        assertError(configured("a", "retention.ms", "abc"), Errors.INVALID_CONFIG);
        assertError(configured("a", "cleanup.policy", "burn"), Errors.INVALID_CONFIG);
        CreatableTopic withNull = topic("a", 1, 1);
        withNull.configs()
                .add(new CreatableTopicConfig().setName("retention.ms").setValue(null));
        assertError(withNull, Errors.INVALID_CONFIG);
        assertThat(cluster.metadata.image().topics()).isEmpty();
    }

    @Test
    void replicasCanBePlacedByHand() throws Exception {
        cluster.register(1, false, TestCluster.LISTENER);
        CreatableTopic topic = placed("a", Map.of(1, List.of(0, 1), 0, List.of(1, 0)));
        CreatableTopicResult result = create(7, topic);
        assertThat(result.numPartitions()).isEqualTo(2);
        assertThat(result.replicationFactor()).isEqualTo((short) 2);
        assertThat(cluster.metadata
                        .image()
                        .topic("a")
                        .orElseThrow()
                        .partitions()
                        .get(0)
                        .replicas())
                .containsExactly(1, 0);
    }

    @Test
    void aPlacementMustBePossible() throws Exception {
        cluster.register(1, false, TestCluster.LISTENER);
        assertError(placed("a", Map.of(1, List.of(0))), Errors.INVALID_REPLICA_ASSIGNMENT);
        assertError(placed("a", Map.of(0, List.of(9))), Errors.INVALID_REPLICA_ASSIGNMENT);
        assertError(placed("a", Map.of(0, List.of(0, 0))), Errors.INVALID_REPLICA_ASSIGNMENT);
        assertError(placed("a", Map.of(0, List.of())), Errors.INVALID_REPLICA_ASSIGNMENT);
        assertError(placed("a", Map.of(0, List.of(0), 1, List.of(0, 1))), Errors.INVALID_REPLICA_ASSIGNMENT);
        assertError(placed("a", Map.of(0, List.of(0))).setReplicationFactor((short) 1), Errors.INVALID_REQUEST);
        assertError(placed("a", Map.of(0, List.of(0))).setNumPartitions(1), Errors.INVALID_REQUEST);
    }

    private void assertError(CreatableTopic topic, Errors error) throws Exception {
        CreatableTopicResult result = create(7, topic);
        assertThat(Errors.forCode(result.errorCode())).isEqualTo(error);
        assertThat(result.errorMessage()).isNotBlank();
        assertThat(result.topicId()).isEqualTo(Uuid.ZERO_UUID);
        assertThat(result.numPartitions()).isEqualTo(-1);
        assertThat(result.configs()).isEmpty();
    }

    private static CreatableTopicConfigs config(CreatableTopicResult result, String name) {
        return result.configs().stream()
                .filter(config -> config.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private CreatableTopicResult create(int version, CreatableTopic topic) throws Exception {
        return single(version, request(topic));
    }

    private CreatableTopicResult single(int version, CreateTopicsRequestData request) throws Exception {
        return ask(version, request).topics().iterator().next();
    }

    private CreateTopicsResponseData ask(int version, CreateTopicsRequestData request) throws Exception {
        EffectiveConfig effective = new EffectiveConfig(0, StaticConfig.EMPTY);
        CreateTopicsHandler handler = new CreateTopicsHandler(
                cluster.metadata, TestCluster.DEFAULTS, effective, new ConfigAlterations(effective));
        return TestCluster.ask(handler, version, request.setTimeoutMs(10_000), CreateTopicsResponseData.class);
    }

    private static CreateTopicsRequestData request(CreatableTopic topic) {
        CreateTopicsRequestData request = new CreateTopicsRequestData();
        request.topics().add(topic);
        return request;
    }

    private static CreatableTopic topic(String name, int partitions, int replicas) {
        return new CreatableTopic().setName(name).setNumPartitions(partitions).setReplicationFactor((short) replicas);
    }

    private static CreatableTopic configured(String name, String key, String value) {
        CreatableTopic topic = topic(name, 1, 1);
        topic.configs().add(new CreatableTopicConfig().setName(key).setValue(value));
        return topic;
    }

    private static CreatableTopic placed(String name, Map<Integer, List<Integer>> replicas) {
        CreatableTopic topic = topic(name, -1, -1);
        replicas.forEach((partition, brokers) -> topic.assignments()
                .add(new CreatableReplicaAssignment()
                        .setPartitionIndex(partition)
                        .setBrokerIds(brokers)));
        return topic;
    }
}
