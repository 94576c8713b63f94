package io.millrace.broker.api;

import java.util.List;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartition;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopic;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopics;
import org.apache.kafka.common.protocol.Errors;

/** OffsetFetch as it was before version 8, of one group, in terms of one group of today's. */
record SingleGroupOffsets(short version, OffsetFetchRequestData request) {
    static final long NO_OFFSET = -1;

    private static final short FIRST_VERSION_WITH_GROUP_ERROR = 2;

    OffsetFetchRequestGroup group() {
        List<OffsetFetchRequestTopic> asked = request.topics();
        return new OffsetFetchRequestGroup()
                .setGroupId(request.groupId())
                .setTopics(
                        asked == null
                                ? null
                                : asked.stream().map(SingleGroupOffsets::topic).toList());
    }

    private static OffsetFetchRequestTopics topic(OffsetFetchRequestTopic topic) {
        return new OffsetFetchRequestTopics().setName(topic.name()).setPartitionIndexes(topic.partitionIndexes());
    }

    OffsetFetchResponseData response(OffsetFetchResponseGroup group) {
        if (group.errorCode() == Errors.NONE.code()) {
            return new OffsetFetchResponseData()
                    .setTopics(group.topics().stream()
                            .map(SingleGroupOffsets::topic)
                            .toList());
        }
        return version >= FIRST_VERSION_WITH_GROUP_ERROR
                ? new OffsetFetchResponseData().setErrorCode(group.errorCode())
                : new OffsetFetchResponseData().setTopics(failed(group.errorCode()));
    }

    private static OffsetFetchResponseTopic topic(OffsetFetchResponseTopics topic) {
        return new OffsetFetchResponseTopic()
                .setName(topic.name())
                .setPartitions(topic.partitions().stream()
                        .map(SingleGroupOffsets::partition)
                        .toList());
    }

    private static OffsetFetchResponsePartition partition(OffsetFetchResponsePartitions partition) {
        return new OffsetFetchResponsePartition()
                .setPartitionIndex(partition.partitionIndex())
                .setCommittedOffset(partition.committedOffset())
                .setCommittedLeaderEpoch(partition.committedLeaderEpoch())
                .setMetadata(partition.metadata())
                .setErrorCode(partition.errorCode());
    }

    /** Version 1 has no place for the group's error but the partitions. */
    private List<OffsetFetchResponseTopic> failed(short error) {
        List<OffsetFetchRequestTopic> asked = request.topics() == null ? List.of() : request.topics();
        return asked.stream()
                .map(topic -> new OffsetFetchResponseTopic()
                        .setName(topic.name())
                        .setPartitions(topic.partitionIndexes().stream()
                                .map(index -> new OffsetFetchResponsePartition()
                                        .setPartitionIndex(index)
                                        .setCommittedOffset(NO_OFFSET)
                                        .setMetadata("")
                                        .setErrorCode(error))
                                .toList()))
                .toList();
    }
}
