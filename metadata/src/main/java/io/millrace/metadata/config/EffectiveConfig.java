package io.millrace.metadata.config;

import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.config.ConfigKey.Scope;
import io.millrace.metadata.config.DescribedConfig.Synonym;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigSource;
import org.jspecify.annotations.Nullable;

/**
 * What holds on one broker. For a topic: what the topic says itself, else what was set for this broker, else for all brokers,
 * else what this broker was started with, else the default. Immutable; the dynamic values come with each image.
 */
public final class EffectiveConfig {
    private final int brokerId;
    private final StaticConfig file;

    public EffectiveConfig(int brokerId, StaticConfig file) {
        this.brokerId = brokerId;
        this.file = file;
    }

    int brokerId() {
        return brokerId;
    }

    /** The broker's values without anything dynamic: for the start, before there is an image. */
    public static ConfigValues staticValues(StaticConfig file) {
        return new EffectiveConfig(-1, file).brokerValues(ClusterImage.EMPTY);
    }

    /** What this broker goes by. */
    public ConfigValues brokerValues(ClusterImage image) {
        Layers layers = layers(image);
        return new ConfigValues(name -> layers.value(BrokerConfigs.catalogue().require(name)));
    }

    /** What a topic goes by, also one that does not exist (yet). */
    public ConfigValues topicValues(ClusterImage image, String topic) {
        return topicValues(image, image.configs(new ConfigResource(ConfigResource.Type.TOPIC, topic)));
    }

    /** What a topic with this configuration of its own would go by. */
    public ConfigValues topicValues(ClusterImage image, Map<String, String> own) {
        Layers layers = layers(image);
        return new ConfigValues(name -> topicValue(TopicConfigs.catalogue().require(name), own, layers));
    }

    /** All keys of a topic, whether it exists or not, in the order of their names. */
    public List<DescribedConfig> describeTopic(ClusterImage image, String topic) {
        Layers layers = layers(image);
        Map<String, String> own = image.configs(new ConfigResource(ConfigResource.Type.TOPIC, topic));
        return TopicConfigs.catalogue().keys().stream()
                .map(key -> describeTopicKey(key, own, layers))
                .toList();
    }

    /** All keys of this broker, in the order of their names, and what of Kafka's was set dynamically. */
    public List<DescribedConfig> describeBroker(ClusterImage image) {
        Layers layers = layers(image);
        return Stream.concat(
                        BrokerConfigs.catalogue().keys().stream(),
                        Stream.concat(layers.broker.keySet().stream(), layers.allBrokers.keySet().stream())
                                .distinct()
                                .sorted()
                                .flatMap(name -> KafkaBrokerKeys.find(name).stream()))
                .map(key -> DescribedConfig.of(key, layers.value(key), layers.synonyms(key)))
                .toList();
    }

    /** What was set as the default of all brokers: only that, in the order of the names. */
    public List<DescribedConfig> describeBrokerDefault(ClusterImage image) {
        Layers layers = new Layers(Map.of(), layers(image).allBrokers, Map.of());
        return layers.allBrokers.keySet().stream()
                .sorted()
                .flatMap(name -> brokerKey(name).stream())
                .map(key -> DescribedConfig.of(key, layers.value(key), layers.dynamicSynonyms(key)))
                .toList();
    }

    /** One of ours, or one of Kafka's that is accepted. */
    static Optional<ConfigKey> brokerKey(String name) {
        return BrokerConfigs.catalogue().find(name).or(() -> KafkaBrokerKeys.find(name));
    }

    private Layers layers(ClusterImage image) {
        return new Layers(
                image.configs(new ConfigResource(ConfigResource.Type.BROKER, Integer.toString(brokerId))),
                image.configs(new ConfigResource(ConfigResource.Type.BROKER, "")),
                file.values());
    }

    private static @Nullable Object topicValue(ConfigKey key, Map<String, String> own, Layers layers) {
        @Nullable String text = own.get(key.name());
        if (text != null) {
            return key.parse(text);
        }
        for (ConfigKey.Synonym synonym : key.brokerKeys()) {
            @Nullable Object value = layers.value(BrokerConfigs.catalogue().require(synonym.name()));
            if (value != null) {
                return synonym.factor() == 1 ? value : inUnit((Number) value, synonym.factor());
            }
        }
        return key.defaultValue() == null ? null : key.parse(key.defaultValue());
    }

    /** A negative value has no unit: it means without limit. */
    private static Long inUnit(Number value, long factor) {
        return value.longValue() < 0 ? value.longValue() : value.longValue() * factor;
    }

    private static DescribedConfig describeTopicKey(ConfigKey key, Map<String, String> own, Layers layers) {
        @Nullable Object value = topicValue(key, own, layers);
        List<Synonym> synonyms = new ArrayList<>();
        if (own.containsKey(key.name()) && value != null) {
            synonyms.add(new Synonym(key.name(), key.format(value), ConfigSource.TOPIC_CONFIG));
        }
        if (!key.brokerKeys().isEmpty()) {
            synonyms.addAll(layers.synonyms(BrokerConfigs.catalogue()
                    .require(key.brokerKeys().getFirst().name())));
        }
        return DescribedConfig.of(key, value, synonyms);
    }

    /** The broker's values by where they come from, the first that has a key wins. */
    private record Layers(Map<String, String> broker, Map<String, String> allBrokers, Map<String, String> file) {
        @Nullable
        Object value(ConfigKey key) {
            @Nullable String text = broker.get(key.name());
            if (text == null) {
                text = allBrokers.get(key.name());
            }
            if (text == null) {
                text = file.getOrDefault(key.name(), key.defaultValue());
            }
            return text == null ? null : key.parse(text);
        }

        /**
         * As Kafka lists them: by layer, in each the keys that mean the same by precedence, and only from the first value of
         * the described key itself on. What holds by way of another key alone is therefore described as a default.
         */
        List<Synonym> synonyms(ConfigKey key) {
            List<ConfigKey> keys = BrokerConfigs.sameThing(key.name()).stream()
                    .flatMap(name -> brokerKey(name).stream())
                    .toList();
            List<Synonym> all = new ArrayList<>(dynamicSynonyms(key));
            add(all, keys, file, ConfigSource.STATIC_BROKER_CONFIG);
            keys.stream()
                    .filter(each -> each.defaultValue() != null)
                    .forEach(each ->
                            all.add(new Synonym(each.name(), each.defaultValue(), ConfigSource.DEFAULT_CONFIG)));
            return all.stream()
                    .dropWhile(synonym -> !synonym.name().equals(key.name()))
                    .toList();
        }

        /** Only the key itself: those that mean the same in another unit are not dynamic. */
        List<Synonym> dynamicSynonyms(ConfigKey key) {
            List<Synonym> found = new ArrayList<>();
            if (key.scope() != Scope.READ_ONLY) {
                add(found, List.of(key), broker, ConfigSource.DYNAMIC_BROKER_CONFIG);
                add(found, List.of(key), allBrokers, ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG);
            }
            return found;
        }

        private static void add(
                List<Synonym> synonyms, List<ConfigKey> keys, Map<String, String> layer, ConfigSource source) {
            for (ConfigKey key : keys) {
                @Nullable String text = layer.get(key.name());
                if (text != null) {
                    synonyms.add(new Synonym(key.name(), key.sensitive() ? null : text, source));
                }
            }
        }
    }
}
