package io.millrace.metadata.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.Commands;
import io.millrace.metadata.MetadataCommand;
import io.millrace.metadata.MetadataCommand.ChangeConfigs;
import io.millrace.metadata.MetadataCommand.ConfigChange;
import io.millrace.metadata.MetadataCommand.CreateTopic;
import io.millrace.metadata.RandomCommands;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expected texts are what Apache Kafka 4.4 answered to the same changes, source numbers written as their names. */
class EffectiveConfigTest {
    private static final ConfigResource TOPIC = new ConfigResource(ConfigResource.Type.TOPIC, "t");
    private static final ConfigResource BROKER = new ConfigResource(ConfigResource.Type.BROKER, "0");
    private static final ConfigResource ALL_BROKERS = new ConfigResource(ConfigResource.Type.BROKER, "");

    private static final StaticConfig FILE =
            StaticConfig.parse(Map.of("log.segment.bytes", "1073741824", "log.retention.hours", "168", "node.id", "0"));

    private final EffectiveConfig effective = new EffectiveConfig(0, FILE);

    private static ClusterImage image(ConfigChange... changes) {
        ClusterImage image = ClusterImage.EMPTY;
        for (MetadataCommand command : RandomCommands.foundation()) {
            image = Commands.apply(image, command).image();
        }
        image = Commands.apply(image, new CreateTopic("t", new Uuid(1, 2), List.of(List.of(0)), Map.of()))
                .image();
        return Commands.apply(image, new ChangeConfigs(List.of(changes))).image();
    }

    private static ConfigChange set(ConfigResource resource, Map<String, String> values) {
        return new ConfigChange(resource, values, List.of());
    }

    private static String line(List<DescribedConfig> described, String name) {
        return described.stream()
                .filter(config -> config.key().name().equals(name))
                .map(config -> config.value() + " " + config.source() + " "
                        + config.synonyms().stream()
                                .map(synonym -> synonym.name() + "=" + synonym.value() + "@" + synonym.source())
                                .toList())
                .collect(Collectors.joining());
    }

