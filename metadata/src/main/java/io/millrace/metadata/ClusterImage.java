package io.millrace.metadata;

import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * Everything the cluster has agreed on, immutable: what {@link MetadataCommand}s made of the empty image.
 *
 * @param version number of commands applied; grows by one with each
 * @param clusterId {@link Uuid#ZERO_UUID} until the first command has set it
 * @param featureLevel Millrace's own level: commands behave as of this level on every broker
 * @param brokers by id, fenced ones too
 * @param topics by name
 * @param topicNames names by topic id
 * @param configs dynamic configuration values by resource (topic, broker, the cluster-wide broker default with the empty
 *     name, group, client metrics); only what was set
 * @param nextProducerId first producer id that was not given out yet
 */
public record ClusterImage(
        long version,
        Uuid clusterId,
        int featureLevel,
        PMap<Integer, BrokerRegistration> brokers,
        PMap<String, TopicImage> topics,
        PMap<Uuid, String> topicNames,
        PMap<ConfigResource, PMap<String, String>> configs,
        long nextProducerId) {

    public static final ClusterImage EMPTY = new ClusterImage(
            0,
            Uuid.ZERO_UUID,
            0,
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            HashTreePMap.empty(),
            0);

    public Optional<TopicImage> topic(String name) {
        return Optional.ofNullable(topics.get(name));
    }

    public Optional<TopicImage> topic(Uuid id) {
        return Optional.ofNullable(topicNames.get(id)).flatMap(this::topic);
    }

    /** What was set dynamically on this resource; empty if nothing. */
    public PMap<String, String> configs(ConfigResource resource) {
        return configs.getOrDefault(resource, HashTreePMap.empty());
    }
}
