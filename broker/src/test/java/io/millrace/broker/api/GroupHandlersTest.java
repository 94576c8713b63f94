package io.millrace.broker.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.groups.CoordinatorElections;
import io.millrace.broker.groups.InternalTopicLog;
import io.millrace.broker.topics.AutoTopics;
import io.millrace.coordinator.CoordinatorThreads;
import io.millrace.coordinator.group.GroupConfig;
import io.millrace.coordinator.group.GroupCoordinator;
import io.millrace.coordinator.group.Groups;
import io.millrace.replication.Replicas;
import io.millrace.replication.TopicSettings;
import io.millrace.storage.LogDirectories;
import io.millrace.storage.LogStore;
import io.millrace.storage.LogStoreConfig;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;
import org.apache.kafka.common.requests.FindCoordinatorRequest.CoordinatorType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The handlers of groups and of FindCoordinator, over the coordinator on real logs. */
class GroupHandlersTest {
    private static final String MEMBERS_GROUP = "members";

    private TestCluster cluster;
    private LogStore logs;
    private CoordinatorThreads threads;
    private GroupCoordinator groups;
    private OffsetClient offsets;
    private Uuid topicId;

    @BeforeEach
    void open(@TempDir Path directory) throws Exception {
        cluster = TestCluster.found(directory.resolve("meta"));
        logs = LogDirectories.open(LogStoreConfig.of(directory));
        threads = new CoordinatorThreads(1);
        Replicas replicas = new Replicas(0, logs, (image, topic) -> TopicSettings.DEFAULTS);
        InternalTopicLog log = new InternalTopicLog(Topic.GROUP_METADATA_TOPIC_NAME, replicas, 1 << 16);
        groups = Groups.coordinator(GroupConfig.DEFAULTS, threads.ports(log));
        cluster.metadata.subscribe(replicas);
        cluster.metadata.subscribe(new CoordinatorElections(0, groups));
        offsets = new OffsetClient(
                new OffsetCommitHandler(cluster.metadata, groups), new OffsetFetchHandler(cluster.metadata, groups));
        topicId = cluster.create("a", 2);
    }

    @AfterEach
    void close() {
        groups.close();
        threads.close();
        logs.close();
        cluster.close();
    }

    @Test
    void theCoordinatorIsFoundOnceItsTopicIsThere() throws Exception {
        FindCoordinatorRequestData request = new FindCoordinatorRequestData().setKey("g");
        assertThat(ask(findCoordinator(), 0, request, FindCoordinatorResponseData.class)
                        .errorCode())
                .isEqualTo(Errors.COORDINATOR_NOT_AVAILABLE.code());
        awaitCoordinator();
        for (int version = 0; version <= 3; version++) {
            FindCoordinatorResponseData found =
                    ask(findCoordinator(), version, request, FindCoordinatorResponseData.class);
            assertThat(found.errorCode()).isZero();
            assertThat(found.nodeId()).isZero();
            assertThat(found.host()).isEqualTo("localhost");
            assertThat(found.port()).isEqualTo(9092);
        }
        assertThat(cluster.metadata
                        .image()
                        .topic(Topic.GROUP_METADATA_TOPIC_NAME)
                        .orElseThrow()
                        .partitions())
                .hasSize(TestCluster.DEFAULTS.offsetsTopicPartitions());
    }

    @Test
    void severalCoordinatorsAreFoundAtOnceFromVersion4() throws Exception {
        awaitCoordinator();
        FindCoordinatorRequestData request =
                new FindCoordinatorRequestData().setCoordinatorKeys(List.of("g", "h", "g"));
        for (int version = 4; version <= 6; version++) {
            assertThat(ask(findCoordinator(), version, request, FindCoordinatorResponseData.class)
                            .coordinators())
                    .extracting(FindCoordinatorResponseData.Coordinator::key)
                    .containsExactly("g", "h", "g");
        }
    }

