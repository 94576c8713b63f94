package io.millrace.broker.api;

import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.MetadataLog;
import io.millrace.metadata.TopicImage;
import io.millrace.replication.Partition;
import io.millrace.replication.Replicas;
import io.millrace.storage.LogStore;
import io.millrace.storage.LogStore.Directory;
import io.millrace.storage.LogStore.LogSize;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.DescribeLogDirsRequestData.DescribableLogDirTopic;
import org.apache.kafka.common.message.DescribeLogDirsResponseData;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsPartition;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsResult;
import org.apache.kafka.common.message.DescribeLogDirsResponseData.DescribeLogDirsTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * DescribeLogDirs, versions 1 to 5 (KIP-113, 827, 1066): what lies where on this broker. A partition that was never written to
 * has no files yet and is shown empty, in the first directory that works.
 */
final class DescribeLogDirsHandler implements ApiHandler<DescribeLogDirsRequestData> {
    private static final LogSize EMPTY = new LogSize(0, 0);

    private final int brokerId;
    private final MetadataLog metadata;
    private final LogStore logs;
    private final Replicas replicas;

    DescribeLogDirsHandler(int brokerId, MetadataLog metadata, LogStore logs, Replicas replicas) {
        this.brokerId = brokerId;
        this.metadata = metadata;
        this.logs = logs;
        this.replicas = replicas;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.DESCRIBE_LOG_DIRS;
    }

    @Override
    public Class<DescribeLogDirsRequestData> requestType() {
        return DescribeLogDirsRequestData.class;
    }

    /** Asks the volumes for their sizes, which may wait. */
    @Override
    public CompletionStage<DescribeLogDirsResponseData> handle(
            RequestContext context, DescribeLogDirsRequestData request) {
        return CompletableFuture.supplyAsync(() -> response(request), context.blocking());
    }

    private DescribeLogDirsResponseData response(DescribeLogDirsRequestData request) {
        List<Directory> directories = logs.directories();
        Set<TopicPartition> asked = asked(request);
        Map<TopicPartition, LogSize> unwritten = unwritten(metadata.image(), directories);
        boolean showUnwritten = true;
        DescribeLogDirsResponseData response = new DescribeLogDirsResponseData();
        for (Directory directory : directories) {
            Map<TopicPartition, LogSize> shown = new HashMap<>();
            directory.logs().forEach((partition, size) -> shown.put(partition.topicPartition(), size));
            if (directory.online() && showUnwritten) {
                shown.putAll(unwritten);
                showUnwritten = false;
            }
            if (request.topics() != null) {
                shown.keySet().retainAll(asked);
            }
            response.results().add(result(directory, shown));
        }
        return response;
    }

    private static Set<TopicPartition> asked(DescribeLogDirsRequestData request) {
        Set<TopicPartition> asked = new HashSet<>();
        if (request.topics() != null) {
            for (DescribableLogDirTopic topic : request.topics()) {
                topic.partitions().forEach(index -> asked.add(new TopicPartition(topic.topic(), index)));
            }
        }
        return asked;
    }

    private Map<TopicPartition, LogSize> unwritten(ClusterImage image, List<Directory> directories) {
        Map<TopicPartition, LogSize> unwritten = new HashMap<>();
        for (TopicImage topic : image.topics().values()) {
            for (int index = 0; index < topic.partitions().size(); index++) {
                TopicIdPartition id = new TopicIdPartition(topic.id(), index, topic.name());
                if (topic.partitions().get(index).replicas().contains(brokerId)
                        && directories.stream()
                                .noneMatch(directory -> directory.logs().containsKey(id))) {
                    unwritten.put(id.topicPartition(), EMPTY);
                }
            }
        }
        return unwritten;
    }

    private DescribeLogDirsResult result(Directory directory, Map<TopicPartition, LogSize> shown) {
        DescribeLogDirsResult result = new DescribeLogDirsResult()
                .setLogDir(directory.path().toAbsolutePath().toString());
        if (!directory.online()) {
            return result.setErrorCode(Errors.KAFKA_STORAGE_ERROR.code());
        }
        Map<String, DescribeLogDirsTopic> topics = new TreeMap<>();
        shown.forEach((partition, size) -> topics.computeIfAbsent(
                        partition.topic(), name -> new DescribeLogDirsTopic().setName(name))
                .partitions()
                .add(described(partition, size)));
        return result.setTopics(List.copyOf(topics.values()))
                .setTotalBytes(directory.totalBytes())
                .setUsableBytes(directory.usableBytes());
    }

    private DescribeLogDirsPartition described(TopicPartition partition, LogSize size) {
        return new DescribeLogDirsPartition()
                .setPartitionIndex(partition.partition())
                .setPartitionSize(size.bytes())
                .setOffsetLag(lag(replicas.partition(partition.topic(), partition.partition()), size));
    }

    /** How far the log's end is ahead of what is committed: nothing where the log is not even open. */
    private static long lag(@Nullable Partition partition, LogSize size) {
        return partition == null || partition.logIfOpen() == null
                ? 0
                : Math.max(0, size.endOffset() - partition.highWatermark().offset());
    }
}