    private static final ConfigChange[] CHANGES = {
        set(TOPIC, Map.of("retention.ms", "1000", "cleanup.policy", "compact,delete")),
        set(
                ALL_BROKERS,
                Map.of("log.retention.ms", "5000", "message.max.bytes", "2000000", "log.cleaner.threads", "2")),
        set(BROKER, Map.of("message.max.bytes", "3000000", "compression.type", "gzip"))
    };

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cleanup.policy|delete DEFAULT_CONFIG [log.cleanup.policy=delete@DEFAULT_CONFIG]",
                "retention.ms|604800000 DEFAULT_CONFIG []",
                "flush.ms|9223372036854775807 DEFAULT_CONFIG []",
                "segment.ms|604800000 DEFAULT_CONFIG []",
                "leader.replication.throttled.replicas| DEFAULT_CONFIG []",
                "segment.bytes|1073741824 STATIC_BROKER_CONFIG [log.segment.bytes=1073741824@STATIC_BROKER_CONFIG,"
                        + " log.segment.bytes=1073741824@DEFAULT_CONFIG]"
            })
    void anUnchangedTopicIsDescribedAsByKafka(String key, String expected) {
        assertThat(line(effective.describeTopic(image(), "t"), key).strip()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "cleanup.policy|compact,delete TOPIC_CONFIG [cleanup.policy=compact,delete@TOPIC_CONFIG,"
                        + " log.cleanup.policy=delete@DEFAULT_CONFIG]",
                "compression.type|gzip DYNAMIC_BROKER_CONFIG [compression.type=gzip@DYNAMIC_BROKER_CONFIG,"
                        + " compression.type=producer@DEFAULT_CONFIG]",
                "max.message.bytes|3000000 DYNAMIC_BROKER_CONFIG [message.max.bytes=3000000@DYNAMIC_BROKER_CONFIG,"
                        + " message.max.bytes=2000000@DYNAMIC_DEFAULT_BROKER_CONFIG,"
                        + " message.max.bytes=1048588@DEFAULT_CONFIG]",
                "retention.ms|1000 TOPIC_CONFIG [retention.ms=1000@TOPIC_CONFIG,"
                        + " log.retention.ms=5000@DYNAMIC_DEFAULT_BROKER_CONFIG,"
                        + " log.retention.hours=168@STATIC_BROKER_CONFIG, log.retention.hours=168@DEFAULT_CONFIG]"
            })
    void aChangedTopicIsDescribedAsByKafka(String key, String expected) {
        assertThat(line(effective.describeTopic(image(CHANGES), "t"), key)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "node.id|0 STATIC_BROKER_CONFIG [node.id=0@STATIC_BROKER_CONFIG]",
                "broker.rack|null DEFAULT_CONFIG []",
                "log.retention.minutes|null DEFAULT_CONFIG []",
                "log.retention.hours|168 STATIC_BROKER_CONFIG [log.retention.hours=168@STATIC_BROKER_CONFIG,"
                        + " log.retention.hours=168@DEFAULT_CONFIG]",
                "log.retention.ms|5000 DYNAMIC_DEFAULT_BROKER_CONFIG"
                        + " [log.retention.ms=5000@DYNAMIC_DEFAULT_BROKER_CONFIG,"
                        + " log.retention.hours=168@STATIC_BROKER_CONFIG, log.retention.hours=168@DEFAULT_CONFIG]",
                "num.partitions|1 DEFAULT_CONFIG [num.partitions=1@DEFAULT_CONFIG]",
                "message.max.bytes|3000000 DYNAMIC_BROKER_CONFIG [message.max.bytes=3000000@DYNAMIC_BROKER_CONFIG,"
                        + " message.max.bytes=2000000@DYNAMIC_DEFAULT_BROKER_CONFIG,"
                        + " message.max.bytes=1048588@DEFAULT_CONFIG]"
            })
    void aBrokerIsDescribedAsByKafka(String key, String expected) {
        assertThat(line(effective.describeBroker(image(CHANGES)), key)).isEqualTo(expected);
    }

    @Test
    void whatToolsSetOfKafkasKeysIsDescribedToo() {
        assertThat(line(effective.describeBroker(image(CHANGES)), "log.cleaner.threads"))
                .isEqualTo("2 DYNAMIC_DEFAULT_BROKER_CONFIG [log.cleaner.threads=2@DYNAMIC_DEFAULT_BROKER_CONFIG]");
    }

    @Test
    void theDefaultOfAllBrokersIsOnlyWhatWasSet() {
        List<DescribedConfig> described = effective.describeBrokerDefault(image(CHANGES));
        assertThat(described.stream().map(config -> config.key().name()))
                .containsExactly("log.cleaner.threads", "log.retention.ms", "message.max.bytes");
        assertThat(line(described, "message.max.bytes"))
                .isEqualTo("2000000 DYNAMIC_DEFAULT_BROKER_CONFIG"
                        + " [message.max.bytes=2000000@DYNAMIC_DEFAULT_BROKER_CONFIG]");
    }

    @Test
    void onlyWhatCannotChangeWhileRunningIsReadOnly() {
        assertThat(effective.describeBroker(image()))
                .allMatch(config -> config.readOnly() == (config.key().scope() == ConfigKey.Scope.READ_ONLY))
                .anyMatch(DescribedConfig::readOnly);
        assertThat(effective.describeTopic(image(), "t"))
                .noneMatch(DescribedConfig::readOnly)
                .hasSize(38);
    }

    @ParameterizedTest
    @CsvSource({
        "log.retention.hours,2,retention.ms,7200000",
        "log.retention.minutes,3,retention.ms,180000",
        "log.retention.ms,4,retention.ms,4",
        "log.retention.hours,-1,retention.ms,-1",
        "log.roll.hours,1,segment.ms,3600000",
        "log.flush.scheduler.interval.ms,5,flush.ms,5",
        "message.max.bytes,99,max.message.bytes,99"
    })
    void aTopicFollowsItsBrokersConfiguration(String brokerKey, String value, String topicKey, long expected) {
        EffectiveConfig other = new EffectiveConfig(0, StaticConfig.parse(Map.of(brokerKey, value)));
        assertThat(other.topicValues(image(), "t").longValue(topicKey)).isEqualTo(expected);
    }

    @Test
    void millisecondsHoldBeforeMinutesBeforeHours() {
        EffectiveConfig other = new EffectiveConfig(
                0, StaticConfig.parse(Map.of("log.retention.hours", "1", "log.retention.minutes", "1")));
        assertThat(other.topicValues(image(), "t").longValue("retention.ms")).isEqualTo(60_000);
        assertThat(other.topicValues(image(CHANGES[1]), "t").longValue("retention.ms"))
                .isEqualTo(5000);
    }

    @Test
    void durabilityIsTheTopicsOrTheBrokers() {
        EffectiveConfig memory = new EffectiveConfig(0, StaticConfig.parse(Map.of("durability", "memory")));
        assertThat(memory.topicValues(image(), "t").string("durability")).isEqualTo("memory");
        assertThat(memory.topicValues(image(set(TOPIC, Map.of("durability", "disk"))), "t")
                        .string("durability"))
                .isEqualTo("disk");
    }

    @Test
    void anotherBrokersConfigurationDoesNotHoldHere() {
        ConfigResource other = new ConfigResource(ConfigResource.Type.BROKER, "1");
        assertThat(effective
                        .topicValues(image(set(other, Map.of("message.max.bytes", "5"))), "t")
                        .intValue("max.message.bytes"))
                .isEqualTo(1048588);
    }
}
