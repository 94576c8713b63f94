package io.millrace.broker.topics;

import io.millrace.broker.topics.TopicPlan.Planned;
import io.millrace.broker.topics.TopicPlan.Refused;
import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.CommandResult;
import io.millrace.metadata.Commands;
import io.millrace.metadata.MetadataCommand;
import io.millrace.metadata.MetadataCommand.CreatePartitions;
import io.millrace.metadata.MetadataCommand.CreateTopic;
import io.millrace.metadata.MetadataLog.Applied;
import io.millrace.metadata.TopicImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsAssignment;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableReplicaAssignment;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.protocol.Errors;

/**
 * Turns the topics of one CreateTopics or CreatePartitions request into commands or refusals (KIP-4, 195, 464). Each command is
 * tried on an image of the planner's own, so that topics planned earlier in the request count, and a validate-only request
 * hears what the real one would. Everything random comes from the caller. One request, one thread.
 */
public final class TopicPlanner {
    private static final int DEFAULT = -1;

    private final TopicDefaults defaults;
    private final ConfigCheck configCheck;
    private final Placement placement;
    private ClusterImage image;

    public TopicPlanner(ClusterImage image, TopicDefaults defaults, ConfigCheck configCheck) {
        this.image = image;
        this.defaults = defaults;
        this.configCheck = configCheck;
        this.placement = Placement.over(image.brokers().values());
    }

    /** Why a topic cannot have this configuration. */
    public interface ConfigCheck {
        Optional<String> problem(Map<String, String> configs);
    }

    /**
     * @param id the new topic's id
     * @param start where the placement begins, not below 0
     */
    public TopicPlan create(CreatableTopic topic, Uuid id, int start) {
        return name(topic.name())
                .or(() -> configs(topic))
                .or(() -> shape(topic))
                .<TopicPlan>map(refused -> refused)
                .orElseGet(() -> tried(new CreateTopic(topic.name(), id, assignment(topic, start), configsOf(topic))));
    }

    /** @param start as in {@link #create} */
    public TopicPlan extend(CreatePartitionsTopic request, int start) {
        Optional<TopicImage> found = image.topic(request.name());
        if (found.isEmpty()) {
            return new Refused(Errors.UNKNOWN_TOPIC_OR_PARTITION, "There is no topic '" + request.name() + "'.");
        }
        TopicImage topic = found.get();
        int present = topic.partitions().size();
        return increase(request, topic)
                .<TopicPlan>map(refused -> refused)
                .orElseGet(
                        () -> tried(new CreatePartitions(topic.id(), present, assignmentOfNew(request, topic, start))));
    }

    /** With everything planned so far. */
    public ClusterImage image() {
        return image;
    }

    /** How many partitions the topic would have; 0 where it cannot be told. */
    public int partitions(CreatableTopic topic) {
        if (!topic.assignments().isEmpty()) {
            return topic.assignments().size();
        }
        return topic.numPartitions() == DEFAULT ? defaults.numPartitions() : Math.max(0, topic.numPartitions());
    }

    /** How many partitions the topic would gain; 0 where it cannot be told. */
    public int increase(CreatePartitionsTopic request) {
        return image.topic(request.name())
                .map(topic -> Math.max(0, request.count() - topic.partitions().size()))
                .orElse(0);
    }

    private TopicPlan tried(MetadataCommand command) {
        Applied applied = Commands.apply(image, command);
        if (applied.result() instanceof CommandResult.Refused refused) {
            return new Refused(refused.error(), refused.message());
        }
        image = applied.image();
        return new Planned(command);
    }

    /** Before all else: who creates a topic "if it is not there" must hear that it is, whatever else is asked. */
    private Optional<Refused> name(String name) {
        try {
            Topic.validate(name);
        } catch (InvalidTopicException e) {
            return refused(Errors.INVALID_TOPIC_EXCEPTION, String.valueOf(e.getMessage()));
        }
        return image.topic(name).isPresent()
                ? refused(Errors.TOPIC_ALREADY_EXISTS, "There is a topic '" + name + "' already.")
                : Optional.empty();
    }

