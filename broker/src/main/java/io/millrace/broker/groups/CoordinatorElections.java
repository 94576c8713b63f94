package io.millrace.broker.groups;

import io.millrace.coordinator.group.GroupCoordinator;
import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.MetadataLog;
import io.millrace.metadata.PartitionImage;
import io.millrace.metadata.TopicImage;
import io.millrace.metadata.Touched;
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
    public void changed(ClusterImage before, ClusterImage after, Touched touched) {
        if (touched.topics().contains(Topic.GROUP_METADATA_TOPIC_NAME)) {
            elect(led(before), led(after));
        }
        List<String> gone = gone(before, after, touched);
        if (!gone.isEmpty()) {
            groups.onTopicsDeleted(gone);
        }
    }

    private void elect(Map<Integer, Led> before, Map<Integer, Led> after) {
        before.forEach((partition, led) -> {
            Led now = after.get(partition);
            if (now == null || !now.topicId().equals(led.topicId())) {
                groups.onResignation(partition);
            }
        });
        after.forEach((partition, led) -> {
            if (!led.equals(before.get(partition))) {
                groups.onElection(partition, led.leaderEpoch());
            }
        });
    }

    private static Optional<TopicImage> offsetsTopic(ClusterImage image) {
        return image.topic(Topic.GROUP_METADATA_TOPIC_NAME);
    }

    private Map<Integer, Led> led(ClusterImage image) {
        Map<Integer, Led> led = new HashMap<>();
        offsetsTopic(image).ifPresent(found -> {
            for (int index = 0; index < found.partitions().size(); index++) {
                PartitionImage partition = found.partitions().get(index);
                if (partition.leader() == brokerId) {
                    led.put(index, new Led(found.id(), partition.leaderEpoch()));
                }
            }
        });
        return led;
    }

    private static List<String> gone(ClusterImage before, ClusterImage after, Touched touched) {
        List<String> gone = new ArrayList<>();
        for (String name : touched.topics()) {
            TopicImage topic = before.topics().get(name);
            if (topic != null && !after.topicNames().containsKey(topic.id())) {
                gone.add(name);
            }
        }
        return gone;
    }

    /** One partition's leadership. */
    private record Led(Uuid topicId, int leaderEpoch) {}
}
