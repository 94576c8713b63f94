package io.millrace.broker.api;

import io.millrace.coordinator.group.GroupCoordinator;
import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.MetadataLog;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.OffsetDeleteRequestData;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopicCollection;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetDeleteResponseData.OffsetDeleteResponsePartition;
import org.apache.kafka.common.message.OffsetDeleteResponseData.OffsetDeleteResponseTopic;
import org.apache.kafka.common.message.OffsetDeleteResponseData.OffsetDeleteResponseTopicCollection;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * OffsetDelete, version 0 (KIP-496). The coordinator is asked even if no partition exists: whether there is such a group comes
 * first, and its error stands alone.
 */
final class OffsetDeleteHandler implements ApiHandler<OffsetDeleteRequestData> {
    private final MetadataLog metadata;
    private final GroupCoordinator groups;

    OffsetDeleteHandler(MetadataLog metadata, GroupCoordinator groups) {
        this.metadata = metadata;
        this.groups = groups;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.OFFSET_DELETE;
    }

    @Override
    public Class<OffsetDeleteRequestData> requestType() {
        return OffsetDeleteRequestData.class;
    }

    @Override
    public CompletionStage<OffsetDeleteResponseData> handle(RequestContext context, OffsetDeleteRequestData request) {
        ClusterImage image = metadata.image();
        OffsetDeleteRequestTopicCollection known = new OffsetDeleteRequestTopicCollection();
        OffsetDeleteResponseTopicCollection refused = new OffsetDeleteResponseTopicCollection();
        request.topics().forEach(topic -> sort(image, topic, known, refused));
        request.setTopics(known);
        return groups.deleteOffsets(GroupClients.of(context), request).thenApply(response -> merged(response, refused));
    }

    private static void sort(
            ClusterImage image,
            OffsetDeleteRequestTopic topic,
            OffsetDeleteRequestTopicCollection known,
            OffsetDeleteResponseTopicCollection refused) {
        int count = image.topic(topic.name())
                .map(found -> found.partitions().size())
                .orElse(0);
        OffsetDeleteRequestTopic accepted = new OffsetDeleteRequestTopic().setName(topic.name());
        for (OffsetDeleteRequestPartition partition : topic.partitions()) {
            if (partition.partitionIndex() >= 0 && partition.partitionIndex() < count) {
                accepted.partitions().add(partition);
            } else {
                answer(refused, topic.name())
                        .partitions()
                        .add(new OffsetDeleteResponsePartition()
                                .setPartitionIndex(partition.partitionIndex())
                                .setErrorCode(Errors.UNKNOWN_TOPIC_OR_PARTITION.code()));
            }
        }
        if (!accepted.partitions().isEmpty()) {
            known.add(accepted);
        }
    }

    private static OffsetDeleteResponseTopic answer(OffsetDeleteResponseTopicCollection topics, String name) {
        OffsetDeleteResponseTopic topic = topics.find(name);
        if (topic == null) {
            topic = new OffsetDeleteResponseTopic().setName(name);
            topics.add(topic);
        }
        return topic;
    }

    private static OffsetDeleteResponseData merged(
            OffsetDeleteResponseData response, OffsetDeleteResponseTopicCollection refused) {
        if (response.errorCode() != Errors.NONE.code()) {
            return response;
        }
        for (OffsetDeleteResponseTopic topic : refused) {
            topic.partitions()
                    .forEach(partition ->
                            answer(response.topics(), topic.name()).partitions().add(partition.duplicate()));
        }
        return response;
    }
}
