package io.millrace.broker.groups;

import io.millrace.coordinator.group.GroupCoordinator;
import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.MetadataLog;
import io.millrace.metadata.PartitionImage;
import io.millrace.metadata.TopicImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.internals.Topic;

/**
 * Tells the group coordinator which partitions of its topic this broker leads, and which topics are gone. Subscribed behind
 * the replicas, so that a partition is there before its shard is loaded. On the metadata log's thread.
 */
public final class CoordinatorElections implements MetadataLog.ImageListener {
    private final int brokerId;
    private final GroupCoordinator groups;

    public CoordinatorElections(int brokerId, GroupCoordinator groups) {
        this.brokerId = brokerId;
        this.groups = groups;
    }

    @Override
    public void changed(ClusterImage before, ClusterImage after) {
        if (before.topics() == after.topics()) {
            return;
        }
        Map<Integer, Led> ledBefore = led(before);
        Map<Integer, Led> ledAfter = led(after);
        ledBefore.forEach((partition, led) -> {
            Led now = ledAfter.get(partition);
            if (now == null || !now.topicId().equals(led.topicId())) {
                groups.onResignation(partition);
            }
        });
        ledAfter.forEach((partition, led) -> {
            if (!led.equals(ledBefore.get(partition))) {
                groups.onElection(partition, led.leaderEpoch());
            }
        });
        List<String> gone = gone(before, after);
        if (!gone.isEmpty()) {
            groups.onTopicsDeleted(gone);
        }
    }

    private Map<Integer, Led> led(ClusterImage image) {
        Map<Integer, Led> led = new HashMap<>();
        Optional<TopicImage> topic = image.topic(Topic.GROUP_METADATA_TOPIC_NAME);
        topic.ifPresent(found -> {
            for (int index = 0; index < found.partitions().size(); index++) {
                PartitionImage partition = found.partitions().get(index);
                if (partition.leader() == brokerId) {
                    led.put(index, new Led(found.id(), partition.leaderEpoch()));
                }
            }
        });
        return led;
    }

    private static List<String> gone(ClusterImage before, ClusterImage after) {
        List<String> gone = new ArrayList<>();
        for (TopicImage topic : before.topics().values()) {
            TopicImage now = after.topics().get(topic.name());
            if (now != topic && (now == null || !now.id().equals(topic.id()))) {
                gone.add(topic.name());
            }
        }
        return gone;
    }

    /** One partition's leadership. */
    private record Led(Uuid topicId, int leaderEpoch) {}
}
