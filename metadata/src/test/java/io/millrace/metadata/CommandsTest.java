package io.millrace.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.metadata.MetadataCommand.AllocateProducerIds;
import io.millrace.metadata.MetadataCommand.ChangeConfigs;
import io.millrace.metadata.MetadataCommand.ConfigChange;
import io.millrace.metadata.MetadataCommand.CreatePartitions;
import io.millrace.metadata.MetadataCommand.CreateTopic;
import io.millrace.metadata.MetadataCommand.DeleteTopic;
import io.millrace.metadata.MetadataCommand.FoundCluster;
import io.millrace.metadata.MetadataCommand.RegisterBroker;
import io.millrace.metadata.MetadataLog.Applied;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {
    private static final Uuid CLUSTER = new Uuid(1, 1);
    private static final Uuid TOPIC = new Uuid(2, 2);
    private static final ConfigResource TOPIC_CONFIG = new ConfigResource(ConfigResource.Type.TOPIC, "t");

    private final ClusterImage founded = applied(ClusterImage.EMPTY, new FoundCluster(CLUSTER, 1));
    private final ClusterImage oneBroker = applied(founded, new RegisterBroker(RandomCommands.broker(0, null, false)));
    private final ClusterImage twoBrokers =
            applied(oneBroker, new RegisterBroker(RandomCommands.broker(1, null, false)));

    private static ClusterImage applied(ClusterImage image, MetadataCommand command) {
        Applied applied = Commands.apply(image, command);
        assertThat(applied.result()).isNotInstanceOf(CommandResult.Refused.class);
        assertThat(applied.image().version()).isEqualTo(image.version() + 1);
        return applied.image();
    }

    private static void refused(ClusterImage image, MetadataCommand command, Errors error) {
        Applied applied = Commands.apply(image, command);
        assertThat(applied.image()).isSameAs(image);
        assertThat(applied.result())
                .isInstanceOfSatisfying(
                        CommandResult.Refused.class,
                        refused -> assertThat(refused.error()).isEqualTo(error));
    }

    private static CreateTopic topic(String name, List<List<Integer>> assignment) {
        return new CreateTopic(name, TOPIC, assignment, Map.of());
    }

    @Test
    void aClusterIsFoundedOnce() {
        assertThat(founded.clusterId()).isEqualTo(CLUSTER);
        assertThat(founded.featureLevel()).isEqualTo(1);
        refused(founded, new FoundCluster(new Uuid(3, 3), 1), Errors.INVALID_REQUEST);
    }

    @Test
    void aFeatureLevelThatIsNotKnownIsRefused() {
        refused(ClusterImage.EMPTY, new FoundCluster(CLUSTER, 2), Errors.UNSUPPORTED_VERSION);
    }

    @Test
    void aBrokerGetsTheImageVersionAsItsEpoch() {
        assertThat(oneBroker.brokers().values())
                .extracting(BrokerRegistration::epoch)
                .containsExactly(oneBroker.version());
        refused(founded, new RegisterBroker(RandomCommands.broker(-1, null, false)), Errors.INVALID_REQUEST);
    }

    @Test
    void aNewTopicIsLedByItsFirstReplica() {
        ClusterImage image = applied(
                twoBrokers, new CreateTopic("t", TOPIC, List.of(List.of(1, 0), List.of(0, 1)), Map.of("a", "b")));
        assertThat(image.topic("t")).contains(image.topic(TOPIC).orElseThrow());
        assertThat(image.topic("t").orElseThrow().partitions())
                .containsExactly(
                        new PartitionImage(List.of(1, 0), List.of(1, 0), 1, 0, 0),
                        new PartitionImage(List.of(0, 1), List.of(0, 1), 0, 0, 0));
        assertThat(image.configs(TOPIC_CONFIG)).isEqualTo(Map.of("a", "b"));
    }

    @Test
    void aFencedReplicaIsNeitherInSyncNorLeader() {
        ClusterImage fenced = applied(oneBroker, new RegisterBroker(RandomCommands.broker(1, null, true)));
        ClusterImage image = applied(fenced, topic("t", List.of(List.of(1, 0))));
        assertThat(image.topic("t").orElseThrow().partitions())
                .containsExactly(new PartitionImage(List.of(1, 0), List.of(0), 0, 0, 0));
        refused(fenced, topic("t", List.of(List.of(1))), Errors.INVALID_REPLICA_ASSIGNMENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "a b", "a/b", "ä", "a\n"})
    void aTopicNameThatKafkaRefusesIsRefused(String name) {
        refused(oneBroker, topic(name, List.of(List.of(0))), Errors.INVALID_TOPIC_EXCEPTION);
    }

    @Test
    void aTopicNameHasAtMost249Characters() {
        applied(oneBroker, topic("x".repeat(249), List.of(List.of(0))));
        refused(oneBroker, topic("x".repeat(250), List.of(List.of(0))), Errors.INVALID_TOPIC_EXCEPTION);
    }

    @ParameterizedTest
    @CsvSource({"a.b,a_b", "a_b,a.b", "a.b_c,a_b.c", "a.b.c.d.e.f.g.h,a.b.c_d.e.f.g_h"})
    void namesThatWouldBeOneInMetricsCollide(String first, String second) {
        ClusterImage image = applied(oneBroker, topic(first, List.of(List.of(0))));
        refused(
                image,
                new CreateTopic(second, new Uuid(9, 9), List.of(List.of(0)), Map.of()),
                Errors.INVALID_TOPIC_EXCEPTION);
    }

    @ParameterizedTest
    @CsvSource({"a.b,a-b", "a.b,a.b.", "a.b.c.d.e.f.g.h,a.b.c.d.e.f.g.i"})
    void otherNamesDoNotCollide(String first, String second) {
        ClusterImage image = applied(oneBroker, topic(first, List.of(List.of(0))));
        applied(image, new CreateTopic(second, new Uuid(9, 9), List.of(List.of(0)), Map.of()));
    }

    @Test
    void aTopicExistsOnce() {
        ClusterImage image = applied(oneBroker, topic("t", List.of(List.of(0))));
        refused(
                image,
                new CreateTopic("t", new Uuid(9, 9), List.of(List.of(0)), Map.of()),
                Errors.TOPIC_ALREADY_EXISTS);
        refused(image, topic("u", List.of(List.of(0))), Errors.INVALID_REQUEST);
        refused(image, new CreateTopic("u", Uuid.ZERO_UUID, List.of(List.of(0)), Map.of()), Errors.INVALID_REQUEST);
    }

    @Test
    void anAssignmentThatCannotBeIsRefused() {
        refused(oneBroker, topic("t", List.of()), Errors.INVALID_PARTITIONS);
        refused(oneBroker, topic("t", List.of(List.of())), Errors.INVALID_REPLICA_ASSIGNMENT);
        refused(oneBroker, topic("t", List.of(List.of(5))), Errors.INVALID_REPLICA_ASSIGNMENT);
        refused(oneBroker, topic("t", List.of(List.of(0, 0))), Errors.INVALID_REPLICA_ASSIGNMENT);
        refused(twoBrokers, topic("t", List.of(List.of(0), List.of(0, 1))), Errors.INVALID_REPLICA_ASSIGNMENT);
        refused(oneBroker, topic("t", Collections.nCopies(10_001, List.of(0))), Errors.POLICY_VIOLATION);
    }

    @Test
    void partitionsAreAddedBehindThePresentOnes() {
        ClusterImage before = applied(oneBroker, topic("t", List.of(List.of(0))));
        ClusterImage after = applied(before, new CreatePartitions(TOPIC, 1, List.of(List.of(0), List.of(0))));
        assertThat(after.topic("t").orElseThrow().partitions()).hasSize(3);
        refused(after, new CreatePartitions(TOPIC, 1, List.of(List.of(0))), Errors.INVALID_PARTITIONS);
        refused(after, new CreatePartitions(TOPIC, 3, List.of()), Errors.INVALID_PARTITIONS);
        refused(after, new CreatePartitions(TOPIC, 3, List.of(List.of(4))), Errors.INVALID_REPLICA_ASSIGNMENT);
        refused(after, new CreatePartitions(new Uuid(8, 8), 1, List.of(List.of(0))), Errors.UNKNOWN_TOPIC_ID);
    }

    @Test
    void aDeletedTopicTakesItsConfigurationAlong() {
        ClusterImage before = applied(oneBroker, new CreateTopic("t", TOPIC, List.of(List.of(0)), Map.of("a", "b")));
        ClusterImage after = applied(before, new DeleteTopic(TOPIC));
        assertThat(after.topics()).isEmpty();
        assertThat(after.topicNames()).isEmpty();
        assertThat(after.configs()).isEmpty();
        refused(after, new DeleteTopic(TOPIC), Errors.UNKNOWN_TOPIC_ID);
    }

    @Test
    void aRestartedLeaderLeadsUnderANewEpoch() {
        ClusterImage before = applied(twoBrokers, topic("t", List.of(List.of(0, 1), List.of(1, 0))));
        ClusterImage after = applied(before, new RegisterBroker(RandomCommands.broker(0, null, false)));
        assertThat(after.topic("t").orElseThrow().partitions())
                .containsExactly(
                        new PartitionImage(List.of(0, 1), List.of(0, 1), 0, 1, 1),
                        new PartitionImage(List.of(1, 0), List.of(1, 0), 1, 0, 0));
    }

    @Test
    void aFencedLeaderHandsOverAndTakesBackWhatNobodyLeads() {
        ClusterImage before = applied(twoBrokers, topic("t", List.of(List.of(0, 1))));
        ClusterImage oneFenced = applied(before, new RegisterBroker(RandomCommands.broker(0, null, true)));
        ClusterImage bothFenced = applied(oneFenced, new RegisterBroker(RandomCommands.broker(1, null, true)));
        ClusterImage back = applied(bothFenced, new RegisterBroker(RandomCommands.broker(0, null, false)));
        assertThat(List.of(leader(oneFenced), leader(bothFenced), leader(back)))
                .containsExactly(1, PartitionImage.NO_LEADER, 0);
        assertThat(back.topic("t").orElseThrow().partitions().getFirst().leaderEpoch())
                .isEqualTo(3);
    }

    private static int leader(ClusterImage image) {
        return image.topic("t").orElseThrow().partitions().getFirst().leader();
    }

    @Test
    void configurationOfSeveralResourcesChangesTogetherOrNotAtAll() {
        ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, "");
        ClusterImage before = applied(oneBroker, new CreateTopic("t", TOPIC, List.of(List.of(0)), Map.of("a", "b")));
        ClusterImage after = applied(
                before,
                new ChangeConfigs(List.of(
                        new ConfigChange(TOPIC_CONFIG, Map.of("c", "d"), List.of("a")),
                        new ConfigChange(broker, Map.of("x", "y"), List.of()))));
        assertThat(after.configs(TOPIC_CONFIG)).isEqualTo(Map.of("c", "d"));
        assertThat(after.configs(broker)).isEqualTo(Map.of("x", "y"));
        refused(
                before,
                new ChangeConfigs(List.of(
                        new ConfigChange(broker, Map.of("x", "y"), List.of()),
                        new ConfigChange(
                                new ConfigResource(ConfigResource.Type.TOPIC, "none"), Map.of("x", "y"), List.of()))),
                Errors.UNKNOWN_TOPIC_OR_PARTITION);
    }

    @Test
    void aResourceWithoutValuesIsForgotten() {
        ClusterImage before = applied(oneBroker, new CreateTopic("t", TOPIC, List.of(List.of(0)), Map.of("a", "b")));
        ClusterImage after =
                applied(before, new ChangeConfigs(List.of(new ConfigChange(TOPIC_CONFIG, Map.of(), List.of("a")))));
        assertThat(after.configs()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"BROKER,x", "BROKER,-1", "GROUP,''", "CLIENT_METRICS,''", "BROKER_LOGGER,0", "UNKNOWN,0"})
    void configurationOfWhatHasNoneIsRefused(ConfigResource.Type type, String name) {
        ConfigChange change = new ConfigChange(new ConfigResource(type, name), Map.of("a", "b"), List.of());
        refused(oneBroker, new ChangeConfigs(List.of(change)), Errors.INVALID_REQUEST);
    }

    @Test
    void producerIdsAreGivenOutOnce() {
        Applied first = Commands.apply(oneBroker, new AllocateProducerIds(0, 1000));
        Applied second = Commands.apply(first.image(), new AllocateProducerIds(0, 500));
        assertThat(first.result()).isEqualTo(new CommandResult.ProducerIds(0, 1000));
        assertThat(second.result()).isEqualTo(new CommandResult.ProducerIds(1000, 500));
        refused(oneBroker, new AllocateProducerIds(3, 1000), Errors.BROKER_ID_NOT_REGISTERED);
        refused(oneBroker, new AllocateProducerIds(0, 0), Errors.INVALID_REQUEST);
        refused(oneBroker, new AllocateProducerIds(0, -1), Errors.INVALID_REQUEST);
        refused(oneBroker, new AllocateProducerIds(0, (1 << 20) + 1), Errors.INVALID_REQUEST);
    }
}
