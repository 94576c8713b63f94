package io.millrace.coordinator.group;

import java.util.List;
import java.util.concurrent.CompletableFuture;
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
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;

/**
 * The consumer groups whose shards this broker leads. Every method may be called by any thread, never blocks, and answers
 * failures inside the response (a group of another broker: NOT_COORDINATOR, a shard being loaded: COORDINATOR_LOAD_IN_PROGRESS);
 * a future fails only for bugs.
 */
public interface GroupCoordinator extends AutoCloseable {
    /** Partition of the offsets topic that holds this group. */
    int partitionFor(String groupId);

    /** This broker now leads a partition of the offsets topic: loads the shard in the background. */
    void onElection(int partition, int leaderEpoch);

    /** It no longer does: the shard's waiting requests are answered with NOT_COORDINATOR. */
    void onResignation(int partition);

    /** Committed offsets of topics that are gone are removed from all groups. */
    void onTopicsDeleted(List<String> topics);

    CompletableFuture<JoinGroupResponseData> joinGroup(GroupClient client, JoinGroupRequestData request);

    CompletableFuture<SyncGroupResponseData> syncGroup(GroupClient client, SyncGroupRequestData request);

    CompletableFuture<HeartbeatResponseData> heartbeat(GroupClient client, HeartbeatRequestData request);

    CompletableFuture<LeaveGroupResponseData> leaveGroup(GroupClient client, LeaveGroupRequestData request);

    /** Topics must exist and be known to the caller: it answers the others itself. */
    CompletableFuture<OffsetCommitResponseData> commitOffsets(GroupClient client, OffsetCommitRequestData request);

    /** One group of an OffsetFetch; {@code topics() == null} asks for all. */
    CompletableFuture<OffsetFetchResponseGroup> fetchOffsets(
            GroupClient client, OffsetFetchRequestGroup request, boolean requireStable);

    CompletableFuture<OffsetDeleteResponseData> deleteOffsets(GroupClient client, OffsetDeleteRequestData request);

    /** In the order of the ids. */
    CompletableFuture<List<DescribedGroup>> describeGroups(GroupClient client, List<String> groupIds);

    CompletableFuture<ListGroupsResponseData> listGroups(GroupClient client, ListGroupsRequestData request);

    CompletableFuture<List<DeletableGroupResult>> deleteGroups(GroupClient client, List<String> groupIds);

    @Override
    void close();

    /**
     * Who asks.
     *
     * @param apiVersion version of the request, on which the protocol's rules depend
     * @param clientHost as Kafka shows it: a slash and the address
     */
    record GroupClient(short apiVersion, String clientId, String clientHost) {}
}
