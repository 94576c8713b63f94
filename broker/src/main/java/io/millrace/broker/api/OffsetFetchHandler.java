package io.millrace.broker.api;

import io.millrace.coordinator.group.GroupCoordinator;
import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.MetadataLog;
import io.millrace.metadata.TopicImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.OffsetFetchRequestData;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.message.OffsetFetchResponseData;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseGroup;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponsePartitions;
import org.apache.kafka.common.message.OffsetFetchResponseData.OffsetFetchResponseTopics;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * OffsetFetch, versions 1 to 10 (KIP-447, 709, 848): committed offsets, of one group before version 8, of several since. From
 * version 10 on topics go by id: names are filled in for the coordinator, ids into its answer.
 */
final class OffsetFetchHandler implements ApiHandler<OffsetFetchRequestData> {
    private static final short FIRST_VERSION_WITH_GROUPS = 8;
    private static final short FIRST_VERSION_WITH_TOPIC_IDS = 10;

    private final MetadataLog metadata;
    private final GroupCoordinator groups;

    OffsetFetchHandler(MetadataLog metadata, GroupCoordinator groups) {
        this.metadata = metadata;
        this.groups = groups;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.OFFSET_FETCH;
    }

    @Override
    public Class<OffsetFetchRequestData> requestType() {
        return OffsetFetchRequestData.class;
    }

    @Override
    public CompletionStage<OffsetFetchResponseData> handle(RequestContext context, OffsetFetchRequestData request) {
        if (context.apiVersion() < FIRST_VERSION_WITH_GROUPS) {
            SingleGroupOffsets single = new SingleGroupOffsets(context.apiVersion(), request);
            return fetch(context, single.group(), request).thenApply(single::response);
        }
        List<CompletableFuture<OffsetFetchResponseGroup>> answers = request.groups().stream()
                .map(group -> fetch(context, group, request))
                .toList();
        return CommandAnswers.all(answers)
                .thenApply(done -> new OffsetFetchResponseData()
                        .setGroups(answers.stream().map(CompletableFuture::join).toList()));
    }

    private CompletableFuture<OffsetFetchResponseGroup> fetch(
            RequestContext context, OffsetFetchRequestGroup group, OffsetFetchRequestData request) {
        if (context.apiVersion() < FIRST_VERSION_WITH_TOPIC_IDS) {
            return groups.fetchOffsets(GroupClients.of(context), group, request.requireStable());
        }
        ClusterImage image = metadata.image();
        List<OffsetFetchResponseTopics> unknown = new ArrayList<>();
        if (group.topics() != null) {
            group.setTopics(known(image, group.topics(), unknown));
        }
        return groups.fetchOffsets(GroupClients.of(context), group, request.requireStable())
                .thenApply(answer -> withIds(image, answer, unknown));
    }

    private static List<OffsetFetchRequestTopics> known(
            ClusterImage image, List<OffsetFetchRequestTopics> topics, List<OffsetFetchResponseTopics> unknown) {
        List<OffsetFetchRequestTopics> known = new ArrayList<>();
        for (OffsetFetchRequestTopics topic : topics) {
            Optional<TopicImage> found = image.topic(topic.topicId());
            if (found.isPresent()) {
                known.add(topic.setName(found.get().name()));
            } else {
                unknown.add(unknown(topic));
            }
        }
        return known;
    }

    private static OffsetFetchResponseTopics unknown(OffsetFetchRequestTopics topic) {
        return new OffsetFetchResponseTopics()
                .setTopicId(topic.topicId())
                .setPartitions(topic.partitionIndexes().stream()
                        .map(index -> new OffsetFetchResponsePartitions()
                                .setPartitionIndex(index)
                                .setCommittedOffset(SingleGroupOffsets.NO_OFFSET)
                                .setMetadata("")
                                .setErrorCode(Errors.UNKNOWN_TOPIC_ID.code()))
                        .toList());
    }

    /** Topics that are gone since their offsets were committed have no id to show, and are left out. */
    private static OffsetFetchResponseGroup withIds(
            ClusterImage image, OffsetFetchResponseGroup answer, List<OffsetFetchResponseTopics> unknown) {
        if (answer.errorCode() != Errors.NONE.code()) {
            return answer;
        }
        List<OffsetFetchResponseTopics> topics = new ArrayList<>();
        for (OffsetFetchResponseTopics topic : answer.topics()) {
            Uuid id = image.topic(topic.name()).map(TopicImage::id).orElse(Uuid.ZERO_UUID);
            if (!id.equals(Uuid.ZERO_UUID)) {
                topics.add(topic.setTopicId(id));
            }
        }
        topics.addAll(unknown);
        return answer.setTopics(topics);
    }
}
