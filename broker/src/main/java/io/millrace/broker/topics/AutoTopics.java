package io.millrace.broker.topics;

import io.millrace.broker.topics.TopicPlan.Planned;
import io.millrace.broker.topics.TopicPlan.Refused;
import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.CommandResult;
import io.millrace.metadata.MetadataLog;
import io.millrace.metadata.MetadataLog.Applied;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Topics that come to be because somebody asked for them: ordinary ones under auto.create.topics.enable, and the coordinators'
 * own. Creation goes on behind the answer; who asks again finds the topic. Safe for any thread, never blocks.
 */
public final class AutoTopics {
    private static final Logger LOG = LoggerFactory.getLogger(AutoTopics.class);
    private static final int DEFAULT_PARTITIONS = -1;
    private static final short DEFAULT_REPLICATION_FACTOR = -1;

    private final MetadataLog metadata;
    private final TopicDefaults defaults;
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();

    public AutoTopics(MetadataLog metadata, TopicDefaults defaults) {
        this.metadata = metadata;
        this.defaults = defaults;
    }

    /** Creates a topic with the broker's defaults, unless its creation is under way. */
    public void create(String topic) {
        if (topic.equals(Topic.GROUP_METADATA_TOPIC_NAME)) {
            createOffsetsTopic();
        } else if (!Topic.isInternal(topic)) {
            submit(request(topic, DEFAULT_PARTITIONS, DEFAULT_REPLICATION_FACTOR));
        }
    }

    /**
     * Creates the topic of group state. It gets as many replicas as there are brokers where more are configured: a single broker
     * must be able to serve groups.
     */
    public void createOffsetsTopic() {
        int brokers = Placement.over(metadata.image().brokers().values()).brokers();
        int replicas = Math.min(defaults.offsetsTopicReplicationFactor(), brokers);
        CreatableTopic request =
                request(Topic.GROUP_METADATA_TOPIC_NAME, defaults.offsetsTopicPartitions(), (short) replicas);
        config(request, TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT);
        config(request, TopicConfig.COMPRESSION_TYPE_CONFIG, "producer");
        config(request, TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(defaults.offsetsTopicSegmentBytes()));
        submit(request);
    }

    private static CreatableTopic request(String topic, int partitions, short replicationFactor) {
        return new CreatableTopic().setName(topic).setNumPartitions(partitions).setReplicationFactor(replicationFactor);
    }

    private static void config(CreatableTopic request, String name, String value) {
        request.configs().add(new CreatableTopicConfig().setName(name).setValue(value));
    }

    private void submit(CreatableTopic request) {
        if (!underWay.add(request.name())) {
            return;
        }
        ClusterImage image = metadata.image();
        TopicPlan plan = new TopicPlanner(image, defaults, configs -> Optional.empty())
                .create(request, Uuid.randomUuid(), ThreadLocalRandom.current().nextInt(1 << 16));
        switch (plan) {
            case Planned planned -> {
                var _ = metadata.submit(planned.command())
                        .whenComplete((applied, failure) -> ended(request.name(), applied, failure));
            }
            case Refused refused -> {
                underWay.remove(request.name());
                LOG.warn("Topic {} is not created: {} {}", request.name(), refused.error(), refused.message());
            }
        }
    }

    private void ended(String topic, @Nullable Applied applied, @Nullable Throwable failure) {
        underWay.remove(topic);
        if (failure != null) {
            LOG.warn("Topic {} is not created", topic, failure);
        } else if (applied != null && applied.result() instanceof CommandResult.Refused refused) {
            LOG.info("Topic {} is not created: {} {}", topic, refused.error(), refused.message());
        } else {
            LOG.info("Topic {} is created because it was asked for", topic);
        }
    }
}
