package io.millrace.metadata.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.server.config.AbstractKafkaConfig;
import org.apache.kafka.server.config.DynamicBrokerConfig;
import org.apache.kafka.server.config.ServerTopicConfigSynonyms;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The catalogues beside Apache Kafka's own: what differs, differs on purpose and is named here. */
class CatalogueAgainstKafkaTest {
    private static final Map<String, ConfigDef.ConfigKey> KAFKA_TOPIC = visible(LogConfig.configDefCopy());
    private static final Map<String, ConfigDef.ConfigKey> KAFKA_BROKER = visible(AbstractKafkaConfig.CONFIG_DEF);

    /**
     * Ours listens on loopback only, keeps its data beside itself, knows its id from its directory, and has the send buffer that
     * a fetch was measured to need least CPU with.
     */
    private static final Set<String> OTHER_DEFAULTS =
            Set.of("listeners", "log.dir", "node.id", "socket.send.buffer.bytes");

    /** Kafka's own checks of these sit elsewhere than in its definition, or it has none and ours is stricter. */
    private static final Set<String> STRICTER = Set.of(
            "default.replication.factor",
            "group.initial.rebalance.delay.ms",
            "group.max.session.timeout.ms",
            "group.min.session.timeout.ms",
            "log.flush.interval.ms",
            "log.retention.hours",
            "log.retention.minutes",
            "log.retention.ms",
            "log.roll.jitter.ms",
            "log.roll.ms",
            "offset.metadata.max.bytes",
            "offsets.topic.compression.codec",
            "queued.max.request.bytes",
            "socket.receive.buffer.bytes",
            "socket.send.buffer.bytes");

    /** Kafka has these per broker; here they hold from start to stop. */
    private static final Set<String> LESS_DYNAMIC = Set.of("listeners");

    private static final List<String> PROBES = List.of(
            "",
            "-3",
            "-2",
            "-1",
            "0",
            "1",
            "2",
            "3",
            "4",
            "5",
            "9",
            "10",
            "17",
            "18",
            "22",
            "23",
            "1023",
            "1024",
            "1048575",
            "1048576",
            "2147483639",
            "2147483640",
            "2147483647",
            "2147483648",
            "9223372036854775807",
            "9223372036854775808",
            "0.5",
            "1.5",
            "-131072",
            "-131073",
            "true",
            "TRUE",
            "no",
            "gzip",
            "producer",
            "none",
            "delete",
            "compact",
            "delete,compact",
            "compact, delete",
            "delete,x",
            "CreateTime",
            "LogAppendTime",
            "*",
            "1:2",
            "1:2,3:4",
            "1-2");

    private static Map<String, ConfigDef.ConfigKey> visible(ConfigDef definition) {
        Map<String, ConfigDef.ConfigKey> keys = new TreeMap<>(definition.configKeys());
        keys.values().removeIf(key -> key.internalConfig);
        return keys;
    }

    @Test
    void allTopicKeysOfKafkaAreThere() {
        Set<String> ours = new TreeSet<>();
        TopicConfigs.catalogue().keys().forEach(key -> ours.add(key.name()));
        Set<String> kafkas = new TreeSet<>(KAFKA_TOPIC.keySet());
        kafkas.add(TopicConfigs.DURABILITY);
        assertThat(ours).isEqualTo(kafkas);
    }

    @Test
    void everyBrokerKeyOfKafkaIsOursOrKnown() {
        for (String name : AbstractKafkaConfig.CONFIG_DEF.names()) {
            boolean ours =
                    BrokerConfigs.catalogue().find(BrokerConfigs.present(name)).isPresent();
            assertThat(ours).as(name).isNotEqualTo(KafkaBrokerKeys.find(name).isPresent());
        }
    }

    @Test
    void everyBrokerKeyIsKafkasButDurability() {
        assertThat(Stream.concat(
                        BrokerConfigs.catalogue().keys().stream().map(ConfigKey::name),
                        KafkaBrokerKeys.names().stream()))
                .allMatch(name -> name.equals("durability")
                        || AbstractKafkaConfig.CONFIG_DEF.names().contains(name));
    }

