package io.millrace.replication;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/** The partitions of one topic that this broker hosts. Safe for any thread; changed by {@link Replicas} alone. */
public final class TopicReplicas {
    private final String name;
    private final Uuid topicId;
    private final AtomicReferenceArray<@Nullable Partition> partitions;

    TopicReplicas(String name, Uuid topicId, AtomicReferenceArray<@Nullable Partition> partitions) {
        this.name = name;
        this.topicId = topicId;
        this.partitions = partitions;
    }

    public String name() {
        return name;
    }

    public Uuid topicId() {
        return topicId;
    }

    /** Number of the topic's partitions, wherever they are. */
    public int partitionCount() {
        return partitions.length();
    }

    /** Null if there is no such partition or it is on other brokers: {@link #missing} tells which. */
    public @Nullable Partition partition(int index) {
        return index >= 0 && index < partitions.length() ? partitions.get(index) : null;
    }

    /** Why {@link #partition} has given null. */
    public Errors missing(int index) {
        return index >= 0 && index < partitions.length()
                ? Errors.NOT_LEADER_OR_FOLLOWER
                : Errors.UNKNOWN_TOPIC_OR_PARTITION;
    }
}