    @Test
    void coordinatorsOfOtherKindsAreRefusedForGood() throws Exception {
        FindCoordinatorRequestData request = new FindCoordinatorRequestData().setKey("t");
        request.setKeyType(CoordinatorType.TRANSACTION.id());
        assertThat(ask(findCoordinator(), 3, request, FindCoordinatorResponseData.class)
                        .errorCode())
                .isEqualTo(Errors.TRANSACTIONAL_ID_AUTHORIZATION_FAILED.code());
        request.setKeyType((byte) 7);
        assertThat(ask(findCoordinator(), 3, request, FindCoordinatorResponseData.class)
                        .errorCode())
                .isEqualTo(Errors.INVALID_REQUEST.code());
    }

    @Test
    void offsetsAreCommittedAndFetchedByNameInEveryVersion() throws Exception {
        awaitCoordinator();
        for (int version = 2; version <= 9; version++) {
            assertThat(offsets.commit(version, "g", "a", 0, 10 + version)).isEqualTo(Errors.NONE);
            for (int fetchVersion = 1; fetchVersion <= 9; fetchVersion++) {
                assertThat(offsets.fetch(fetchVersion, "g", "a", 0)).isEqualTo(10 + version);
            }
        }
        assertThat(offsets.fetch(9, "g", "a", 1)).isEqualTo(-1);
        assertThat(offsets.fetch(9, "g", "nope", 0)).isEqualTo(-1);
    }

    @Test
    void offsetsAreCommittedAndFetchedByIdInVersion10() throws Exception {
        awaitCoordinator();
        assertThat(offsets.commitById("g", topicId, 0, 42)).isEqualTo(Errors.NONE);
        assertThat(offsets.fetchById("g", topicId, 0).committedOffset()).isEqualTo(42);
        assertThat(offsets.fetchAllById("g")).containsExactly(topicId);
        assertThat(offsets.commitById("g", Uuid.randomUuid(), 0, 42)).isEqualTo(Errors.UNKNOWN_TOPIC_ID);
        assertThat(Errors.forCode(offsets.fetchById("g", Uuid.randomUuid(), 0).errorCode()))
                .isEqualTo(Errors.UNKNOWN_TOPIC_ID);
    }

    @Test
    void offsetsOfWhatDoesNotExistAreRefusedAndTheOthersTaken() throws Exception {
        awaitCoordinator();
        assertThat(offsets.commit(9, "g", "nope", 0, 1)).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(offsets.commit(9, "g", "a", 2, 1)).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(offsets.commit(9, "g", "a", -1, 1)).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(offsets.commit(9, "g", "a", 1, 1)).isEqualTo(Errors.NONE);
    }

    @Test
    void withoutTheTopicOfGroupsEveryGroupIsElsewhere() throws Exception {
        assertThat(offsets.commit(9, "g", "a", 0, 1)).isEqualTo(Errors.NOT_COORDINATOR);
        assertThat(offsets.groupError(2, "g")).isEqualTo(Errors.NOT_COORDINATOR);
        assertThat(offsets.groupError(8, "g")).isEqualTo(Errors.NOT_COORDINATOR);
        assertThat(offsets.partitionErrorOfVersion1("g", "a", 0)).isEqualTo(Errors.NOT_COORDINATOR);
    }

    @Test
    void committedOffsetsAreDeletedButNotThoseOfWhatDoesNotExist() throws Exception {
        awaitCoordinator();
        offsets.commit(9, "g", "a", 0, 1);
        OffsetDeleteResponseData response = deleteOffsets("g", "a", 0, 7);
        assertThat(response.topics().find("a").partitions().find(0).errorCode()).isZero();
        assertThat(response.topics().find("a").partitions().find(7).errorCode())
                .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
        assertThat(offsets.fetch(9, "g", "a", 0)).isEqualTo(-1);
        assertThat(deleteOffsets("unknown", "nope", 0).errorCode()).isEqualTo(Errors.GROUP_ID_NOT_FOUND.code());
        assertThat(deleteOffsets("unknown", "nope", 0).topics()).isEmpty();
    }