    private Optional<Refused> configs(CreatableTopic topic) {
        for (CreatableTopicConfig config : topic.configs()) {
            if (config.value() == null) {
                return refused(Errors.INVALID_CONFIG, "The value of " + config.name() + " is null.");
            }
        }
        return configCheck.problem(configsOf(topic)).map(message -> new Refused(Errors.INVALID_CONFIG, message));
    }

    private static Map<String, String> configsOf(CreatableTopic topic) {
        Map<String, String> configs = new LinkedHashMap<>();
        topic.configs().forEach(config -> configs.put(config.name(), config.value()));
        return configs;
    }

    private Optional<Refused> shape(CreatableTopic topic) {
        return topic.assignments().isEmpty() ? counts(topic) : manual(topic);
    }

    private Optional<Refused> counts(CreatableTopic topic) {
        if (topic.replicationFactor() != DEFAULT && topic.replicationFactor() < 1) {
            return refused(Errors.INVALID_REPLICATION_FACTOR, "The replication factor is -1 (default) or at least 1.");
        }
        if (topic.numPartitions() != DEFAULT && topic.numPartitions() < 1) {
            return refused(Errors.INVALID_PARTITIONS, "The number of partitions is -1 (default) or at least 1.");
        }
        return enoughBrokers(replicationFactor(topic));
    }

    private Optional<Refused> enoughBrokers(int replicationFactor) {
        return replicationFactor <= placement.brokers()
                ? Optional.empty()
                : refused(
                        Errors.INVALID_REPLICATION_FACTOR,
                        replicationFactor + " replicas need as many brokers; there are " + placement.brokers() + ".");
    }

    private static Optional<Refused> manual(CreatableTopic topic) {
        if (topic.replicationFactor() != DEFAULT || topic.numPartitions() != DEFAULT) {
            return refused(
                    Errors.INVALID_REQUEST,
                    "With an assignment given, the number of partitions and the replication factor must be -1.");
        }
        List<CreatableReplicaAssignment> sorted = sorted(topic);
        for (int i = 0; i < sorted.size(); i++) {
            if (sorted.get(i).partitionIndex() != i) {
                return refused(Errors.INVALID_REPLICA_ASSIGNMENT, "The assignment must name partitions 0 to n-1.");
            }
        }
        return Optional.empty();
    }

    private static List<CreatableReplicaAssignment> sorted(CreatableTopic topic) {
        List<CreatableReplicaAssignment> sorted = new ArrayList<>(topic.assignments());
        sorted.sort(Comparator.comparingInt(CreatableReplicaAssignment::partitionIndex));
        return sorted;
    }

    private List<List<Integer>> assignment(CreatableTopic topic, int start) {
        return topic.assignments().isEmpty()
                ? placement.place(partitions(topic), replicationFactor(topic), start)
                : sorted(topic).stream()
                        .map(CreatableReplicaAssignment::brokerIds)
                        .toList();
    }

    private int replicationFactor(CreatableTopic topic) {
        return topic.replicationFactor() == DEFAULT ? defaults.replicationFactor() : topic.replicationFactor();
    }

    private Optional<Refused> increase(CreatePartitionsTopic request, TopicImage topic) {
        int added = request.count() - topic.partitions().size();
        if (added <= 0) {
            return refused(
                    Errors.INVALID_PARTITIONS,
                    "Topic '" + request.name() + "' has " + topic.partitions().size() + " partitions; "
                            + request.count() + " are not more.");
        }
        List<CreatePartitionsAssignment> given = request.assignments();
        if (given == null) {
            return enoughBrokers(replicationFactor(topic));
        }
        return given.size() == added
                ? Optional.empty()
                : refused(
                        Errors.INVALID_REPLICA_ASSIGNMENT,
                        added + " new partitions need as many assignments; there are " + given.size() + ".");
    }

    private List<List<Integer>> assignmentOfNew(CreatePartitionsTopic request, TopicImage topic, int start) {
        List<CreatePartitionsAssignment> given = request.assignments();
        if (given == null) {
            return placement.place(request.count() - topic.partitions().size(), replicationFactor(topic), start);
        }
        return given.stream().map(CreatePartitionsAssignment::brokerIds).toList();
    }

    private static int replicationFactor(TopicImage topic) {
        return topic.partitions().getFirst().replicas().size();
    }

    private static Optional<Refused> refused(Errors error, String message) {
        return Optional.of(new Refused(error, message));
    }
}
