package io.millrace.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.metadata.ClusterImage;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsAssignment;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreatePartitionsResponseData;
import org.apache.kafka.common.message.CreatePartitionsResponseData.CreatePartitionsTopicResult;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsResponseData.DeletableTopicResult;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DeleteTopics and CreatePartitions. */
class TopicHandlersTest {
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
    void aTopicIsDeletedByNameInEveryVersionBefore6() throws Exception {
        for (int version = 1; version < 6; version++) {
            cluster.create("a", 1);
            DeleteTopicsResponseData response =
                    delete(version, new DeleteTopicsRequestData().setTopicNames(List.of("a", "nope")));
            assertThat(response.responses().find("a").errorCode()).isZero();
            assertThat(response.responses().find("nope").errorCode())
                    .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
            assertThat(cluster.metadata.image().topic("a")).isEmpty();
        }
    }

    @Test
    void aTopicIsDeletedByIdInVersion6() throws Exception {
        Uuid id = cluster.create("a", 1);
        DeletableTopicResult result = deleteState(null, id);
        assertThat(result.errorCode()).isZero();
        assertThat(result.name()).isEqualTo("a");
        assertThat(deleteState(null, id).errorCode()).isEqualTo(Errors.UNKNOWN_TOPIC_ID.code());
    }

    @Test
    void aTopicMustBeNamedByOneOfNameAndId() throws Exception {
        Uuid id = cluster.create("a", 1);
        assertThat(deleteState("a", id).errorCode()).isEqualTo(Errors.INVALID_REQUEST.code());
        assertThat(deleteState(null, Uuid.ZERO_UUID).errorCode()).isEqualTo(Errors.INVALID_REQUEST.code());
        assertThat(cluster.metadata.image().topic("a")).isPresent();
    }

    @Test
    void aTopicNamedTwiceIsNotDeletedNotEvenOnceByNameAndOnceById() throws Exception {
        Uuid id = cluster.create("a", 1);
        DeleteTopicsResponseData response = delete(
                6,
                new DeleteTopicsRequestData()
                        .setTopics(
                                List.of(new DeleteTopicState().setName("a"), new DeleteTopicState().setTopicId(id))));
        assertThat(response.responses())
                .singleElement()
                .satisfies(result -> assertThat(result.errorCode()).isEqualTo(Errors.INVALID_REQUEST.code()));
        assertThat(cluster.metadata.image().topic("a")).isPresent();
    }

    @Test
    void deletionCanBeSwitchedOff() throws Exception {
        cluster.create("a", 1);
        DeleteTopicsHandler handler = new DeleteTopicsHandler(cluster.metadata, false);
        DeleteTopicsRequestData request = new DeleteTopicsRequestData().setTopicNames(List.of("a"));
        assertThat(TestCluster.ask(handler, 3, request, DeleteTopicsResponseData.class)
                        .responses()
                        .find("a")
                        .errorCode())
                .isEqualTo(Errors.TOPIC_DELETION_DISABLED.code());
        assertThat(TestCluster.ask(handler, 2, request, DeleteTopicsResponseData.class)
                        .responses()
                        .find("a")
                        .errorCode())
                .isEqualTo(Errors.INVALID_REQUEST.code());
        assertThat(cluster.metadata.image().topic("a")).isPresent();
    }

    @Test
    void partitionsAreAddedInEveryVersion() throws Exception {
        cluster.create("a", 1);
        for (int version = 0; version <= 3; version++) {
            assertThat(extend(version, topic("a", version + 2)).errorCode()).isZero();
            assertThat(partitions("a")).isEqualTo(version + 2);
        }
    }

    @Test
    void validateOnlyChangesNothing() throws Exception {
        cluster.create("a", 1);
        ClusterImage before = cluster.metadata.image();
        CreatePartitionsRequestData request = request(topic("a", 3)).setValidateOnly(true);
        assertThat(extend(3, request).results())
                .extracting(CreatePartitionsTopicResult::errorCode)
                .containsExactly((short) 0);
        assertThat(cluster.metadata.image()).isSameAs(before);
    }

