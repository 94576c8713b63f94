package io.millrace.metadata.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StaticConfigTest {
    @Test
    void kafkasServerPropertiesAreAcceptedWithWhatMeansNothingNamed() {
        StaticConfig config = StaticConfig.parse(Map.of(
                "process.roles", "broker,controller",
                "node.id", "1",
                "controller.quorum.voters", "1@localhost:9093",
                "listeners", "PLAINTEXT://:9092",
                "num.network.threads", "3",
                "listener.name.internal.ssl.keystore.location", "/x",
                "num.partitions", " 4 ",
                "log.retention.hours", "168"));
        assertThat(config.values())
                .isEqualTo(Map.of(
                        "node.id",
                        "1",
                        "listeners",
                        "PLAINTEXT://:9092",
                        "num.partitions",
                        "4",
                        "log.retention.hours",
                        "168"));
        assertThat(config.withoutEffect())
                .containsExactly(
                        "controller.quorum.voters",
                        "listener.name.internal.ssl.keystore.location",
                        "num.network.threads",
                        "process.roles");
    }

    @ParameterizedTest
    @CsvSource({
        "num.partitions,0,at least 1",
        "num.partitions,x,at least 1",
        "log.segment.bytes,1,at least 1048576",
        "durability,tape,'disk, memory'",
        "auto.create.topics.enable,maybe,true or false",
        "log.cleanup.policy,shred,'compact, delete'",
        "compression.gzip.level,10,'1 to 9, or -1'",
        "log.retention.ms,0,'at least 1, or -1'",
        "node.id,-1,at least 0",
        "socket.request.max.bytes,3000000000,INT"
    })
    void anImpossibleValueIsNamedWithKeyAndRange(String key, String value, String range) {
        assertThatThrownBy(() -> StaticConfig.parse(Map.of(key, value)))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining(key)
                .hasMessageContaining(value)
                .hasMessageContaining(range);
    }

    @ParameterizedTest
    @CsvSource({"num.partition,num.partitions", "log.retention.mss,log.retention.ms", "num.io.thread,num.io.threads"})
    void anUnknownKeyIsRefusedWithTheNearestOne(String key, String nearest) {
        assertThatThrownBy(() -> StaticConfig.parse(Map.of(key, "1")))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining(key)
                .hasMessageContaining("did you mean " + nearest + "?");
    }

    @Test
    void aKeyNearNothingGetsNoHint() {
        assertThatThrownBy(() -> StaticConfig.parse(Map.of("nonsense", "1")))
                .hasMessage("Unknown broker config name: nonsense");
    }

    @Test
    void everyProblemHasALine() {
        assertThatThrownBy(() ->
                        StaticConfig.parse(Map.of("num.partitions", "0", "nonsense", "1", "fetch.max.bytes", "1")))
                .satisfies(
                        e -> assertThat(String.valueOf(e.getMessage()).lines()).hasSize(3));
    }

    @Test
    void valuesThatContradictEachOtherAreRefused() {
        assertThatThrownBy(() -> StaticConfig.parse(Map.of("queued.max.request.bytes", "1000")))
                .hasMessageContaining("queued.max.request.bytes=1000")
                .hasMessageContaining("socket.request.max.bytes=104857600");
        assertThatThrownBy(() -> StaticConfig.parse(Map.of("group.min.session.timeout.ms", "1800001")))
                .hasMessageContaining("group.max.session.timeout.ms=1800000");
    }

    @Test
    void theOldNameOfNodeIdIsTheSameKey() {
        assertThat(StaticConfig.parse(Map.of("broker.id", "3")).values()).isEqualTo(Map.of("node.id", "3"));
        assertThat(StaticConfig.parse(Map.of("broker.id", "3", "node.id", "3")).values())
                .isEqualTo(Map.of("node.id", "3"));
        assertThatThrownBy(() -> StaticConfig.parse(Map.of("broker.id", "3", "node.id", "4")))
                .hasMessageContaining("node.id=4")
                .hasMessageContaining("contradicts 3");
    }

    @Test
    void keysComeFromTheEnvironmentToo() {
        assertThat(StaticConfig.fromEnvironment(Map.of(
                        "MILLRACE_NUM_PARTITIONS",
                        "3",
                        "MILLRACE_HOME",
                        "/opt",
                        "PATH",
                        "/bin",
                        "NUM_PARTITIONS",
                        "4")))
                .isEqualTo(Map.of("num.partitions", "3"));
        assertThat(StaticConfig.environmentVariable("log.retention.ms")).isEqualTo("MILLRACE_LOG_RETENTION_MS");
    }

    @Test
    void aValueLearntDuringTheStartIsChecked() {
        assertThat(StaticConfig.EMPTY.with("node.id", "0").values()).isEqualTo(Map.of("node.id", "0"));
        assertThatThrownBy(() -> StaticConfig.EMPTY.with("node.id", "x"))
                .isInstanceOf(InvalidConfigurationException.class);
    }

    @Test
    void typedValuesCarryTheDefaults() {
        ConfigValues values = EffectiveConfig.staticValues(StaticConfig.parse(Map.of("num.partitions", "7")));
        assertThat(values.intValue(BrokerConfigs.NUM_PARTITIONS)).isEqualTo(7);
        assertThat(values.intValue(BrokerConfigs.OFFSETS_TOPIC_REPLICATION_FACTOR))
                .isEqualTo(3);
        assertThat(values.longValue(BrokerConfigs.CONNECTIONS_MAX_IDLE_MS)).isEqualTo(600_000);
        assertThat(values.bool(BrokerConfigs.AUTO_CREATE_TOPICS_ENABLE)).isTrue();
        assertThat(values.list(BrokerConfigs.LISTENERS)).containsExactly("PLAINTEXT://127.0.0.1:9092");
        assertThat(values.find(BrokerConfigs.BROKER_RACK)).isEmpty();
        assertThat(values.doubleValue("log.cleaner.min.cleanable.ratio")).isEqualTo(0.5);
        assertThat(values.string("durability")).isEqualTo("disk");
    }
}
