package io.millrace.broker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.topics.AutoTopics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponsePartition;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetadataHandlerTest {
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
    void anEmptyListMeansAllTopicsInVersion0AndNoneLater() throws Exception {
        cluster.create("a", 1);
        assertThat(ask(0, request(List.of())).topics()).hasSize(1);
        assertThat(ask(1, request(List.of())).topics()).isEmpty();
        assertThat(ask(1, request(null)).topics()).hasSize(1);
    }

    @Test
    void namesTheClusterItsBrokersAndAController() throws Exception {
        MetadataResponseData response = ask(13, request(List.of()));
        assertThat(response.clusterId()).isEqualTo(cluster.clusterId.toString());
        assertThat(response.controllerId()).isZero();
        assertThat(response.brokers().find(0).host()).isEqualTo("localhost");
        assertThat(response.brokers().find(0).port()).isEqualTo(9092);
        assertThat(response.brokers().find(0).rack()).isEqualTo("rack0");
    }

    @Test
    void describesATopicsPartitions() throws Exception {
        Uuid id = cluster.create("a", 3);
        MetadataResponseTopic topic = topic(ask(12, named("a")), "a");
        assertThat(topic.topicId()).isEqualTo(id);
        assertThat(topic.isInternal()).isFalse();
        assertThat(topic.partitions())
                .extracting(MetadataResponsePartition::partitionIndex)
                .containsExactly(0, 1, 2);
        assertThat(topic.partitions()).allSatisfy(partition -> {
            assertThat(partition.leaderId()).isZero();
            assertThat(partition.leaderEpoch()).isZero();
            assertThat(partition.replicaNodes()).containsExactly(0);
            assertThat(partition.isrNodes()).containsExactly(0);
            assertThat(partition.offlineReplicas()).isEmpty();
        });
    }

    @Test
    void authorizedOperationsAreThereWhenAskedFor() throws Exception {
        cluster.create("a", 1);
        MetadataRequestData asking =
                named("a").setIncludeTopicAuthorizedOperations(true).setIncludeClusterAuthorizedOperations(true);
        MetadataResponseData response = ask(8, asking);
        assertThat(response.clusterAuthorizedOperations()).isEqualTo(8096);
        assertThat(topic(response, "a").topicAuthorizedOperations()).isEqualTo(3576);
        assertThat(topic(ask(8, named("a")), "a").topicAuthorizedOperations()).isEqualTo(Integer.MIN_VALUE);
    }

    @Test
    void anUnknownTopicIsCreatedBehindTheAnswer() throws Exception {
        MetadataResponseTopic first = topic(ask(9, named("new")), "new");
        assertThat(first.errorCode()).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
        await().untilAsserted(() ->
                assertThat(topic(ask(9, named("new")), "new").partitions()).hasSize(2));
    }

    @Test
    void nothingIsCreatedUnlessBothClientAndBrokerWantIt() throws Exception {
        ask(9, named("unwanted").setAllowAutoTopicCreation(false));
        TestCluster.ask(handler(false), 9, named("unwanted"), MetadataResponseData.class);
        cluster.create("behind-it", 1);
        assertThat(cluster.metadata.image().topic("unwanted")).isEmpty();
    }

    @Test
    void anInvalidNameIsSaidToBeOneAndNotCreated() throws Exception {
        assertThat(topic(ask(9, named("no spaces")), "no spaces").errorCode())
                .isEqualTo(Errors.INVALID_TOPIC_EXCEPTION.code());
    }

    @Test
    void aTopicAskedForTwiceIsAnsweredOnce() throws Exception {
        cluster.create("a", 1);
        assertThat(ask(9, named("a", "a")).topics()).hasSize(1);
    }

    @Test
    void topicsCanBeAskedForByIdFromVersion12() throws Exception {
        Uuid id = cluster.create("a", 1);
        Uuid unknown = Uuid.randomUuid();
        MetadataResponseData response = ask(12, byId(id, unknown));
        assertThat(topic(response, "a").topicId()).isEqualTo(id);
        assertThat(response.topics()).anySatisfy(topic -> {
            assertThat(topic.topicId()).isEqualTo(unknown);
            assertThat(topic.name()).isNull();
            assertThat(topic.errorCode()).isEqualTo(Errors.UNKNOWN_TOPIC_ID.code());
        });
    }

    @Test
    void topicIdsAreRefusedInVersionsThatHaveTheFieldOnly() {
        assertThatThrownBy(() -> ask(10, byId(Uuid.randomUuid()))).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> ask(11, byId(Uuid.randomUuid()))).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void aPartitionWithoutReachableLeaderSaysWhy() throws Exception {
        cluster.register(1, false, "OTHER");
        cluster.register(2, false, TestCluster.LISTENER);
        cluster.create("elsewhere", List.of(List.of(1, 2)), Map.of());
        MetadataResponsePartition partition =
                topic(ask(6, named("elsewhere")), "elsewhere").partitions().getFirst();
        assertThat(partition.errorCode()).isEqualTo(Errors.LISTENER_NOT_FOUND.code());
        assertThat(partition.leaderId()).isEqualTo(-1);
        assertThat(partition.offlineReplicas()).containsExactly(1);
        assertThat(topic(ask(5, named("elsewhere")), "elsewhere")
                        .partitions()
                        .getFirst()
                        .errorCode())
                .isEqualTo(Errors.LEADER_NOT_AVAILABLE.code());
    }

    @Test
    void version0LeavesUnreachableReplicasOutAndSaysSo() throws Exception {
        cluster.register(1, false, TestCluster.LISTENER);
        cluster.create("both", List.of(List.of(0, 1)), Map.of());
        cluster.register(1, true, TestCluster.LISTENER);
        MetadataResponsePartition partition =
                topic(ask(0, named("both")), "both").partitions().getFirst();
        assertThat(partition.errorCode()).isEqualTo(Errors.REPLICA_NOT_AVAILABLE.code());
        assertThat(partition.replicaNodes()).containsExactly(0);
        assertThat(topic(ask(1, named("both")), "both").partitions().getFirst().replicaNodes())
                .containsExactly(0, 1);
    }

    private MetadataResponseData ask(int version, MetadataRequestData request) throws Exception {
        return TestCluster.ask(handler(true), version, request, MetadataResponseData.class);
    }

    private MetadataHandler handler(boolean autoCreate) {
        AutoTopics autoTopics = new AutoTopics(cluster.metadata, TestCluster.DEFAULTS);
        return new MetadataHandler(cluster.metadata, autoTopics, autoCreate);
    }

    private static MetadataResponseTopic topic(MetadataResponseData response, String name) {
        return response.topics().find(name);
    }

    private static MetadataRequestData request(@Nullable List<MetadataRequestTopic> topics) {
        return new MetadataRequestData().setTopics(topics);
    }

    private static MetadataRequestData named(String... names) {
        return request(List.of(names).stream()
                .map(name -> new MetadataRequestTopic().setName(name))
                .toList());
    }

    private static MetadataRequestData byId(Uuid... ids) {
        return request(List.of(ids).stream()
                .map(id -> new MetadataRequestTopic().setName(null).setTopicId(id))
                .toList());
    }
}
