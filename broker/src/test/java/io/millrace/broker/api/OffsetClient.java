package io.millrace.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopics;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.MessageUtil;
import org.jspecify.annotations.Nullable;

/** Commits and fetches one partition's offset, in any version. */
record OffsetClient(OffsetCommitHandler commits, OffsetFetchHandler fetches) {
    private static final int FIRST_WITH_GROUPS = 8;
    private static final int BY_ID = 10;

    Errors commit(int version, String group, String topic, int partition, long offset) throws Exception {
        return commit(version, group, new OffsetCommitRequestTopic().setName(topic), partition, offset);
    }

    Errors commitById(String group, Uuid topic, int partition, long offset) throws Exception {
        return commit(BY_ID, group, new OffsetCommitRequestTopic().setTopicId(topic), partition, offset);
    }

    private Errors commit(int version, String group, OffsetCommitRequestTopic topic, int partition, long offset)
            throws Exception {
        topic.setPartitions(List.of(new OffsetCommitRequestPartition()
                .setPartitionIndex(partition)
                .setCommittedOffset(offset)
                .setCommittedMetadata("m")));
        OffsetCommitRequestData request =
                new OffsetCommitRequestData().setGroupId(group).setTopics(List.of(topic));
        OffsetCommitResponseData response =
                written(version, TestCluster.ask(commits, version, request, OffsetCommitResponseData.class));
        return Errors.forCode(
                response.topics().getFirst().partitions().getFirst().errorCode());
    }

    long fetch(int version, String group, String topic, int partition) throws Exception {
        if (version < FIRST_WITH_GROUPS) {
            return fetch(version, single(group).setTopics(List.of(asked(topic, partition))))
                    .topics()
                    .getFirst()
                    .partitions()
                    .getFirst()
                    .committedOffset();
        }
        OffsetFetchRequestTopics topics = new OffsetFetchRequestTopics().setName(topic);
        return fetch(version, group, topics, partition).committedOffset();
    }

    OffsetFetchResponsePartitions fetchById(String group, Uuid topic, int partition) throws Exception {
        return fetch(BY_ID, group, new OffsetFetchRequestTopics().setTopicId(topic), partition);
    }

    /** The topics a group has offsets of. */
    List<Uuid> fetchAllById(String group) throws Exception {
        return fetch(BY_ID, groups(group, null)).groups().getFirst().topics().stream()
                .map(OffsetFetchResponseTopics::topicId)
                .toList();
    }

    Errors groupError(int version, String group) throws Exception {
        if (version < FIRST_WITH_GROUPS) {
            return Errors.forCode(fetch(version, single(group).setTopics(null)).errorCode());
        }
        return Errors.forCode(
                fetch(version, groups(group, null)).groups().getFirst().errorCode());
    }

    Errors partitionErrorOfVersion1(String group, String topic, int partition) throws Exception {
        OffsetFetchRequestData request = single(group).setTopics(List.of(asked(topic, partition)));
        return Errors.forCode(
                fetch(1, request).topics().getFirst().partitions().getFirst().errorCode());
    }

    private OffsetFetchResponsePartitions fetch(
            int version, String group, OffsetFetchRequestTopics topic, int partition) throws Exception {
        topic.setPartitionIndexes(List.of(partition));
        return fetch(version, groups(group, List.of(topic)))
                .groups()
                .getFirst()
                .topics()
                .getFirst()
                .partitions()
                .getFirst();
    }

    private OffsetFetchResponseData fetch(int version, OffsetFetchRequestData request) throws Exception {
        return written(version, TestCluster.ask(fetches, version, request, OffsetFetchResponseData.class));
    }

    private static OffsetFetchRequestData single(String group) {
        return new OffsetFetchRequestData().setGroupId(group);
    }

    private static OffsetFetchRequestTopic asked(String topic, int partition) {
        return new OffsetFetchRequestTopic().setName(topic).setPartitionIndexes(List.of(partition));
    }

    private static OffsetFetchRequestData groups(String group, @Nullable List<OffsetFetchRequestTopics> topics) {
        return new OffsetFetchRequestData()
                .setGroups(
                        List.of(new OffsetFetchRequestGroup().setGroupId(group).setTopics(topics)));
    }

    /** Fails if the response cannot be written in this version. */
    private static <R extends ApiMessage> R written(int version, R response) {
        assertThat(MessageUtil.toByteBufferAccessor(response, (short) version)
                        .buffer()
                        .remaining())
                .isPositive();
        return response;
    }
}
