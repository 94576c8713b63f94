package io.millrace.metadata;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;

/** A change of the {@link ClusterImage}. Carries everything random or timed that it needs. */
public sealed interface MetadataCommand {
    /** The first command of a cluster's life; refused afterwards. */
    record FoundCluster(Uuid clusterId, int featureLevel) implements MetadataCommand {}

    /**
     * A broker has started. Its partitions get it as leader where it is in sync and none or itself leads, under a new leader
     * epoch: what an earlier run of it may have lost is then told apart from what comes.
     */
    record RegisterBroker(BrokerRegistration broker) implements MetadataCommand {}

    /**
     * @param assignment broker ids by partition index, preferred leader first
     * @param configs the topic's own configuration, validated by who built the command
     */
    record CreateTopic(String name, Uuid id, List<List<Integer>> assignment, Map<String, String> configs)
            implements MetadataCommand {}

    record DeleteTopic(Uuid id) implements MetadataCommand {}

    /**
     * @param firstNew index of the first new partition: refused if the topic has changed meanwhile
     * @param assignment broker ids of the new partitions
     */
    record CreatePartitions(Uuid topicId, int firstNew, List<List<Integer>> assignment) implements MetadataCommand {}

    /** Sets and removes configuration values of several resources, all or none. */
    record ChangeConfigs(List<ConfigChange> changes) implements MetadataCommand {}

    /**
     * @param set values to set
     * @param remove names to remove
     */
    record ConfigChange(ConfigResource resource, Map<String, String> set, List<String> remove) {}

    /** Reserves a block of producer ids for a broker; the result is a {@link CommandResult.ProducerIds}. */
    record AllocateProducerIds(int brokerId, int count) implements MetadataCommand {}
}
