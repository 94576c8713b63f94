package io.millrace.coordinator.group;

import io.millrace.coordinator.ShardRuntime;
import io.millrace.coordinator.Ticket;
import io.millrace.coordinator.group.GroupCommand.ListAll;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.message.DeleteGroupsResponseData.DeletableGroupResult;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.ListGroupsRequestData;
import org.apache.kafka.common.message.ListGroupsResponseData;
import org.apache.kafka.common.message.ListGroupsResponseData.ListedGroup;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.JoinGroupRequest;
import org.apache.kafka.common.requests.OffsetCommitRequest;

/** The facade over the shards: checks what needs no group, finds the shard, and gathers what several shards answer. */
final class GroupShards implements GroupCoordinator {
    private static final int FIRST_WITH_NULL_PROTOCOL = 7;
    /** Characters of a client id that go into its member ids, which must fit a string of the protocol. */
    private static final int CLIENT_ID_IN_MEMBER_ID = 1024;

    private final GroupConfig config;
    private final ShardRuntime<GroupCommand, GroupChange> runtime;
    private final Supplier<String> memberIds;

    GroupShards(GroupConfig config, ShardRuntime<GroupCommand, GroupChange> runtime, Supplier<String> memberIds) {
        this.config = config;
        this.runtime = runtime;
        this.memberIds = memberIds;
    }

    @Override
    public int partitionFor(String groupId) {
        return (groupId.hashCode() & Integer.MAX_VALUE) % runtime.shards();
    }

    @Override
    public void onElection(int partition, int leaderEpoch) {
        runtime.elect(partition, leaderEpoch);
    }

    @Override
    public void onResignation(int partition) {
        runtime.resign(partition);
    }

    @Override
    public void onTopicsDeleted(List<String> topics) {
        runtime.tellAll(new GroupCommand.TopicsDeleted(List.copyOf(topics)));
    }

    private <T> CompletableFuture<T> ask(
            String groupId, Function<Errors, T> onError, Function<Ticket<T>, GroupCommand> command) {
        return runtime.submit(partitionFor(groupId), onError, command);
    }

    @Override
    public CompletableFuture<JoinGroupResponseData> joinGroup(GroupClient client, JoinGroupRequestData request) {
        Function<Errors, JoinGroupResponseData> onError = error -> Replies.joinError(request.memberId(), error);
        CompletableFuture<JoinGroupResponseData> reply;
        if (request.groupId().isEmpty()) {
            reply = CompletableFuture.completedFuture(onError.apply(Errors.INVALID_GROUP_ID));
        } else if (request.sessionTimeoutMs() < config.minSessionTimeoutMs()
                || request.sessionTimeoutMs() > config.maxSessionTimeoutMs()) {
            reply = CompletableFuture.completedFuture(onError.apply(Errors.INVALID_SESSION_TIMEOUT));
        } else {
            String newMemberId = newMemberId(client, request);
            reply = ask(
                    request.groupId(), onError, ticket -> new GroupCommand.Join(client, request, newMemberId, ticket));
        }
        return reply.thenApply(data -> forVersion(data, client.apiVersion()));
    }

    /** Clients before version 7 know no absent protocol. */
    private static JoinGroupResponseData forVersion(JoinGroupResponseData reply, short version) {
        return version < FIRST_WITH_NULL_PROTOCOL && reply.protocolName() == null
                ? reply.setProtocolName(JoinGroupRequest.UNKNOWN_PROTOCOL_NAME)
                : reply;
    }

    private String newMemberId(GroupClient client, JoinGroupRequestData request) {
        String instance = request.groupInstanceId();
        String prefix = instance == null ? client.clientId() : instance;
        String kept = prefix.length() <= CLIENT_ID_IN_MEMBER_ID ? prefix : prefix.substring(0, CLIENT_ID_IN_MEMBER_ID);
        return kept + "-" + memberIds.get();
    }

    @Override
    public CompletableFuture<SyncGroupResponseData> syncGroup(GroupClient client, SyncGroupRequestData request) {
        if (request.groupId().isEmpty()) {
            return CompletableFuture.completedFuture(Replies.syncError(Errors.INVALID_GROUP_ID));
        }
        return ask(request.groupId(), Replies::syncError, ticket -> new GroupCommand.Sync(request, ticket));
    }

    @Override
    public CompletableFuture<HeartbeatResponseData> heartbeat(GroupClient client, HeartbeatRequestData request) {
        if (request.groupId().isEmpty()) {
            return CompletableFuture.completedFuture(Replies.heartbeat(Errors.INVALID_GROUP_ID));
        }
        return ask(
                request.groupId(), GroupShards::heartbeatError, ticket -> new GroupCommand.Heartbeat(request, ticket));
    }

