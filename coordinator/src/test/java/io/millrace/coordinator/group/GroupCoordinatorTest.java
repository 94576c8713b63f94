package io.millrace.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.coordinator.SimulatedLog.Behaviour;
import io.millrace.coordinator.SimulatedWorld;
import io.millrace.coordinator.group.GroupCoordinator.GroupClient;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocolCollection;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopicCollection;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;

/** What the transcripts cannot say well: several shards, topic ids, sizes, subscriptions, time. */
class GroupCoordinatorTest {
    private static final GroupClient CLIENT = new GroupClient((short) 3, "client", "/127.0.0.1");
    private static final int SHARDS = 4;
    private static final GroupConfig CONFIG =
            new GroupConfig(SHARDS, 6_000, 60_000, 0, 100, 100, 3_600_000, 600_000, 4_000, 10, 1_000);

    private final SimulatedWorld world = new SimulatedWorld();
    private final GroupCoordinator coordinator =
            Groups.coordinator(CONFIG, world.ports(), () -> UUID.randomUUID().toString());

    private void lead() {
        IntStream.range(0, SHARDS).forEach(shard -> coordinator.onElection(shard, 1));
        world.settle();
    }

    private <T> T await(CompletableFuture<T> reply) {
        world.advance(0);
        assertThat(reply).isDone();
        return reply.join();
    }

    private CompletableFuture<OffsetCommitResponseData> commit(String group, Uuid id, String topic, int partitions) {
        OffsetCommitRequestTopic of =
                new OffsetCommitRequestTopic().setName(topic).setTopicId(id);
        IntStream.range(0, partitions)
                .forEach(partition -> of.partitions()
                        .add(new OffsetCommitRequestPartition()
                                .setPartitionIndex(partition)
                                .setCommittedOffset(100 + partition)
                                .setCommittedMetadata("m")));
        return coordinator.commitOffsets(
                CLIENT,
                new OffsetCommitRequestData()
                        .setGroupId(group)
                        .setGenerationIdOrMemberEpoch(-1)
                        .setTopics(List.of(of)));
    }

    private static short error(OffsetCommitResponseData reply) {
        return reply.topics().getFirst().partitions().getFirst().errorCode();
    }

    private OffsetFetchResponseGroup fetch(String group, Uuid id, String topic) {
        return await(coordinator.fetchOffsets(
                CLIENT,
                new OffsetFetchRequestGroup()
                        .setGroupId(group)
                        .setTopics(List.of(new OffsetFetchRequestTopics()
                                .setName(topic)
                                .setTopicId(id)
                                .setPartitionIndexes(List.of(0)))),
                true));
    }

    private JoinGroupResponseData join(String group, byte[] metadata) {
        JoinGroupRequestProtocolCollection protocols = new JoinGroupRequestProtocolCollection();
        protocols.add(new JoinGroupRequestProtocol().setName("range").setMetadata(metadata));
        return await(coordinator.joinGroup(
                CLIENT,
                new JoinGroupRequestData()
                        .setGroupId(group)
                        .setSessionTimeoutMs(10_000)
                        .setRebalanceTimeoutMs(10_000)
                        .setProtocolType("consumer")
                        .setProtocols(protocols)));
    }

    private SyncGroupResponseData sync(String group, JoinGroupResponseData joined, byte[] assignment) {
        return await(coordinator.syncGroup(
                CLIENT,
                new SyncGroupRequestData()
                        .setGroupId(group)
                        .setMemberId(joined.memberId())
                        .setGenerationId(joined.generationId())
                        .setAssignments(List.of(new SyncGroupRequestAssignment()
                                .setMemberId(joined.memberId())
                                .setAssignment(assignment)))));
    }

    private static byte[] subscription(String... topics) {
        return Utils.toArray(ConsumerProtocol.serializeSubscription(new Subscription(List.of(topics))));
    }

    @Test
    void groupsAreWhereKafkaPutsThem() {
        for (String group : List.of("", "a", "some-group", "polygenelubricants", "ä")) {
            assertThat(coordinator.partitionFor(group)).isEqualTo(Utils.abs(group.hashCode()) % SHARDS);
        }
    }

