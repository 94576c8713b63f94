package io.millrace.metadata;

import io.millrace.metadata.Commands.Refusal;
import io.millrace.metadata.MetadataCommand.CreatePartitions;
import io.millrace.metadata.MetadataCommand.CreateTopic;
import io.millrace.metadata.MetadataCommand.DeleteTopic;
import io.millrace.metadata.MetadataLog.Applied;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.protocol.Errors;
import org.pcollections.HashTreePMap;
import org.pcollections.PVector;
import org.pcollections.TreePVector;

/** Commands on topics, with the checks and error codes of Kafka's controller. */
final class TopicCommands {
    private TopicCommands() {}

    static Applied create(ClusterImage image, CreateTopic command) {
        String name = command.name();
        TopicNames.requireValid(name);
        if (image.topics().containsKey(name)) {
            throw new Refusal(Errors.TOPIC_ALREADY_EXISTS, "Topic '" + name + "' already exists");
        }
        TopicNames.requireNoCollision(image, name);
        requireUnused(image, command.id());
        if (command.assignment().isEmpty()) {
            throw new Refusal(Errors.INVALID_PARTITIONS, "A topic needs at least one partition");
        }
        int replicas = command.assignment().getFirst().size();
        PVector<PartitionImage> partitions =
                Assignments.place(image, TreePVector.empty(), command.assignment(), replicas);
        return ImageChange.of(image)
                .topic(new TopicImage(name, command.id(), partitions))
                .configs(new ConfigResource(ConfigResource.Type.TOPIC, name), HashTreePMap.from(command.configs()))
                .done();
    }

    private static void requireUnused(ClusterImage image, Uuid id) {
        if (Uuid.RESERVED.contains(id) || image.topicNames().containsKey(id)) {
            throw new Refusal(Errors.INVALID_REQUEST, "Topic id " + id + " is reserved or in use");
        }
    }

    static Applied delete(ClusterImage image, DeleteTopic command) {
        return ImageChange.of(image).withoutTopic(existing(image, command.id())).done();
    }

    static Applied createPartitions(ClusterImage image, CreatePartitions command) {
        TopicImage topic = existing(image, command.topicId());
        int present = topic.partitions().size();
        List<List<Integer>> added = command.assignment();
        if (added.isEmpty()) {
            throw new Refusal(
                    Errors.INVALID_PARTITIONS,
                    "Topic '" + topic.name() + "' has " + present + " partition(s), and none would be added");
        }
        if (command.firstNew() != present) {
            throw new Refusal(
                    Errors.INVALID_PARTITIONS,
                    "Topic '" + topic.name() + "' has " + present + " partition(s), not the " + command.firstNew()
                            + " that were to be added to");
        }
        int replicas = topic.partitions().getFirst().replicas().size();
        PVector<PartitionImage> partitions = Assignments.place(image, topic.partitions(), added, replicas);
        return ImageChange.of(image)
                .topic(new TopicImage(topic.name(), topic.id(), partitions))
                .done();
    }

    private static TopicImage existing(ClusterImage image, Uuid id) {
        return image.topic(id)
                .orElseThrow(() -> new Refusal(Errors.UNKNOWN_TOPIC_ID, "There is no topic with the id " + id));
    }
}