    @TestFactory
    Stream<DynamicTest> aTopicKeyIsAsInKafka() {
        return TopicConfigs.catalogue().keys().stream()
                .filter(key -> KAFKA_TOPIC.containsKey(key.name()))
                .map(key -> DynamicTest.dynamicTest(key.name(), () -> compare(key, kafkas(KAFKA_TOPIC, key))));
    }

    @TestFactory
    Stream<DynamicTest> aBrokerKeyIsAsInKafka() {
        return BrokerConfigs.catalogue().keys().stream()
                .filter(key -> KAFKA_BROKER.containsKey(key.name()))
                .map(key -> DynamicTest.dynamicTest(key.name(), () -> compare(key, kafkas(KAFKA_BROKER, key))));
    }

    private static ConfigDef.ConfigKey kafkas(Map<String, ConfigDef.ConfigKey> keys, ConfigKey key) {
        ConfigDef.@Nullable ConfigKey kafkas = keys.get(key.name());
        assertThat(kafkas).isNotNull();
        return Objects.requireNonNull(kafkas);
    }

    private static void compare(ConfigKey ours, ConfigDef.ConfigKey kafkas) {
        assertThat(ours.type()).isEqualTo(kafkas.type);
        if (!OTHER_DEFAULTS.contains(ours.name())) {
            String value =
                    kafkas.defaultValue == null ? null : ConfigDef.convertToString(kafkas.defaultValue, kafkas.type);
            assertThat(ours.defaultValue()).isEqualTo(value);
        }
        for (String probe : PROBES) {
            boolean accepted = accepts(ours, probe);
            if (STRICTER.contains(ours.name())) {
                assertThat(accepts(kafkas, probe) || !accepted).as(probe).isTrue();
            } else {
                assertThat(accepted).as("'%s'", probe).isEqualTo(accepts(kafkas, probe));
            }
        }
    }

    private static boolean accepts(ConfigKey key, String text) {
        try {
            key.parse(text);
            return true;
        } catch (InvalidConfigurationException e) {
            assertThat(e).hasMessageContaining(key.name()).hasMessageContaining(text);
            return false;
        }
    }

    private static boolean accepts(ConfigDef.ConfigKey key, String text) {
        try {
            Object value = ConfigDef.parseType(key.name, text, key.type);
            if (key.validator != null) {
                key.validator.ensureValid(key.name, value);
            }
            return true;
        } catch (ConfigException e) {
            return false;
        }
    }

    @Test
    void aBrokerKeyChangesWhileRunningWhereItDoesInKafka() {
        Map<String, String> modes = DynamicBrokerConfig.dynamicConfigUpdateModes();
        for (ConfigKey key : BrokerConfigs.catalogue().keys()) {
            if (KAFKA_BROKER.containsKey(key.name()) && !LESS_DYNAMIC.contains(key.name())) {
                String expected = switch (key.scope()) {
                    case CLUSTER_WIDE -> "cluster-wide";
                    case PER_BROKER -> "per-broker";
                    case READ_ONLY, TOPIC -> "read-only";
                };
                assertThat(modes.getOrDefault(key.name(), "read-only"))
                        .as(key.name())
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void aTopicKeyFallsBackToTheBrokerKeysOfKafka() {
        for (ConfigKey key : TopicConfigs.catalogue().keys()) {
            if (KAFKA_TOPIC.containsKey(key.name())) {
                List<String> expected =
                        ServerTopicConfigSynonyms.ALL_TOPIC_CONFIG_SYNONYMS.getOrDefault(key.name(), List.of()).stream()
                                .map(synonym -> synonym.name())
                                .toList();
                assertThat(key.brokerKeys().stream().map(ConfigKey.Synonym::name))
                        .as(key.name())
                        .containsExactlyElementsOf(expected);
            }
        }
    }
}
