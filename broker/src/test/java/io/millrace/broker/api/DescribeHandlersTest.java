package io.millrace.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.replication.Replicas;
import io.millrace.replication.TopicSettings;
import io.millrace.storage.LogDirectories;
import io.millrace.storage.LogStore;
import io.millrace.storage.LogStoreConfig;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.message.DescribeClientQuotasRequestData;
import org.apache.kafka.common.message.DescribeClientQuotasRequestData.ComponentData;
import org.apache.kafka.common.message.DescribeClientQuotasResponseData;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.DescribeClusterResponseData.DescribeClusterBroker;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeLogDirsRequestData.DescribableLogDirTopic;
import org.apache.kafka.common.message.DescribeLogDirsResponseData;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsResult;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DescribeCluster, DescribeLogDirs, DescribeClientQuotas. */
class DescribeHandlersTest {
    private static final byte EXACT = 0;

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
    void theClusterIsDescribedInEveryVersion() throws Exception {
        for (int version = 0; version <= 2; version++) {
            DescribeClusterResponseData response =
                    cluster(version, new DescribeClusterRequestData().setIncludeClusterAuthorizedOperations(true));
            assertThat(response.clusterId()).isEqualTo(cluster.clusterId.toString());
            assertThat(response.controllerId()).isZero();
            assertThat(response.brokers().find(0).port()).isEqualTo(9092);
            assertThat(response.clusterAuthorizedOperations()).isEqualTo(8096);
        }
    }

    @Test
    void fencedBrokersAreShownToWhoAsksForThem() throws Exception {
        cluster.register(1, true, TestCluster.LISTENER);
        assertThat(cluster(2, new DescribeClusterRequestData()).brokers())
                .extracting(DescribeClusterBroker::brokerId)
                .containsExactly(0);
        DescribeClusterResponseData all = cluster(2, new DescribeClusterRequestData().setIncludeFencedBrokers(true));
        assertThat(all.brokers().find(1).isFenced()).isTrue();
        assertThat(all.brokers().find(0).isFenced()).isFalse();
    }

    @Test
    void controllersHaveNoEndpointHere() throws Exception {
        assertThat(cluster(1, new DescribeClusterRequestData().setEndpointType((byte) 2))
                        .errorCode())
                .isEqualTo(Errors.MISMATCHED_ENDPOINT_TYPE.code());
        assertThat(cluster(1, new DescribeClusterRequestData().setEndpointType((byte) 7))
                        .errorCode())
                .isEqualTo(Errors.UNSUPPORTED_ENDPOINT_TYPE.code());
    }

    @Test
    void partitionsWithoutFilesAreShownEmpty(@TempDir Path data) throws Exception {
        cluster.create("a", 2);
        try (LogStore logs = LogDirectories.open(LogStoreConfig.of(data))) {
            DescribeLogDirsResult all = logDirs(logs, new DescribeLogDirsRequestData().setTopics(null));
            assertThat(all.errorCode()).isZero();
            assertThat(all.logDir()).isEqualTo(data.toAbsolutePath().toString());
            assertThat(all.totalBytes()).isPositive();
            assertThat(all.topics()).singleElement().satisfies(topic -> {
                assertThat(topic.name()).isEqualTo("a");
                assertThat(topic.partitions()).hasSize(2).allMatch(partition -> partition.partitionSize() == 0);
            });
        }
    }

    @Test
    void onlyWhatIsAskedForAndExistsIsShown(@TempDir Path data) throws Exception {
        cluster.create("a", 2);
        try (LogStore logs = LogDirectories.open(LogStoreConfig.of(data))) {
            DescribeLogDirsRequestData request = new DescribeLogDirsRequestData();
            assertThat(logDirs(logs, request).topics()).isEmpty();
            request.topics().add(new DescribableLogDirTopic().setTopic("a").setPartitions(List.of(1, 77)));
            request.topics().add(new DescribableLogDirTopic().setTopic("nope").setPartitions(List.of(0)));
            assertThat(logDirs(logs, request).topics())
                    .singleElement()
                    .satisfies(topic -> assertThat(topic.partitions())
                            .singleElement()
                            .satisfies(partition ->
                                    assertThat(partition.partitionIndex()).isEqualTo(1)));
        }
    }

    @Test
    void thereAreNoQuotas() throws Exception {
        for (int version = 0; version <= 1; version++) {
            DescribeClientQuotasResponseData response = quotas(version, "user");
            assertThat(response.errorCode()).isZero();
            assertThat(response.entries()).isEmpty();
        }
    }

    @Test
    void aFilterThatCannotBeIsRefused() throws Exception {
        assertThat(quotas(1, "planet").errorCode()).isEqualTo(Errors.UNSUPPORTED_VERSION.code());
        assertThat(quotas(1, "").errorCode()).isEqualTo(Errors.INVALID_REQUEST.code());
        assertThat(quotas(1, "user", "user").errorCode()).isEqualTo(Errors.INVALID_REQUEST.code());
        assertThat(quotas(1, "ip", "user").errorCode()).isEqualTo(Errors.INVALID_REQUEST.code());
        assertThat(quotas(1, "user", "client-id").errorCode()).isZero();
    }

    private DescribeClusterResponseData cluster(int version, DescribeClusterRequestData request) throws Exception {
        return TestCluster.ask(
                new DescribeClusterHandler(cluster.metadata), version, request, DescribeClusterResponseData.class);
    }

    private DescribeLogDirsResult logDirs(LogStore logs, DescribeLogDirsRequestData request) throws Exception {
        Replicas replicas = new Replicas(0, logs, (image, topic) -> TopicSettings.DEFAULTS);
        DescribeLogDirsHandler handler = new DescribeLogDirsHandler(0, cluster.metadata, logs, replicas);
        return TestCluster.ask(handler, 5, request, DescribeLogDirsResponseData.class)
                .results()
                .getFirst();
    }

    private static DescribeClientQuotasResponseData quotas(int version, String... entityTypes) throws Exception {
        DescribeClientQuotasRequestData request = new DescribeClientQuotasRequestData()
                .setComponents(List.of(entityTypes).stream()
                        .map(type -> new ComponentData()
                                .setEntityType(type)
                                .setMatchType(EXACT)
                                .setMatch("x"))
                        .toList());
        return TestCluster.ask(
                new DescribeClientQuotasHandler(), version, request, DescribeClientQuotasResponseData.class);
    }
}
