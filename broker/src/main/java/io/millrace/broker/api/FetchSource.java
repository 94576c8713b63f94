package io.millrace.broker.api;

import io.millrace.metadata.ClusterImage;
import io.millrace.replication.Partition;
import io.millrace.replication.Replicas;
import io.millrace.replication.TopicReplicas;
import io.millrace.storage.LogPosition;
import io.millrace.storage.LogSlice;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.PartitionLog.EpochEnd;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;
import org.apache.kafka.common.message.FetchResponseData.EpochEndOffset;
import org.apache.kafka.common.message.FetchResponseData.LeaderIdAndEpoch;
import org.apache.kafka.common.message.FetchResponseData.NodeEndpoint;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/** What fetches read from. Safe for any thread; reads from files whose pages are cached as a rule. */
record FetchSource(Replicas replicas, Supplier<ClusterImage> image, int responseBytesMax) {
    private static final long UNKNOWN = -1;

    @Nullable
    TopicReplicas topic(FetchTarget target) {
        return byId(target) ? replicas.topic(target.topicId()) : replicas.topic(target.topic());
    }

    private static boolean byId(FetchTarget target) {
        return !target.topicId().equals(Uuid.ZERO_UUID);
    }

    /** Null if there is none here: {@link #missing} tells why. */
    @Nullable
    Partition partition(FetchTarget target) {
        TopicReplicas topic = topic(target);
        return topic == null ? null : topic.partition(target.partition());
    }

    /** @param byTopicId whether the request names topics by their ids */
    Errors missing(FetchTarget target, boolean byTopicId) {
        TopicReplicas topic = topic(target);
        if (topic == null) {
            return byTopicId ? Errors.UNKNOWN_TOPIC_ID : Errors.UNKNOWN_TOPIC_OR_PARTITION;
        }
        return topic.missing(target.partition());
    }

    /** @param maxBytes zero or less reads nothing, unless {@code atLeastOneBatch} */
    static PartitionData read(
            Partition partition, FetchTarget target, IsolationLevel isolation, int maxBytes, boolean atLeastOneBatch) {
        Errors refused = partition.check(target.currentLeaderEpoch());
        PartitionLog log = partition.logIfOpen();
        if (refused != Errors.NONE || log == null) {
            return unread(target, refused != Errors.NONE ? refused : Errors.KAFKA_STORAGE_ERROR);
        }
        try {
            EpochEnd divergence = divergence(partition, log, target);
            LogPosition committed = partition.highWatermark();
            LogPosition stable = partition.lastStable(committed);
            LogPosition limit = isolation == IsolationLevel.READ_COMMITTED ? stable : committed;
            LogSlice records = divergence == null
                    ? slice(partition, log, target, limit, maxBytes, atLeastOneBatch)
                    : LogSlice.empty();
            PartitionData answer = new PartitionData()
                    .setPartitionIndex(target.partition())
                    .setHighWatermark(committed.offset())
                    .setLastStableOffset(stable.offset())
                    .setLogStartOffset(log.logStartOffset())
                    .setAbortedTransactions(
                            isolation == IsolationLevel.READ_COMMITTED ? aborted(log, target, records) : null)
                    .setRecords(records);
            if (divergence != null) {
                answer.setDivergingEpoch(
                        new EpochEndOffset().setEpoch(divergence.leaderEpoch()).setEndOffset(divergence.endOffset()));
            }
            return answer;
        } catch (ApiException failure) {
            return unread(target, Errors.forException(failure));
        }
    }

    private static List<AbortedTransaction> aborted(PartitionLog log, FetchTarget target, LogSlice records) {
        if (records.isEmpty()) {
            return List.of();
        }
        try {
            return log.abortedTransactions(target.fetchOffset(), records.upperOffset()).stream()
                    .map(found -> new AbortedTransaction()
                            .setProducerId(found.producerId())
                            .setFirstOffset(found.firstOffset()))
                    .toList();
        } catch (ApiException failure) {
            records.release();
            throw failure;
        }
    }

    /** Where this log and what the client has of it part ways (KIP-595); null if they do not, or the client does not say. */
    private static @Nullable EpochEnd divergence(Partition partition, PartitionLog log, FetchTarget target) {
        int lastFetched = target.lastFetchedEpoch();
        if (lastFetched < 0) {
            return null;
        }
        EpochEnd end = log.endOf(lastFetched, partition.leaderEpoch())
                .filter(known -> known.leaderEpoch() >= 0 && known.endOffset() >= 0)
                .orElseThrow(() -> new OffsetOutOfRangeException("nothing is known of epoch " + lastFetched));
        return end.leaderEpoch() < lastFetched || end.endOffset() < target.fetchOffset() ? end : null;
    }

    /** The partition is here and led, and still cannot be read. */
    private static PartitionData unread(FetchTarget target, Errors error) {
        return error(target, error).setAbortedTransactions(null);
    }

    private static LogSlice slice(
            Partition partition,
            PartitionLog log,
            FetchTarget target,
            LogPosition limit,
            int maxBytes,
            boolean atLeastOneBatch) {
        long offset = target.fetchOffset();
        if (offset >= limit.offset() || (maxBytes <= 0 && !atLeastOneBatch)) {
            if (offset > log.end().offset() || offset < log.logStartOffset()) {
                throw new OffsetOutOfRangeException("offset " + offset);
            }
            return LogSlice.empty();
        }
        return partition.read(offset, Math.max(0, maxBytes), limit, atLeastOneBatch);
    }

    static PartitionData error(FetchTarget target, Errors error) {
        return new PartitionData()
                .setPartitionIndex(target.partition())
                .setErrorCode(error.code())
                .setHighWatermark(UNKNOWN)
                .setRecords(LogSlice.empty());
    }

    /** Adds where the leaders are to answers that say that they are elsewhere. */
    void addLeaders(FetchResponseData response, String listenerName) {
        CurrentLeaders leaders = new CurrentLeaders(image, listenerName);
        for (var topic : response.responses()) {
            String name = topic.topic().isEmpty()
                    ? image.get().topicNames().getOrDefault(topic.topicId(), "")
                    : topic.topic();
            for (PartitionData answer : topic.partitions()) {
                if (answer.errorCode() == Errors.NOT_LEADER_OR_FOLLOWER.code()
                        || answer.errorCode() == Errors.FENCED_LEADER_EPOCH.code()) {
                    CurrentLeaders.Leader leader = leaders.leader(name, answer.partitionIndex());
                    answer.setCurrentLeader(
                            new LeaderIdAndEpoch().setLeaderId(leader.id()).setLeaderEpoch(leader.epoch()));
                }
            }
        }
        leaders.nodes()
                .forEach(node -> response.nodeEndpoints()
                        .add(new NodeEndpoint()
                                .setNodeId(node.id())
                                .setHost(node.host())
                                .setPort(node.port())
                                .setRack(node.rack())));
    }
}
