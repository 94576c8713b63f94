package io.millrace.broker.topics;

/**
 * What a topic gets where the request does not say.
 *
 * @param numPartitions num.partitions
 * @param replicationFactor default.replication.factor
 * @param offsetsTopicPartitions offsets.topic.num.partitions
 * @param offsetsTopicReplicationFactor offsets.topic.replication.factor
 * @param offsetsTopicSegmentBytes offsets.topic.segment.bytes
 */
public record TopicDefaults(
        int numPartitions,
        short replicationFactor,
        int offsetsTopicPartitions,
        short offsetsTopicReplicationFactor,
        int offsetsTopicSegmentBytes) {}
