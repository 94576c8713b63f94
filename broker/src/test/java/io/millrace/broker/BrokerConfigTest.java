package io.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.junit.jupiter.api.Test;

class BrokerConfigTest {
    @Test
    void withoutAnythingItListensOnLoopbackAndKeepsItsDataHere() {
        BrokerConfig config = flags(Map.of());
        assertThat(config.listeners()).containsExactly(new ListenerConfig("PLAINTEXT", "127.0.0.1", 9092));
        assertThat(config.directories()).containsExactly(Path.of("data"));
        assertThat(config.nodeId()).isEqualTo(OptionalInt.empty());
        assertThat(config.groups(50).maxSessionTimeoutMs()).isEqualTo(1_800_000);
    }

    @Test
    void flagsWinOverTheEnvironmentAndThatOverTheFile() {
        Map<String, String> file = Map.of("num.partitions", "1", "default.replication.factor", "2", "node.id", "3");
        Map<String, String> environment =
                Map.of("MILLRACE_NUM_PARTITIONS", "5", "MILLRACE_DEFAULT_REPLICATION_FACTOR", "6", "OTHER", "7");
        BrokerConfig config = BrokerConfig.of(file, environment, Map.of("num.partitions", "8"));
        assertThat(config.topicDefaults().numPartitions()).isEqualTo(8);
        assertThat(config.topicDefaults().replicationFactor()).isEqualTo((short) 6);
        assertThat(config.nodeId()).hasValue(3);
    }

    @Test
    void theCommandsOwnKeysWinOverTheOtherSpellingInALowerLayer() {
        Map<String, String> file = Map.of("log.dirs", "/a,/b", "listeners", "PLAINTEXT://127.0.0.1:1");
        BrokerConfig config = BrokerConfig.of(file, Map.of(), Map.of("data.dir", "/c", "listen", "[::1]:2"));
        assertThat(config.directories()).containsExactly(Path.of("/c"));
        assertThat(config.listeners()).containsExactly(new ListenerConfig("PLAINTEXT", "::1", 2));
    }

    @Test
    void severalDirectoriesCanBeNamedAndTheFirstHoldsTheMetadata() {
        BrokerConfig config = flags(Map.of("log.dirs", "/a, /b"));
        assertThat(config.directories()).containsExactly(Path.of("/a"), Path.of("/b"));
        assertThat(config.metadataDirectory()).isEqualTo(Path.of("/a/meta"));
    }

    @Test
    void otherMachinesAreKeptOutUnlessTheOperatorInsists() {
        for (String address : new String[] {"0.0.0.0:9092", ":9092", "[::]:9092", "192.0.2.1:9092"}) {
            assertThatThrownBy(() -> flags(Map.of("listen", address)))
                    .isInstanceOf(InvalidConfigurationException.class)
                    .hasMessageContaining("listeners")
                    .hasMessageContaining("--insecure");
            assertThat(flags(Map.of("listen", address, "insecure", "true")).listeners())
                    .hasSize(1);
        }
        assertThat(flags(Map.of("listen", "localhost:0")).listeners().getFirst().port())
                .isZero();
    }

    @Test
    void aProtocolThatIsNotServedIsRefused() {
        assertRefused(Map.of("listeners", "SSL://127.0.0.1:9092"), "PLAINTEXT");
        assertRefused(
                Map.of("listeners", "IN://127.0.0.1:9092", "listener.security.protocol.map", "IN:SASL_SSL"),
                "PLAINTEXT");
        assertThat(flags(Map.of("listeners", "IN://127.0.0.1:9092", "listener.security.protocol.map", "IN:PLAINTEXT"))
                        .listeners())
                .containsExactly(new ListenerConfig("IN", "127.0.0.1", 9092));
    }

    @Test
    void malformedAddressesAreRefusedByKeyAndValue() {
        for (String listeners :
                new String[] {"127.0.0.1:9092", "A://host", "A://host:99999", "A://h:-1", "A://h:1,A://h:2"}) {
            assertRefused(Map.of("listeners", listeners, "listener.security.protocol.map", "A:PLAINTEXT"), "listeners");
        }
    }

    @Test
    void advertisedAddressesMustBelongToAListenerAndHaveAHost() {
        assertRefused(Map.of("advertised.listeners", "OTHER://example.org:1"), "advertised.listeners");
        assertRefused(Map.of("advertised.listeners", "PLAINTEXT://0.0.0.0:1"), "advertised.listeners");
        assertThat(flags(Map.of("advertised.listeners", "PLAINTEXT://example.org:1"))
                        .advertised())
                .containsEntry("PLAINTEXT", new ListenerConfig("PLAINTEXT", "example.org", 1));
    }

    @Test
    void aServerPropertiesOfKafkaIsTakenWithoutItsControllers() {
        BrokerConfig config = BrokerConfig.of(
                Map.of(
                        "process.roles", "broker,controller",
                        "node.id", "1",
                        "controller.quorum.bootstrap.servers", "localhost:9093",
                        "listeners", "PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093",
                        "advertised.listeners", "PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093",
                        "controller.listener.names", "CONTROLLER",
                        "log.dirs", "/tmp/kraft-combined-logs",
                        "num.io.threads", "8",
                        "log.retention.hours", "168"),
                Map.of(),
                Map.of());
        assertThat(config.listeners()).containsExactly(new ListenerConfig("PLAINTEXT", "localhost", 9092));
        assertThat(config.advertised()).containsOnlyKeys("PLAINTEXT");
        assertThat(config.properties().withoutEffect()).contains("process.roles", "num.io.threads");
    }

    @Test
    void unknownKeysAndImpossibleValuesAreNamed() {
        assertRefused(Map.of("num.partition", "1"), "num.partition");
        assertRefused(Map.of("num.partitions", "0"), "num.partitions");
        assertRefused(Map.of("insecure", "maybe"), "insecure");
    }

    private static void assertRefused(Map<String, String> flags, String mentioned) {
        assertThatThrownBy(() -> flags(flags))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining(mentioned);
    }

    private static BrokerConfig flags(Map<String, String> flags) {
        return BrokerConfig.of(Map.of(), Map.of(), flags);
    }
}
