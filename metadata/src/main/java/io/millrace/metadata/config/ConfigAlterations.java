package io.millrace.metadata.config;

import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.MetadataCommand.ConfigChange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.Topic;
import org.jspecify.annotations.Nullable;

/**
 * From what a client asks for to a change that may go into the log: names and values checked against the catalogues, with the
 * errors Kafka gives. Pure; throws ApiExceptions, whose error code is the answer.
 */
public final class ConfigAlterations {
    private final EffectiveConfig effective;

    public ConfigAlterations(EffectiveConfig effective) {
        this.effective = effective;
    }

    /**
     * One operation of IncrementalAlterConfigs (KIP-339).
     *
     * @param value null only for DELETE
     */
    public record Op(String name, OpType type, @Nullable String value) {}

    /**
     * The change that these operations make of the resource's present values.
     *
     * @throws InvalidRequestException for a key named twice, a missing value, a resource that has no configuration, or
     *     anything wrong with a broker's key
     * @throws InvalidConfigurationException for an unknown key or impossible value, or list operations on what is no list
     * @throws InvalidTopicException for a name no topic can have
     * @throws UnknownTopicOrPartitionException if there is no such topic
     */
    public ConfigChange incremental(ClusterImage image, ConfigResource resource, List<Op> ops) {
        requireDistinct(ops);
        ResourceRules rules = rules(image, resource);
        Map<String, String> before = image.configs(resource);
        Map<String, String> set = new TreeMap<>();
        List<String> remove = new ArrayList<>();
        for (Op op : ops) {
            if (op.type() == OpType.DELETE) {
                remove.add(op.name());
            } else {
                set.put(op.name(), value(op, rules, before));
            }
        }
        rules.check(set, remove, after(before, set, remove));
        return new ConfigChange(resource, set, remove);
    }

    /** The change that makes these the resource's values, and the only ones (AlterConfigs). Errors as above. */
    public ConfigChange replaceAll(ClusterImage image, ConfigResource resource, Map<String, @Nullable String> values) {
        ResourceRules rules = rules(image, resource);
        Map<String, String> set = new TreeMap<>();
        values.forEach((name, value) -> set.put(name, requireValue(name, value)));
        List<String> remove = image.configs(resource).keySet().stream()
                .filter(name -> !set.containsKey(name))
                .sorted()
                .toList();
        rules.check(set, remove, set);
        return new ConfigChange(resource, set, remove);
    }

    /**
     * Checks the configuration a topic is to be created with.
     *
     * @throws InvalidConfigurationException for an unknown key, a missing or an impossible value
     */
    public Map<String, String> newTopic(ClusterImage image, Map<String, @Nullable String> values) {
        Map<String, String> own = new TreeMap<>();
        values.forEach((name, value) -> {
            if (value == null) {
                throw new InvalidConfigurationException("Null value not supported for topic config: " + name);
            }
            own.put(name, value);
        });
        checkTopic(image, own);
        return own;
    }

    private ResourceRules rules(ClusterImage image, ConfigResource resource) {
        return switch (resource.type()) {
            case TOPIC -> topicRules(image, resource.name());
            case BROKER -> brokerRules(image, resource.name());
            default ->
                throw new InvalidRequestException("Configuration of type " + resource.type() + " cannot be changed");
        };
    }

    private ResourceRules topicRules(ClusterImage image, String topic) {
        if (topic.isEmpty()) {
            throw new InvalidRequestException("Topics have no common default: their brokers' configuration is");
        }
        Topic.validate(topic);
        if (image.topic(topic).isEmpty()) {
            throw new UnknownTopicOrPartitionException("The topic '" + topic + "' does not exist");
        }
        ConfigValues values = effective.topicValues(image, topic);
        return new ResourceRules(
                TopicConfigs.catalogue()::require, values, (set, remove, after) -> checkTopic(image, after));
    }

    private ResourceRules brokerRules(ClusterImage image, String broker) {
        if (!broker.isEmpty() && !broker.equals(Integer.toString(effective.brokerId()))) {
            throw new InvalidRequestException("Unexpected broker id " + broker + ": this is broker "
                    + effective.brokerId() + ", and an empty name is for all brokers");
        }
        ConfigValues values = effective.brokerValues(image);
        return new ResourceRules(
                BrokerRules::require, values, (set, remove, after) -> BrokerRules.check(broker, set, remove));
    }

    private void checkTopic(ClusterImage image, Map<String, String> own) {
        own.forEach(TopicConfigs.catalogue()::parse);
        ConfigValues values = effective.topicValues(image, own);
        long least = values.longValue(TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG);
        long most = values.longValue(TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG);
        if (least > most) {
            throw new InvalidConfigurationException(TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG + " (" + least
                    + ") must be at most " + TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG + " (" + most + ")");
        }
        if (values.bool(TopicConfig.REMOTE_LOG_STORAGE_ENABLE_CONFIG)) {
            throw new InvalidConfigurationException("Tiered storage is not enabled here: "
                    + TopicConfig.REMOTE_LOG_STORAGE_ENABLE_CONFIG + " can only be false");
        }
    }

    private static String value(Op op, ResourceRules rules, Map<String, String> before) {
        String value = requireValue(op.name(), op.value());
        return switch (op.type()) {
            case APPEND, SUBTRACT -> listValue(op, value, rules, before);
            default -> value;
        };
    }

    private static String listValue(Op op, String value, ResourceRules rules, Map<String, String> before) {
        ConfigKey key = rules.key(op.name());
        if (key.type() != ConfigDef.Type.LIST) {
            throw new InvalidConfigurationException(
                    "Can't " + op.type() + " to key " + op.name() + " because its type is not LIST");
        }
        @Nullable String own = before.get(op.name());
        Set<String> items = new LinkedHashSet<>(own == null ? rules.list(op.name()) : strings(key.parse(own)));
        List<String> operand = strings(key.parse(value));
        if (op.type() == OpType.APPEND) {
            items.addAll(operand);
        } else {
            operand.forEach(items::remove);
        }
        return String.join(",", items);
    }

    private static List<String> strings(Object list) {
        return ((Collection<?>) list).stream().map(String::valueOf).toList();
    }

    private static String requireValue(String name, @Nullable String value) {
        if (value == null) {
            throw new InvalidRequestException("Null value not supported for: " + name);
        }
        return value;
    }

    private static void requireDistinct(List<Op> ops) {
        Set<String> names = new HashSet<>();
        for (Op op : ops) {
            if (!names.add(op.name())) {
                throw new InvalidRequestException("Config key " + op.name() + " is there twice");
            }
        }
    }

    private static Map<String, String> after(Map<String, String> before, Map<String, String> set, List<String> remove) {
        Map<String, String> after = new HashMap<>(before);
        after.putAll(set);
        remove.forEach(after::remove);
        return after;
    }
}
