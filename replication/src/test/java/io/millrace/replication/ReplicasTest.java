package io.millrace.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.PartitionImage;
import io.millrace.metadata.TopicImage;
import io.millrace.metadata.Touched;
import io.millrace.storage.LogConfig;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePVector;

class ReplicasTest {
    private static final int ME = 1;
    private static final Uuid A = new Uuid(1, 1);
    private static final Uuid B = new Uuid(2, 2);
    private static final PartitionImage MINE = new PartitionImage(List.of(1), List.of(1), ME, 0, 0);
    private static final PartitionImage THEIRS = new PartitionImage(List.of(2), List.of(2), 2, 0, 0);

    private final FakeLogStore store = new FakeLogStore();
    private final Replicas replicas = new Replicas(ME, store, ReplicasTest::settings);
    private ClusterImage image = ClusterImage.EMPTY;

    @Test
    void topicsAreFoundByNameAndId() {
        change(image("a", A, MINE, MINE));

        TopicReplicas topic = Objects.requireNonNull(replicas.topic("a"));
        assertThat(replicas.topic(A)).isSameAs(topic);
        assertThat(topic.partitionCount()).isEqualTo(2);
        assertThat(Objects.requireNonNull(topic.partition(1)).id()).isEqualTo(new TopicIdPartition(A, 1, "a"));
        assertThat(replicas.topic("b")).isNull();
        assertThat(replicas.topic(B)).isNull();
    }

    @Test
    void whatIsNotHereIsToldApart() {
        change(image("a", A, MINE, THEIRS));

        TopicReplicas topic = Objects.requireNonNull(replicas.topic("a"));
        assertThat(topic.partition(1)).isNull();
        assertThat(topic.missing(1)).isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER);
        assertThat(topic.partition(2)).isNull();
        assertThat(topic.missing(2)).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(topic.missing(-1)).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
    }

    @Test
    void newPartitionsJoinTheOldOnes() {
        change(image("a", A, MINE));
        Partition first = Objects.requireNonNull(replicas.partition("a", 0));
        change(image("a", A, MINE, MINE));

        assertThat(replicas.partition("a", 0)).isSameAs(first);
        assertThat(replicas.partition("a", 1)).isNotNull();
    }

    @Test
    void aNewLeaderEpochReachesThePartition() {
        change(image("a", A, MINE));
        change(image("a", A, new PartitionImage(List.of(1), List.of(1), ME, 7, 1)));

        assertThat(Objects.requireNonNull(replicas.partition("a", 0)).leaderEpoch())
                .isEqualTo(7);
    }

    @Test
    void deletedTopicsAreGoneWithTheirFiles() {
        change(image("a", A, MINE, THEIRS));
        change(with(HashTreePMap.empty(), image.configs()));

        assertThat(replicas.topic("a")).isNull();
        assertThat(replicas.topic(A)).isNull();
        assertThat(store.deleted).containsExactly(new TopicIdPartition(A, 0, "a"));
    }

    @Test
    void aTopicCreatedAnewIsAnotherTopic() {
        change(image("a", A, MINE));
        Partition before = Objects.requireNonNull(replicas.partition("a", 0));
        change(image("a", B, MINE));

        assertThat(replicas.partition("a", 0)).isNotSameAs(before);
        assertThat(replicas.topic(A)).isNull();
        assertThat(store.deleted).containsExactly(new TopicIdPartition(A, 0, "a"));
    }

    @Test
    void changedConfigurationsReachThePartitions() {
        change(image("a", A, MINE));
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, "a");
        PMap<String, String> two = HashTreePMap.<String, String>empty().plus("min.insync.replicas", "2");
        change(with(image.topics(), image.configs().plus(resource, two)));

        assertThat(Objects.requireNonNull(replicas.partition("a", 0)).settings().minInSyncReplicas())
                .isEqualTo(2);
    }

    @Test
    void changedConfigurationsOfTheBrokersReachAllPartitions() {
        change(image("a", A, MINE));
        ConfigResource brokers = new ConfigResource(ConfigResource.Type.BROKER, "");
        PMap<String, String> two = HashTreePMap.<String, String>empty().plus("min.insync.replicas", "2");
        change(with(image.topics(), image.configs().plus(brokers, two)));

        assertThat(Objects.requireNonNull(replicas.partition("a", 0)).settings().minInSyncReplicas())
                .isEqualTo(2);
    }

    @Test
    void filesOfTopicsThatAreGoneAreDeletedAtStartUp() {
        TopicIdPartition stray = new TopicIdPartition(B, 3, "b");
        store.stored.add(stray);
        store.stored.add(new TopicIdPartition(A, 0, "a"));

        assertThat(replicas.deleteStrays(image("a", A, MINE))).isDone();
        assertThat(store.deleted).containsExactly(stray);
    }

    private void change(ClusterImage next) {
        replicas.changed(image, next, Touched.between(image, next));
        image = next;
    }

    private ClusterImage image(String topic, Uuid id, PartitionImage... partitions) {
        TopicImage added = new TopicImage(topic, id, TreePVector.from(List.of(partitions)));
        return with(HashTreePMap.<String, TopicImage>empty().plus(topic, added), image.configs());
    }

    private static ClusterImage with(
            PMap<String, TopicImage> topics, PMap<ConfigResource, PMap<String, String>> configs) {
        PMap<Uuid, String> names = HashTreePMap.empty();
        for (TopicImage topic : topics.values()) {
            names = names.plus(topic.id(), topic.name());
        }
        return new ClusterImage(1, A, 1, HashTreePMap.empty(), topics, names, configs, 0);
    }

    private static TopicSettings settings(ClusterImage image, String topic) {
        String min = image.configs(new ConfigResource(ConfigResource.Type.TOPIC, topic))
                .plusAll(image.configs(new ConfigResource(ConfigResource.Type.BROKER, "")))
                .getOrDefault("min.insync.replicas", "1");
        return new TopicSettings(
                LogConfig.DEFAULTS,
                Integer.parseInt(min),
                Long.MAX_VALUE,
                0,
                null,
                0,
                TopicSettings.ANY_DECOMPRESSED_BYTES);
    }
}
