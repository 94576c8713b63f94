package io.millrace.coordinator.group;

/**
 * What an operator can set about consumer groups; Kafka's names and defaults where Kafka has the key.
 *
 * @param offsetsTopicPartitions {@code offsets.topic.num.partitions}: fixed once the topic exists
 * @param minSessionTimeoutMs {@code group.min.session.timeout.ms}
 * @param maxSessionTimeoutMs {@code group.max.session.timeout.ms}
 * @param initialRebalanceDelayMs {@code group.initial.rebalance.delay.ms}: how long an empty group waits for more members
 * @param maxSize {@code group.max.size}: members of a group
 * @param offsetMetadataMaxBytes {@code offset.metadata.max.bytes}: UTF-16 units, as Kafka counts them
 * @param offsetsRetentionMs {@code offsets.retention.minutes}, in ms
 * @param retentionCheckIntervalMs {@code offsets.retention.check.interval.ms}
 * @param maxBatchBytes {@code max.message.bytes} of the offsets topic: a group's members with their metadata and assignments
 *     fit one batch, or the group cannot become stable
 * @param maxPendingMembers ids of one group that were given out to members that have not come back with them yet
 * @param maxWaitingRequests requests that wait in front of one shard, before it answers COORDINATOR_LOAD_IN_PROGRESS
 */
public record GroupConfig(
        int offsetsTopicPartitions,
        int minSessionTimeoutMs,
        int maxSessionTimeoutMs,
        int initialRebalanceDelayMs,
        int maxSize,
        int offsetMetadataMaxBytes,
        long offsetsRetentionMs,
        long retentionCheckIntervalMs,
        int maxBatchBytes,
        int maxPendingMembers,
        int maxWaitingRequests) {
    private static final long DAY_MS = 24 * 60 * 60 * 1000L;

    public static final GroupConfig DEFAULTS = new GroupConfig(
            50, 6_000, 1_800_000, 3_000, Integer.MAX_VALUE, 4_096, 7 * DAY_MS, 600_000, 1_048_588, 10_000, 10_000);

    /** @throws IllegalArgumentException naming the value that is out of its range */
    public GroupConfig {
        atLeast("offsets.topic.num.partitions", offsetsTopicPartitions, 1);
        atLeast("group.min.session.timeout.ms", minSessionTimeoutMs, 0);
        atLeast("group.max.session.timeout.ms", maxSessionTimeoutMs, minSessionTimeoutMs);
        atLeast("group.initial.rebalance.delay.ms", initialRebalanceDelayMs, 0);
        atLeast("group.max.size", maxSize, 1);
        atLeast("offset.metadata.max.bytes", offsetMetadataMaxBytes, 0);
        atLeast("offsets.retention.minutes", offsetsRetentionMs, 1);
        atLeast("offsets.retention.check.interval.ms", retentionCheckIntervalMs, 1);
        atLeast("maxBatchBytes", maxBatchBytes, 1024);
        atLeast("maxPendingMembers", maxPendingMembers, 1);
        atLeast("maxWaitingRequests", maxWaitingRequests, 1);
    }

    private static void atLeast(String key, long value, long least) {
        if (value < least) {
            throw new IllegalArgumentException(key + " is " + value + ", must be at least " + least);
        }
    }
}
