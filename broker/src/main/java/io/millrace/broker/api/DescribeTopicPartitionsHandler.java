package io.millrace.broker.api;

import io.millrace.metadata.MetadataLog;
import io.millrace.metadata.PartitionImage;
import io.millrace.metadata.TopicImage;
import java.util.Collection;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.Cursor;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.DescribeTopicPartitionsResponsePartition;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData.DescribeTopicPartitionsResponseTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * DescribeTopicPartitions, version 0 (KIP-966): topics page by page, in the order of their names. A page ends after as many
 * partitions as were asked for; its cursor names the first partition of the next.
 */
final class DescribeTopicPartitionsHandler implements ApiHandler<DescribeTopicPartitionsRequestData> {
    private final MetadataLog metadata;
    private final int partitionLimit;

    /** @param partitionLimit max.request.partition.size.limit: no page has more partitions */
    DescribeTopicPartitionsHandler(MetadataLog metadata, int partitionLimit) {
        this.metadata = metadata;
        this.partitionLimit = partitionLimit;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.DESCRIBE_TOPIC_PARTITIONS;
    }

    @Override
    public Class<DescribeTopicPartitionsRequestData> requestType() {
        return DescribeTopicPartitionsRequestData.class;
    }

    @Override
    public CompletionStage<DescribeTopicPartitionsResponseData> handle(
            RequestContext context, DescribeTopicPartitionsRequestData request) {
        ListenerView view = new ListenerView(metadata.image(), context.listenerName());
        int limit = Math.max(1, Math.min(partitionLimit, request.responsePartitionLimit()));
        Page page = new Page(view, limit);
        int from = request.cursor() == null ? 0 : request.cursor().partitionIndex();
        for (String name : names(view, request)) {
            if (!page.add(name, from)) {
                break;
            }
            from = 0;
        }
        return CompletableFuture.completedFuture(page.response);
    }

    private static Collection<String> names(ListenerView view, DescribeTopicPartitionsRequestData request) {
        NavigableSet<String> names = new TreeSet<>();
        if (request.topics().isEmpty()) {
            names.addAll(view.image().topics().keySet());
        } else {
            request.topics().stream().map(TopicRequest::name).forEach(names::add);
        }
        return request.cursor() == null
                ? names
                : fromCursor(names, request.cursor(), request.topics().isEmpty());
    }

    /** A page may begin with a topic that is gone meanwhile, if all were asked for; otherwise the cursor must be one of the request. */
    private static Collection<String> fromCursor(
            NavigableSet<String> names, DescribeTopicPartitionsRequestData.Cursor cursor, boolean all) {
        if (cursor.partitionIndex() < 0) {
            throw new InvalidRequestException("The cursor's partition is " + cursor.partitionIndex() + ".");
        }
        if (all) {
            names.add(cursor.topicName());
        }
        if (!names.contains(cursor.topicName())) {
            throw new InvalidRequestException("The cursor's topic is not one of the topics asked for.");
        }
        return names.tailSet(cursor.topicName());
    }

    /** A page being filled. */
    private static final class Page {
        private final DescribeTopicPartitionsResponseData response = new DescribeTopicPartitionsResponseData();
        private final ListenerView view;
        private int room;

        Page(ListenerView view, int limit) {
            this.view = view;
            this.room = limit;
        }

        /** False if the page is full: the cursor then points at what did not fit. */
        boolean add(String name, int from) {
            if (room == 0) {
                return full(name, from);
            }
            Optional<TopicImage> topic = view.image().topic(name);
            if (topic.isEmpty()) {
                response.topics().add(unknown(name));
                return true;
            }
            return add(topic.get(), from);
        }

        private boolean add(TopicImage topic, int from) {
            List<PartitionImage> partitions = topic.partitions();
            int to = Math.min(partitions.size(), (int) Math.min(Integer.MAX_VALUE, (long) from + room));
            DescribeTopicPartitionsResponseTopic described = described(topic);
            for (int index = from; index < to; index++) {
                described.partitions().add(partition(index, partitions.get(index)));
            }
            room -= Math.max(0, to - from);
            response.topics().add(described);
            return to == partitions.size() || full(topic.name(), to);
        }

        private boolean full(String topic, int partition) {
            response.setNextCursor(new Cursor().setTopicName(topic).setPartitionIndex(partition));
            return false;
        }

        private static DescribeTopicPartitionsResponseTopic unknown(String name) {
            Errors error = Topic.isValid(name) ? Errors.UNKNOWN_TOPIC_OR_PARTITION : Errors.INVALID_TOPIC_EXCEPTION;
            return new DescribeTopicPartitionsResponseTopic()
                    .setErrorCode(error.code())
                    .setName(name)
                    .setIsInternal(Topic.isInternal(name))
                    .setTopicAuthorizedOperations(AuthorizedOperations.TOPIC);
        }

        private static DescribeTopicPartitionsResponseTopic described(TopicImage topic) {
            return new DescribeTopicPartitionsResponseTopic()
                    .setName(topic.name())
                    .setTopicId(topic.id())
                    .setIsInternal(Topic.isInternal(topic.name()))
                    .setTopicAuthorizedOperations(AuthorizedOperations.TOPIC);
        }

        private DescribeTopicPartitionsResponsePartition partition(int index, PartitionImage partition) {
            Errors error = view.leaderError(partition);
            return new DescribeTopicPartitionsResponsePartition()
                    .setErrorCode(error.code())
                    .setPartitionIndex(index)
                    .setLeaderId(error == Errors.NONE ? partition.leader() : PartitionImage.NO_LEADER)
                    .setLeaderEpoch(partition.leaderEpoch())
                    .setReplicaNodes(partition.replicas())
                    .setIsrNodes(partition.inSync())
                    .setEligibleLeaderReplicas(List.of())
                    .setLastKnownElr(List.of())
                    .setOfflineReplicas(view.offline(partition));
        }
    }
}
