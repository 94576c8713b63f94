package io.millrace.broker.api;

import io.millrace.coordinator.group.GroupCoordinator;
import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.MetadataLog;
import io.millrace.metadata.TopicImage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetCommitResponseData;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponsePartition;
import org.apache.kafka.common.message.OffsetCommitResponseData.OffsetCommitResponseTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * OffsetCommit, versions 2 to 10 (KIP-211, 320, 345, 848). Offsets of topics or partitions that do not exist are refused here;
 * the others go to the group's coordinator, with the topic's name and id both filled in.
 */
final class OffsetCommitHandler implements ApiHandler<OffsetCommitRequestData> {
    private static final short FIRST_VERSION_WITH_TOPIC_IDS = 10;

    private final MetadataLog metadata;
    private final GroupCoordinator groups;

    OffsetCommitHandler(MetadataLog metadata, GroupCoordinator groups) {
        this.metadata = metadata;
        this.groups = groups;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.OFFSET_COMMIT;
    }

    @Override
    public Class<OffsetCommitRequestData> requestType() {
        return OffsetCommitRequestData.class;
    }

    @Override
    public CompletionStage<OffsetCommitResponseData> handle(RequestContext context, OffsetCommitRequestData request) {
        Commit commit = new Commit(metadata.image(), context.apiVersion());
        request.topics().forEach(commit::sort);
        if (commit.accepted.isEmpty()) {
            return CompletableFuture.completedFuture(commit.response());
        }
        request.setTopics(commit.accepted);
        return groups.commitOffsets(GroupClients.of(context), request).thenApply(commit::merged);
    }

    /** One request being sorted into what exists and what does not. */
    private static final class Commit {
        private final ClusterImage image;
        private final boolean byId;
        private final List<OffsetCommitRequestTopic> accepted = new ArrayList<>();
        private final Map<Object, OffsetCommitResponseTopic> answers = new LinkedHashMap<>();

        Commit(ClusterImage image, short version) {
            this.image = image;
            this.byId = version >= FIRST_VERSION_WITH_TOPIC_IDS;
        }

        void sort(OffsetCommitRequestTopic topic) {
            Optional<TopicImage> found = byId ? image.topic(topic.topicId()) : image.topic(topic.name());
            if (found.isEmpty()) {
                Errors error = byId ? Errors.UNKNOWN_TOPIC_ID : Errors.UNKNOWN_TOPIC_OR_PARTITION;
                topic.partitions().forEach(partition -> refuse(topic, partition, error));
            } else {
                sort(topic, found.get());
            }
        }

        private void sort(OffsetCommitRequestTopic topic, TopicImage found) {
            topic.setName(found.name()).setTopicId(found.id());
            List<OffsetCommitRequestPartition> known = new ArrayList<>();
            for (OffsetCommitRequestPartition partition : topic.partitions()) {
                if (partition.partitionIndex() >= 0
                        && partition.partitionIndex() < found.partitions().size()) {
                    known.add(partition);
                } else {
                    refuse(topic, partition, Errors.UNKNOWN_TOPIC_OR_PARTITION);
                }
            }
            if (!known.isEmpty()) {
                accepted.add(topic.setPartitions(known));
            }
        }

        private void refuse(OffsetCommitRequestTopic topic, OffsetCommitRequestPartition partition, Errors error) {
            answer(topic.name(), topic.topicId())
                    .partitions()
                    .add(new OffsetCommitResponsePartition()
                            .setPartitionIndex(partition.partitionIndex())
                            .setErrorCode(error.code()));
        }

        private OffsetCommitResponseTopic answer(String name, Uuid id) {
            return answers.computeIfAbsent(
                    byId ? id : name,
                    key -> new OffsetCommitResponseTopic().setName(name).setTopicId(id));
        }

        OffsetCommitResponseData merged(OffsetCommitResponseData committed) {
            for (OffsetCommitResponseTopic topic : committed.topics()) {
                Uuid id = image.topic(topic.name()).map(TopicImage::id).orElse(Uuid.ZERO_UUID);
                answer(topic.name(), id).partitions().addAll(topic.partitions());
            }
            return response();
        }

        OffsetCommitResponseData response() {
            return new OffsetCommitResponseData().setTopics(List.copyOf(answers.values()));
        }
    }
}