    @Test
    void theListIsThatOfAllShardsThatAreLedHere() {
        lead();
        List<String> groups = IntStream.range(0, 20).mapToObj(i -> "group-" + i).toList();
        groups.forEach(group -> await(commit(group, Uuid.ZERO_UUID, "t", 1)));
        coordinator.onResignation(0);

        List<String> listed = await(coordinator.listGroups(CLIENT, new ListGroupsRequestData())).groups().stream()
                .map(group -> group.groupId())
                .toList();

        assertThat(listed)
                .containsExactlyInAnyOrderElementsOf(groups.stream()
                        .filter(group -> coordinator.partitionFor(group) != 0)
                        .toList());
    }

    @Test
    void aShardThatIsBeingLoadedSpoilsTheList() {
        lead();
        coordinator.onElection(2, 2);
        CompletableFuture<Short> error =
                coordinator.listGroups(CLIENT, new ListGroupsRequestData()).thenApply(reply -> reply.errorCode());

        assertThat(await(error)).isEqualTo(Errors.COORDINATOR_LOAD_IN_PROGRESS.code());
    }

    @Test
    void describedGroupsComeInTheOrderAskedFor() {
        lead();
        List<String> groups = List.of("d", "a", "c", "b", "nobody");
        groups.subList(0, 4).forEach(group -> await(commit(group, Uuid.ZERO_UUID, "t", 1)));

        List<DescribedGroup> described = await(coordinator.describeGroups(CLIENT, groups));

        assertThat(described).extracting(DescribedGroup::groupId).isEqualTo(groups);
        assertThat(described)
                .extracting(DescribedGroup::groupState)
                .containsExactly("Empty", "Empty", "Empty", "Empty", "Dead");
    }

    @Test
    void aHeartbeatWhileTheGroupIsBeingLoadedIsFine() {
        IntStream.range(0, SHARDS).forEach(shard -> coordinator.onElection(shard, 1));

        short error = await(coordinator
                .heartbeat(CLIENT, new HeartbeatRequestData().setGroupId("g").setMemberId("m"))
                .thenApply(reply -> reply.errorCode()));

        assertThat(error).isEqualTo(Errors.NONE.code());
    }

    @Test
    void theTopicIdIsKeptAndAnOffsetOfAnotherTopicOfThatNameIsNone() {
        lead();
        Uuid id = Uuid.randomUuid();
        OffsetCommitResponseData committed = await(commit("g", id, "t", 1));

        assertThat(committed.topics().getFirst().topicId()).isEqualTo(id);
        assertThat(offset(fetch("g", id, "t"))).isEqualTo(100);
        assertThat(fetch("g", id, "t").topics().getFirst().topicId()).isEqualTo(id);
        assertThat(offset(fetch("g", Uuid.ZERO_UUID, "t"))).isEqualTo(100);
        assertThat(offset(fetch("g", Uuid.randomUuid(), "t"))).isEqualTo(-1);
    }

    private static long offset(OffsetFetchResponseGroup reply) {
        return reply.topics().getFirst().partitions().getFirst().committedOffset();
    }

    @Test
    void aCommitThatFitsNoBatchIsRefusedWhole() {
        lead();

        assertThat(error(await(commit("g", Uuid.ZERO_UUID, "t", 200)))).isEqualTo(Errors.UNKNOWN_SERVER_ERROR.code());
        assertThat(offset(fetch("g", Uuid.ZERO_UUID, "t"))).isEqualTo(-1);
    }

    @Test
    void aGroupWithMoreOffsetsThanFitABatchIsDeletedAllTheSame() {
        lead();
        for (int i = 0; i < 20; i++) {
            await(commit("g", Uuid.ZERO_UUID, "topic-" + i, 20));
        }

        short error =
                await(coordinator.deleteGroups(CLIENT, List.of("g"))).getFirst().errorCode();

        assertThat(error).isEqualTo(Errors.NONE.code());
        assertThat(await(coordinator.fetchOffsets(
                                CLIENT,
                                new OffsetFetchRequestGroup().setGroupId("g").setTopics(null),
                                false))
                        .topics())
                .isEmpty();
    }

    @Test
    void anAssignmentThatFitsNoBatchIsRefusedAndTheGroupGoesOn() {
        lead();
        JoinGroupResponseData joined = join("g", new byte[10]);

        SyncGroupResponseData tooLarge = sync("g", joined, new byte[5_000]);
        SyncGroupResponseData small = sync("g", joined, new byte[10]);

        assertThat(tooLarge.errorCode()).isEqualTo(Errors.UNKNOWN_SERVER_ERROR.code());
        assertThat(small.errorCode()).isEqualTo(Errors.NONE.code());
        assertThat(small.assignment()).hasSize(10);
    }

