package io.millrace.metadata;

import io.millrace.metadata.MetadataLog.Applied;
import java.util.HashSet;
import java.util.Set;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.jspecify.annotations.Nullable;
import org.pcollections.PMap;

/** An image in the making: the parts a command changes, the others as they were. Used once, by one thread. */
final class ImageChange {
    private final long version;
    private final Set<String> touchedTopics = new HashSet<>();
    private final Set<ConfigResource> touchedConfigs = new HashSet<>();
    private Uuid clusterId;
    private int featureLevel;
    private PMap<Integer, BrokerRegistration> brokers;
    private PMap<String, TopicImage> topics;
    private PMap<Uuid, String> topicNames;
    private PMap<ConfigResource, PMap<String, String>> configs;
    private long nextProducerId;

    private ImageChange(ClusterImage before) {
        version = before.version() + 1;
        clusterId = before.clusterId();
        featureLevel = before.featureLevel();
        brokers = before.brokers();
        topics = before.topics();
        topicNames = before.topicNames();
        configs = before.configs();
        nextProducerId = before.nextProducerId();
    }

    static ImageChange of(ClusterImage before) {
        return new ImageChange(before);
    }

    ImageChange founded(Uuid clusterId, int featureLevel) {
        this.clusterId = clusterId;
        this.featureLevel = featureLevel;
        return this;
    }

    ImageChange broker(BrokerRegistration broker) {
        brokers = brokers.plus(broker.id(), broker);
        return this;
    }

    ImageChange topic(TopicImage topic) {
        touchedTopics.add(topic.name());
        topics = topics.plus(topic.name(), topic);
        topicNames = topicNames.plus(topic.id(), topic.name());
        return this;
    }

    ImageChange withoutTopic(TopicImage topic) {
        touchedTopics.add(topic.name());
        topics = topics.minus(topic.name());
        topicNames = topicNames.minus(topic.id());
        return configs(new ConfigResource(ConfigResource.Type.TOPIC, topic.name()), null);
    }

    /** An empty or absent map takes the resource out. */
    ImageChange configs(ConfigResource resource, @Nullable PMap<String, String> values) {
        if (values != null || configs.containsKey(resource)) {
            touchedConfigs.add(resource);
        }
        configs = values == null || values.isEmpty() ? configs.minus(resource) : configs.plus(resource, values);
        return this;
    }

    ImageChange nextProducerId(long id) {
        nextProducerId = id;
        return this;
    }

    /** The command's outcome, when all its changes are made. */
    Applied done() {
        return done(new CommandResult.Done());
    }

    Applied done(CommandResult result) {
        ClusterImage image = new ClusterImage(
                version, clusterId, featureLevel, brokers, topics, topicNames, configs, nextProducerId);
        return new Applied(image, result, new Touched(touchedTopics, touchedConfigs));
    }
}