    @Test
    void aMemberJoinsSyncsBeatsAndLeaves() throws Exception {
        awaitCoordinator();
        JoinGroupResponseData first = join(4, "");
        assertThat(first.errorCode()).isEqualTo(Errors.MEMBER_ID_REQUIRED.code());
        JoinGroupResponseData joined = join(4, first.memberId());
        assertThat(joined.errorCode()).isZero();
        assertThat(joined.leader()).isEqualTo(joined.memberId());
        SyncGroupRequestData sync = new SyncGroupRequestData()
                .setGroupId(MEMBERS_GROUP)
                .setGenerationId(joined.generationId())
                .setMemberId(joined.memberId())
                .setAssignments(List.of(new SyncGroupRequestAssignment()
                        .setMemberId(joined.memberId())
                        .setAssignment(new byte[] {1, 2})));
        SyncGroupResponseData synced = ask(new SyncGroupHandler(groups), 4, sync, SyncGroupResponseData.class);
        assertThat(synced.assignment()).containsExactly(1, 2);
        HeartbeatRequestData beat = new HeartbeatRequestData()
                .setGroupId(MEMBERS_GROUP)
                .setGenerationId(joined.generationId())
                .setMemberId(joined.memberId());
        assertThat(ask(new HeartbeatHandler(groups), 4, beat, HeartbeatResponseData.class)
                        .errorCode())
                .isZero();
        assertThat(describe(5, MEMBERS_GROUP, true).groupState()).isEqualTo("Stable");
        LeaveGroupRequestData leave =
                new LeaveGroupRequestData().setGroupId(MEMBERS_GROUP).setMemberId(joined.memberId());
        assertThat(leave(0, leave).errorCode()).isZero();
        assertThat(leave(2, leave).errorCode()).isEqualTo(Errors.UNKNOWN_MEMBER_ID.code());
    }

    @Test
    void severalMembersLeaveAtOnceFromVersion3() throws Exception {
        awaitCoordinator();
        LeaveGroupRequestData leave = new LeaveGroupRequestData()
                .setGroupId(MEMBERS_GROUP)
                .setMembers(List.of(new MemberIdentity().setMemberId("x"), new MemberIdentity().setMemberId("y")));
        for (int version = 3; version <= 5; version++) {
            LeaveGroupResponseData response = leave(version, leave);
            assertThat(response.errorCode()).isZero();
            assertThat(response.members())
                    .extracting(LeaveGroupResponseData.MemberResponse::errorCode)
                    .containsExactly(Errors.UNKNOWN_MEMBER_ID.code(), Errors.UNKNOWN_MEMBER_ID.code());
        }
    }

    @Test
    void aJoinWithoutRebalanceTimeoutIsTakenAndItsErrorsFitEveryVersion() throws Exception {
        awaitCoordinator();
        for (int version = 0; version <= 9; version++) {
            JoinGroupRequestData request = joinRequest("").setSessionTimeoutMs(1);
            assertThat(ask(new JoinGroupHandler(groups), version, request, JoinGroupResponseData.class)
                            .errorCode())
                    .isEqualTo(Errors.INVALID_SESSION_TIMEOUT.code());
        }
        assertThat(join(0, "").errorCode()).isZero();
    }

    @Test
    void aSyncOfVersion5MustNameTheProtocol() throws Exception {
        awaitCoordinator();
        SyncGroupRequestData request =
                new SyncGroupRequestData().setGroupId("g").setMemberId("m");
        assertThat(ask(new SyncGroupHandler(groups), 5, request, SyncGroupResponseData.class)
                        .errorCode())
                .isEqualTo(Errors.INCONSISTENT_GROUP_PROTOCOL.code());
        assertThat(ask(new SyncGroupHandler(groups), 4, request, SyncGroupResponseData.class)
                        .errorCode())
                .isEqualTo(Errors.UNKNOWN_MEMBER_ID.code());
    }

