package io.millrace.coordinator.group;

import io.millrace.coordinator.group.record.OffsetCommitValue;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopics;
import org.apache.kafka.common.requests.OffsetFetchResponse;
import org.jspecify.annotations.Nullable;

/**
 * OffsetFetch, one group of it: what was committed for the partitions that were asked for, or for all. A group that is not
 * there, and a partition without an offset, answer -1 without an error. Reads the store only.
 */
final class OffsetFetches {
    private OffsetFetches() {}

    static OffsetFetchResponseGroup fetch(GroupStore store, OffsetFetchRequestGroup request) {
        List<OffsetFetchRequestTopics> topics = request.topics();
        List<OffsetFetchResponseTopics> found = topics == null
                ? all(store, request.groupId())
                : topics.stream()
                        .map(topic -> some(store, request.groupId(), topic))
                        .toList();
        return new OffsetFetchResponseGroup().setGroupId(request.groupId()).setTopics(found);
    }

    private static List<OffsetFetchResponseTopics> all(GroupStore store, String groupId) {
        Map<String, OffsetFetchResponseTopics> topics = new TreeMap<>();
        store.eachOffset(
                groupId,
                (partition, value) -> topics.computeIfAbsent(
                                partition.topic(), name -> new OffsetFetchResponseTopics().setName(name))
                        .partitions()
                        .add(partition(partition.partition(), value)));
        topics.values()
                .forEach(topic -> topic.partitions()
                        .sort(Comparator.comparingInt(OffsetFetchResponsePartitions::partitionIndex)));
        return List.copyOf(topics.values());
    }

    private static OffsetFetchResponseTopics some(GroupStore store, String groupId, OffsetFetchRequestTopics topic) {
        return new OffsetFetchResponseTopics()
                .setTopicId(topic.topicId())
                .setName(topic.name())
                .setPartitions(topic.partitionIndexes().stream()
                        .map(index -> partition(
                                index,
                                sameTopic(store.offset(groupId, new TopicPartition(topic.name(), index)), topic)))
                        .toList());
    }

    /** An offset committed for an earlier topic of that name is none. */
    private static @Nullable OffsetCommitValue sameTopic(
            @Nullable OffsetCommitValue value, OffsetFetchRequestTopics topic) {
        boolean isOther = value != null
                && !value.topicId().equals(Uuid.ZERO_UUID)
                && !topic.topicId().equals(Uuid.ZERO_UUID)
                && !value.topicId().equals(topic.topicId());
        return isOther ? null : value;
    }

    private static OffsetFetchResponsePartitions partition(int index, @Nullable OffsetCommitValue value) {
        OffsetFetchResponsePartitions result = new OffsetFetchResponsePartitions().setPartitionIndex(index);
        return value == null
                ? result.setCommittedOffset(OffsetFetchResponse.INVALID_OFFSET)
                        .setCommittedLeaderEpoch(OffsetCommitValue.NONE)
                        .setMetadata(OffsetFetchResponse.NO_METADATA)
                : result.setCommittedOffset(value.offset())
                        .setCommittedLeaderEpoch(value.leaderEpoch())
                        .setMetadata(value.metadata());
    }
}