    @Test
    void metadataThatFitNoBatchDoNotJoin() {
        lead();

        assertThat(join("g", new byte[5_000]).errorCode()).isEqualTo(Errors.UNKNOWN_SERVER_ERROR.code());
        assertThat(await(coordinator.describeGroups(CLIENT, List.of("g")))
                        .getFirst()
                        .groupState())
                .isEqualTo("Dead");
    }

    @Test
    void offsetsOfTopicsThatTheMembersReadAreNotDeleted() {
        lead();
        await(commit("g", Uuid.ZERO_UUID, "read", 1));
        await(commit("g", Uuid.ZERO_UUID, "other", 1));
        sync("g", join("g", subscription("read")), new byte[0]);

        OffsetDeleteRequestTopicCollection topics = new OffsetDeleteRequestTopicCollection();
        List.of("read", "other")
                .forEach(topic -> topics.add(new OffsetDeleteRequestTopic()
                        .setName(topic)
                        .setPartitions(List.of(new OffsetDeleteRequestPartition().setPartitionIndex(0)))));
        List<Short> errors = new ArrayList<>();
        await(coordinator.deleteOffsets(
                        CLIENT, new OffsetDeleteRequestData().setGroupId("g").setTopics(topics)))
                .topics()
                .forEach(
                        topic -> errors.add(topic.partitions().iterator().next().errorCode()));

        assertThat(errors).containsExactly(Errors.GROUP_SUBSCRIBED_TO_TOPIC.code(), Errors.NONE.code());
        assertThat(offset(fetch("g", Uuid.ZERO_UUID, "read"))).isEqualTo(100);
        assertThat(offset(fetch("g", Uuid.ZERO_UUID, "other"))).isEqualTo(-1);
    }

    @Test
    void aStableGroupLosesOldOffsetsOfTopicsThatItDoesNotRead() {
        lead();
        await(commit("g", Uuid.ZERO_UUID, "read", 1));
        await(commit("g", Uuid.ZERO_UUID, "other", 1));
        JoinGroupResponseData joined = join("g", subscription("read"));
        sync("g", joined, new byte[0]);
        stayForLong("g", joined);

        assertThat(offset(fetch("g", Uuid.ZERO_UUID, "read"))).isEqualTo(100);
        assertThat(offset(fetch("g", Uuid.ZERO_UUID, "other"))).isEqualTo(-1);
    }

    @Test
    void aStableGroupWhoseSubscriptionsCannotBeReadLosesNothing() {
        lead();
        await(commit("g", Uuid.ZERO_UUID, "t", 1));
        JoinGroupResponseData joined = join("g", new byte[] {0, 1, 127, 127, 127, 127});
        sync("g", joined, new byte[0]);
        stayForLong("g", joined);

        assertThat(offset(fetch("g", Uuid.ZERO_UUID, "t"))).isEqualTo(100);
    }

    /** Longer than offsets are kept. */
    private void stayForLong(String group, JoinGroupResponseData joined) {
        HeartbeatRequestData heartbeat = new HeartbeatRequestData()
                .setGroupId(group)
                .setMemberId(joined.memberId())
                .setGenerationId(joined.generationId());
        for (int beat = 0; beat < 800; beat++) {
            world.advance(6_000);
            assertThat(await(coordinator.heartbeat(CLIENT, heartbeat)).errorCode())
                    .isEqualTo(Errors.NONE.code());
        }
    }

    @Test
    void aShardWhoseTopicWasMadeAnewStartsWithLowerEpochs() {
        IntStream.range(0, SHARDS).forEach(shard -> coordinator.onElection(shard, 7));
        world.settle();
        IntStream.range(0, SHARDS).forEach(coordinator::onResignation);
        lead();

        assertThat(error(await(commit("g", Uuid.ZERO_UUID, "t", 1)))).isEqualTo(Errors.NONE.code());
    }

    @Test
    void whoeverWaitsAtTheEndIsAnswered() {
        lead();
        world.log().behave(Behaviour.HOLD);
        CompletableFuture<OffsetCommitResponseData> waiting = commit("g", Uuid.ZERO_UUID, "t", 1);
        world.settle();

        coordinator.close();

        assertThat(error(await(waiting))).isEqualTo(Errors.COORDINATOR_NOT_AVAILABLE.code());
        assertThat(error(await(commit("g", Uuid.ZERO_UUID, "t", 1))))
                .isEqualTo(Errors.COORDINATOR_NOT_AVAILABLE.code());
    }
}