    @Test
    void groupsAreListedDescribedAndDeletedInEveryVersion() throws Exception {
        awaitCoordinator();
        offsets.commit(9, "g", "a", 0, 1);
        for (int version = 0; version <= 5; version++) {
            assertThat(ask(
                                    new ListGroupsHandler(groups),
                                    version,
                                    new ListGroupsRequestData(),
                                    ListGroupsResponseData.class)
                            .groups())
                    .hasSize(1);
        }
        for (int version = 0; version <= 6; version++) {
            assertThat(describe(version, "g", false).groupState()).isEqualTo("Empty");
            assertThat(describe(version, "nope", false).errorCode())
                    .isEqualTo(version < 6 ? Errors.NONE.code() : Errors.GROUP_ID_NOT_FOUND.code());
        }
        assertThat(describe(3, "g", true).authorizedOperations()).isEqualTo(3400);
        assertThat(describe(6, "nope", true).authorizedOperations()).isEqualTo(Integer.MIN_VALUE);
        DeleteGroupsResponseData deleted = ask(
                new DeleteGroupsHandler(groups),
                3,
                new DeleteGroupsRequestData().setGroupsNames(List.of("g", "g", "nope")),
                DeleteGroupsResponseData.class);
        assertThat(deleted.results()).hasSize(2);
        assertThat(deleted.results().find("g").errorCode()).isZero();
        assertThat(deleted.results().find("nope").errorCode()).isEqualTo(Errors.GROUP_ID_NOT_FOUND.code());
    }

    /** Fails if the response cannot be written in this version. */
    private static <Q extends ApiMessage, R extends ApiMessage> R ask(
            ApiHandler<Q> handler, int version, Q request, Class<R> type) throws Exception {
        R response = TestCluster.ask(handler, version, request, type);
        assertThat(MessageUtil.toByteBufferAccessor(response, (short) version)
                        .buffer()
                        .remaining())
                .isPositive();
        return response;
    }

    private FindCoordinatorHandler findCoordinator() {
        return new FindCoordinatorHandler(
                cluster.metadata, groups, new AutoTopics(cluster.metadata, TestCluster.DEFAULTS));
    }

    /** Every shard has been loaded: lists are complete then. */
    private void awaitCoordinator() {
        new AutoTopics(cluster.metadata, TestCluster.DEFAULTS).createOffsetsTopic();
        await().until(() -> cluster.metadata
                        .image()
                        .topic(Topic.GROUP_METADATA_TOPIC_NAME)
                        .isPresent()
                && ask(new ListGroupsHandler(groups), 5, new ListGroupsRequestData(), ListGroupsResponseData.class)
                                .errorCode()
                        == Errors.NONE.code()
                && offsets.groupError(8, "g") == Errors.NONE
                && offsets.groupError(8, MEMBERS_GROUP) == Errors.NONE);
    }

    private JoinGroupResponseData join(int version, String memberId) throws Exception {
        return ask(new JoinGroupHandler(groups), version, joinRequest(memberId), JoinGroupResponseData.class);
    }

    private static JoinGroupRequestData joinRequest(String memberId) {
        JoinGroupRequestData request = new JoinGroupRequestData()
                .setGroupId(MEMBERS_GROUP)
                .setSessionTimeoutMs(30_000)
                .setMemberId(memberId)
                .setProtocolType("consumer");
        request.protocols().add(new JoinGroupRequestProtocol().setName("range").setMetadata(new byte[] {1}));
        return request;
    }

    private LeaveGroupResponseData leave(int version, LeaveGroupRequestData request) throws Exception {
        return ask(new LeaveGroupHandler(groups), version, request.duplicate(), LeaveGroupResponseData.class);
    }

    private DescribeGroupsResponseData.DescribedGroup describe(int version, String group, boolean operations)
            throws Exception {
        DescribeGroupsRequestData request =
                new DescribeGroupsRequestData().setGroups(List.of(group)).setIncludeAuthorizedOperations(operations);
        return ask(new DescribeGroupsHandler(groups), version, request, DescribeGroupsResponseData.class)
                .groups()
                .getFirst();
    }

    private OffsetDeleteResponseData deleteOffsets(String group, String topic, int... partitions) throws Exception {
        OffsetDeleteRequestTopic asked = new OffsetDeleteRequestTopic().setName(topic);
        for (int partition : partitions) {
            asked.partitions().add(new OffsetDeleteRequestPartition().setPartitionIndex(partition));
        }
        OffsetDeleteRequestData request = new OffsetDeleteRequestData().setGroupId(group);
        request.topics().add(asked);
        return ask(new OffsetDeleteHandler(cluster.metadata, groups), 0, request, OffsetDeleteResponseData.class);
    }
}