    /** While its group is being loaded a member is fine as it is: its session begins anew afterwards. */
    private static HeartbeatResponseData heartbeatError(Errors error) {
        return Replies.heartbeat(error == Errors.COORDINATOR_LOAD_IN_PROGRESS ? Errors.NONE : error);
    }

    @Override
    public CompletableFuture<LeaveGroupResponseData> leaveGroup(GroupClient client, LeaveGroupRequestData request) {
        if (request.groupId().isEmpty()) {
            return CompletableFuture.completedFuture(Replies.leaveError(Errors.INVALID_GROUP_ID));
        }
        return ask(request.groupId(), Replies::leaveError, ticket -> new GroupCommand.Leave(client, request, ticket));
    }

    @Override
    public CompletableFuture<OffsetCommitResponseData> commitOffsets(
            GroupClient client, OffsetCommitRequestData request) {
        return ask(
                request.groupId(),
                error -> OffsetCommitRequest.getErrorResponse(request, error),
                ticket -> new GroupCommand.CommitOffsets(client, request, ticket));
    }

    @Override
    public CompletableFuture<OffsetFetchResponseGroup> fetchOffsets(
            GroupClient client, OffsetFetchRequestGroup request, boolean requireStable) {
        return ask(
                request.groupId(),
                error -> new OffsetFetchResponseGroup()
                        .setGroupId(request.groupId())
                        .setErrorCode(error.code()),
                ticket -> new GroupCommand.FetchOffsets(request, ticket));
    }

    @Override
    public CompletableFuture<OffsetDeleteResponseData> deleteOffsets(
            GroupClient client, OffsetDeleteRequestData request) {
        Function<Errors, OffsetDeleteResponseData> onError =
                error -> new OffsetDeleteResponseData().setErrorCode(error.code());
        if (request.groupId().isEmpty()) {
            return CompletableFuture.completedFuture(onError.apply(Errors.INVALID_GROUP_ID));
        }
        return ask(request.groupId(), onError, ticket -> new GroupCommand.DeleteOffsets(request, ticket));
    }

    @Override
    public CompletableFuture<List<DescribedGroup>> describeGroups(GroupClient client, List<String> groupIds) {
        return gather(groupIds.stream()
                .map(groupId -> ask(
                        groupId,
                        error -> new DescribedGroup().setGroupId(groupId).setErrorCode(error.code()),
                        ticket -> new GroupCommand.Describe(client, groupId, ticket)))
                .toList());
    }

    @Override
    public CompletableFuture<List<DeletableGroupResult>> deleteGroups(GroupClient client, List<String> groupIds) {
        return gather(groupIds.stream()
                .map(groupId -> ask(
                        groupId,
                        error -> new DeletableGroupResult().setGroupId(groupId).setErrorCode(error.code()),
                        ticket -> new GroupCommand.Delete(groupId, ticket)))
                .toList());
    }

    @Override
    public CompletableFuture<ListGroupsResponseData> listGroups(GroupClient client, ListGroupsRequestData request) {
        Set<String> states = lowerCase(request.statesFilter());
        Set<String> types = lowerCase(request.typesFilter());
        return gather(IntStream.range(0, runtime.shards())
                        .mapToObj(shard -> runtime.<ShardList>submit(
                                shard,
                                error -> new ShardList(error, List.of()),
                                ticket -> new ListAll(states, types, ticket)))
                        .toList())
                .thenApply(GroupShards::merge);
    }

    /** The groups of a shard, or why they are not known. */
    record ShardList(Errors error, List<ListedGroup> groups) {}

    /** Shards that others lead are theirs to list; one being loaded spoils the list. */
    private static ListGroupsResponseData merge(List<ShardList> lists) {
        List<ListedGroup> groups = new ArrayList<>();
        for (ShardList list : lists) {
            if (list.error() != Errors.NONE && list.error() != Errors.NOT_COORDINATOR) {
                return new ListGroupsResponseData().setErrorCode(list.error().code());
            }
            groups.addAll(list.groups());
        }
        return new ListGroupsResponseData().setGroups(groups);
    }

    private static Set<String> lowerCase(List<String> names) {
        return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).collect(Collectors.toSet());
    }

    private static <T> CompletableFuture<List<T>> gather(List<CompletableFuture<T>> replies) {
        return CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new))
                .thenApply(done -> replies.stream().map(CompletableFuture::join).toList());
    }

    @Override
    public void close() {
        runtime.close();
    }
}
