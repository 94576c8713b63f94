package io.millrace.replication;

import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.MetadataLog;
import io.millrace.metadata.PartitionImage;
import io.millrace.metadata.TopicImage;
import io.millrace.metadata.Touched;
import io.millrace.storage.LogStore;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every partition this broker hosts, as the cluster image says. Look-ups from any thread; {@link #changed} on the metadata
 * log's thread alone. Nothing is opened here: a log opens when it is first used.
 */
public final class Replicas implements MetadataLog.ImageListener {
    private static final Logger LOG = LoggerFactory.getLogger(Replicas.class);

    private final int brokerId;
    private final LogStore logs;
    private final TopicSettingsSource settings;
    private final Map<String, TopicReplicas> byName = new ConcurrentHashMap<>();
    private final Map<Uuid, TopicReplicas> byId = new ConcurrentHashMap<>();

    public Replicas(int brokerId, LogStore logs, TopicSettingsSource settings) {
        this.brokerId = brokerId;
        this.logs = logs;
        this.settings = settings;
    }

    /** Null if there is no such topic: UNKNOWN_TOPIC_OR_PARTITION. */
    public @Nullable TopicReplicas topic(String name) {
        return byName.get(name);
    }

    /** Null if there is no such topic: UNKNOWN_TOPIC_ID. */
    public @Nullable TopicReplicas topic(Uuid id) {
        return byId.get(id);
    }

    /** The partition if this broker hosts it. */
    public @Nullable Partition partition(String topic, int index) {
        TopicReplicas replicas = byName.get(topic);
        return replicas == null ? null : replicas.partition(index);
    }

    /** Creates, changes and deletes partitions until they are as the second image says. */
    @Override
    public void changed(ClusterImage before, ClusterImage after, Touched touched) {
        for (String name : touched.topics()) {
            TopicImage gone = before.topics().get(name);
            if (gone != null && !sameTopic(gone, after)) {
                delete(gone);
            }
        }
        for (String name : toUpdate(after, touched)) {
            TopicImage topic = after.topics().get(name);
            if (topic != null) {
                update(topic, after);
            }
        }
    }

    /** Brokers' configurations hold for all topics that say nothing else. */
    private static Set<String> toUpdate(ClusterImage after, Touched touched) {
        if (touched.configs().stream().anyMatch(resource -> resource.type() == ConfigResource.Type.BROKER)) {
            return after.topics().keySet();
        }
        Set<String> topics = new HashSet<>(touched.topics());
        for (ConfigResource resource : touched.configs()) {
            if (resource.type() == ConfigResource.Type.TOPIC) {
                topics.add(resource.name());
            }
        }
        return topics;
    }

    /**
     * Deletes the files of topics that are gone from the image: a deletion that a stop has interrupted. Call it at start-up,
     * after the first image.
     */
    public CompletableFuture<Void> deleteStrays(ClusterImage image) {
        Set<TopicIdPartition> strays = logs.stored().stream()
                .filter(partition -> image.topic(partition.topicId()).isEmpty())
                .collect(Collectors.toSet());
        strays.forEach(stray -> LOG.info("{} belongs to no topic of this cluster: its files are deleted", stray));
        return CompletableFuture.allOf(strays.stream().map(logs::delete).toArray(CompletableFuture[]::new));
    }

    private static boolean sameTopic(TopicImage topic, ClusterImage in) {
        TopicImage other = in.topics().get(topic.name());
        return other != null && other.id().equals(topic.id());
    }

    private void update(TopicImage topic, ClusterImage image) {
        TopicReplicas known = byName.get(topic.name());
        TopicSettings topicSettings = settings.settings(image, topic.name());
        if (known == null || known.partitionCount() != topic.partitions().size()) {
            TopicReplicas grown = grown(topic, known, topicSettings);
            byId.put(topic.id(), grown);
            byName.put(topic.name(), grown);
            known = grown;
        }
        for (int index = 0; index < known.partitionCount(); index++) {
            Partition partition = known.partition(index);
            if (partition != null) {
                partition.lead(new Leadership(brokerId, topic.partitions().get(index)), topicSettings);
            }
        }
    }

    private TopicReplicas grown(TopicImage topic, @Nullable TopicReplicas known, TopicSettings topicSettings) {
        int count = topic.partitions().size();
        AtomicReferenceArray<@Nullable Partition> partitions = new AtomicReferenceArray<>(count);
        for (int index = 0; index < count; index++) {
            Partition existing = known == null ? null : known.partition(index);
            partitions.set(index, existing == null ? created(topic, index, topicSettings) : existing);
        }
        return new TopicReplicas(topic.name(), topic.id(), partitions);
    }

    private @Nullable Partition created(TopicImage topic, int index, TopicSettings topicSettings) {
        PartitionImage image = topic.partitions().get(index);
        if (!image.replicas().contains(brokerId)) {
            return null;
        }
        TopicIdPartition id = new TopicIdPartition(topic.id(), index, topic.name());
        return new Partition(id, logs, new Leadership(brokerId, image), topicSettings);
    }

    private void delete(TopicImage topic) {
        TopicReplicas gone = byId.remove(topic.id());
        if (gone == null) {
            return;
        }
        byName.remove(topic.name(), gone);
        for (int index = 0; index < gone.partitionCount(); index++) {
            Partition partition = gone.partition(index);
            if (partition != null) {
                partition.stop(Errors.UNKNOWN_TOPIC_OR_PARTITION);
                deleteFiles(partition.id());
            }
        }
    }

    private void deleteFiles(TopicIdPartition id) {
        var _ = logs.delete(id).whenComplete((_, failure) -> {
            if (failure != null) {
                LOG.warn("{}: files not deleted; the next start tries again", id, failure);
            }
        });
    }
}
