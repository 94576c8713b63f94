package io.millrace.coordinator.group;

import io.millrace.coordinator.Ticket;
import io.millrace.coordinator.group.GroupCoordinator.GroupClient;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.message.DeleteGroupsResponseData.DeletableGroupResult;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;

/** What a shard is asked to decide: a client's request with the ticket to answer, or something of its own. */
sealed interface GroupCommand {
    /** @param newMemberId random, for a member that has no id yet */
    record Join(
            GroupClient client, JoinGroupRequestData request, String newMemberId, Ticket<JoinGroupResponseData> ticket)
            implements GroupCommand {}

    record Sync(SyncGroupRequestData request, Ticket<SyncGroupResponseData> ticket) implements GroupCommand {}

    record Heartbeat(HeartbeatRequestData request, Ticket<HeartbeatResponseData> ticket) implements GroupCommand {}

    record Leave(GroupClient client, LeaveGroupRequestData request, Ticket<LeaveGroupResponseData> ticket)
            implements GroupCommand {}

    record CommitOffsets(GroupClient client, OffsetCommitRequestData request, Ticket<OffsetCommitResponseData> ticket)
            implements GroupCommand {}

    record FetchOffsets(OffsetFetchRequestGroup request, Ticket<OffsetFetchResponseGroup> ticket)
            implements GroupCommand {}

    record DeleteOffsets(OffsetDeleteRequestData request, Ticket<OffsetDeleteResponseData> ticket)
            implements GroupCommand {}

    record Describe(GroupClient client, String groupId, Ticket<DescribedGroup> ticket) implements GroupCommand {}

    /** Filters in lower case; empty for any. */
    record ListAll(Set<String> states, Set<String> types, Ticket<GroupShards.ShardList> ticket)
            implements GroupCommand {}

    record Delete(String groupId, Ticket<DeletableGroupResult> ticket) implements GroupCommand {}

    record TopicsDeleted(List<String> topics) implements GroupCommand {}

    /** The shard was loaded. */
    record Loaded() implements GroupCommand {}

    /** A member may have been silent for too long. */
    record SessionDue(String groupId, String memberId) implements GroupCommand {}

    /** The join phase may be over. */
    record JoinDue(String groupId) implements GroupCommand {}

    /** Members may have failed to ask for their assignment. */
    record SyncDue(String groupId) implements GroupCommand {}

    /** Time to look for offsets and groups that nobody has used for long. */
    record ExpiryDue() implements GroupCommand {}
}