    @Test
    void partitionsCannotBecomeFewer() throws Exception {
        cluster.create("a", 2);
        assertThat(extend(3, topic("a", 2)).errorCode()).isEqualTo(Errors.INVALID_PARTITIONS.code());
        assertThat(extend(3, topic("a", 1)).errorCode()).isEqualTo(Errors.INVALID_PARTITIONS.code());
        assertThat(extend(3, topic("a", -1)).errorCode()).isEqualTo(Errors.INVALID_PARTITIONS.code());
    }

    @Test
    void anAssignmentMustFit() throws Exception {
        cluster.create("a", 2);
        assertThat(extend(3, topic("a", 4, List.of(0))).errorCode())
                .isEqualTo(Errors.INVALID_REPLICA_ASSIGNMENT.code());
        assertThat(extend(3, topic("a", 3, List.of(9))).errorCode())
                .isEqualTo(Errors.INVALID_REPLICA_ASSIGNMENT.code());
        assertThat(extend(3, topic("a", 3, List.of())).errorCode()).isEqualTo(Errors.INVALID_REPLICA_ASSIGNMENT.code());
        assertThat(extend(3, topic("a", 3, List.of(0, 0))).errorCode())
                .isEqualTo(Errors.INVALID_REPLICA_ASSIGNMENT.code());
        assertThat(extend(3, topic("a", 3, List.of(0))).errorCode()).isZero();
    }

    @Test
    void whatIsNotThereOrNamedTwiceOrTooMuchIsRefused() throws Exception {
        cluster.create("a", 1);
        assertThat(extend(3, topic("nope", 2)).errorCode()).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
        assertThat(extend(3, topic("a", 20_000)).errorCode()).isEqualTo(Errors.POLICY_VIOLATION.code());
        CreatePartitionsRequestData twice = new CreatePartitionsRequestData();
        twice.topics().add(topic("a", 3));
        twice.topics().add(topic("a", 4));
        assertThat(extend(3, twice).results())
                .extracting(CreatePartitionsTopicResult::errorCode)
                .containsExactly(Errors.INVALID_REQUEST.code());
        assertThat(partitions("a")).isEqualTo(1);
    }

    private int partitions(String topic) {
        return cluster.metadata.image().topic(topic).orElseThrow().partitions().size();
    }

    private static CreatePartitionsTopic topic(String name, int count) {
        return new CreatePartitionsTopic().setName(name).setCount(count).setAssignments(null);
    }

    /** One new partition, on these brokers. */
    private static CreatePartitionsTopic topic(String name, int count, List<Integer> brokers) {
        return topic(name, count).setAssignments(List.of(new CreatePartitionsAssignment().setBrokerIds(brokers)));
    }

    private static CreatePartitionsRequestData request(CreatePartitionsTopic topic) {
        CreatePartitionsRequestData request = new CreatePartitionsRequestData().setTimeoutMs(10_000);
        request.topics().mustAdd(topic);
        return request;
    }

    private CreatePartitionsTopicResult extend(int version, CreatePartitionsTopic topic) throws Exception {
        return extend(version, request(topic)).results().getFirst();
    }

    private CreatePartitionsResponseData extend(int version, CreatePartitionsRequestData request) throws Exception {
        CreatePartitionsHandler handler = new CreatePartitionsHandler(cluster.metadata, TestCluster.DEFAULTS);
        return TestCluster.ask(handler, version, request, CreatePartitionsResponseData.class);
    }

    private DeletableTopicResult deleteState(@Nullable String name, Uuid id) throws Exception {
        DeleteTopicState state = new DeleteTopicState().setName(name).setTopicId(id);
        return delete(6, new DeleteTopicsRequestData().setTopics(List.of(state)))
                .responses()
                .iterator()
                .next();
    }

    private DeleteTopicsResponseData delete(int version, DeleteTopicsRequestData request) throws Exception {
        DeleteTopicsHandler handler = new DeleteTopicsHandler(cluster.metadata, true);
        return TestCluster.ask(handler, version, request.setTimeoutMs(10_000), DeleteTopicsResponseData.class);
    }
}
