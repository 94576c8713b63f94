package io.millrace.compat.javaclient;

import static io.millrace.compat.JavaClients.at;
import static io.millrace.compat.JavaClients.done;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.compat.BrokerUnderTest;
import io.millrace.compat.JavaClients;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.clients.admin.AlterConfigsOptions;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.ListConfigResourcesOptions;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.quota.ClientQuotaFilter;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ConfigAdminIT {
    @RegisterExtension
    static final BrokerUnderTest BROKER =
            BrokerUnderTest.with(Map.of("message.max.bytes", "2000000", "log.retention.ms", "604800000"));

    private static JavaClients clients() {
        return new JavaClients(BROKER.bootstrap());
    }

    private static ConfigResource topic(String name) {
        return new ConfigResource(ConfigResource.Type.TOPIC, name);
    }

    private static Config describe(Admin admin, ConfigResource resource) {
        var options = new DescribeConfigsOptions().includeSynonyms(true).includeDocumentation(true);
        return at(done(admin.describeConfigs(List.of(resource), options).all()), resource);
    }

    private static void alter(Admin admin, ConfigResource resource, AlterConfigOp... ops) {
        done(admin.incrementalAlterConfigs(Map.of(resource, List.of(ops))).all());
    }

    private static AlterConfigOp op(OpType type, String key, String value) {
        return new AlterConfigOp(new ConfigEntry(key, value), type);
    }

    private static void awaitValue(Admin admin, ConfigResource resource, String key, String value) {
        Awaitility.await()
                .untilAsserted(() ->
                        assertThat(describe(admin, resource).get(key).value()).isEqualTo(value));
    }

    @ParameterizedTest
    @CsvSource({
        "cleanup.policy, delete",
        "retention.ms, 604800000",
        "retention.bytes, -1",
        "segment.bytes, 1073741824",
        "compression.type, producer",
        "message.timestamp.type, CreateTime",
        "min.insync.replicas, 1",
        "index.interval.bytes, 4096",
        "segment.ms, 604800000",
        "delete.retention.ms, 86400000",
        "max.message.bytes, 2000000",
    })
    void topicTakesItsDefaultsFromTheBroker(String key, String value) {
        var resource = topic(clients().topic("defaults", 1));
        try (var admin = clients().admin()) {
            var entry = describe(admin, resource).get(key);
            assertThat(entry.value()).isEqualTo(value);
            assertThat(entry.source()).isNotEqualTo(ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG);
            assertThat(entry.isReadOnly()).isFalse();
            assertThat(entry.isSensitive()).isFalse();
        }
    }

    @Test
    void valuesAreSetAndRemovedIncrementally() {
        var resource = topic(clients().topic("incremental", 1, Map.of("segment.bytes", "2000000")));
        try (var admin = clients().admin()) {
            alter(admin, resource, op(OpType.SET, "retention.ms", "1000"), op(OpType.SET, "max.message.bytes", "5000"));
            awaitValue(admin, resource, "retention.ms", "1000");
            var entry = describe(admin, resource).get("retention.ms");
            assertThat(entry.source()).isEqualTo(ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG);
            assertThat(entry.isDefault()).isFalse();
            assertThat(entry.type()).isEqualTo(ConfigEntry.ConfigType.LONG);
            assertThat(entry.documentation()).isNotBlank();
            alter(admin, resource, op(OpType.DELETE, "retention.ms", ""));
            awaitValue(admin, resource, "retention.ms", "604800000");
            assertThat(describe(admin, resource).get("max.message.bytes").value())
                    .isEqualTo("5000");
            assertThat(describe(admin, resource).get("segment.bytes").value()).isEqualTo("2000000");
        }
    }

    @Test
    void listsAreAppendedToAndSubtractedFrom() {
        var resource = topic(clients().topic("lists", 1));
        try (var admin = clients().admin()) {
            alter(admin, resource, op(OpType.APPEND, "cleanup.policy", "compact"));
            awaitValue(admin, resource, "cleanup.policy", "delete,compact");
            alter(admin, resource, op(OpType.SUBTRACT, "cleanup.policy", "delete"));
            awaitValue(admin, resource, "cleanup.policy", "compact");
        }
    }

    @Test
    void impossibleChangesAreRefusedAndChangeNothing() {
        var resource = topic(clients().topic("refused", 1));
        try (var admin = clients().admin()) {
            assertAlterFails(admin, resource, op(OpType.SET, "retention.ms", "x"), InvalidConfigurationException.class);
            assertAlterFails(admin, resource, op(OpType.SET, "no.such", "1"), InvalidConfigurationException.class);
            assertAlterFails(
                    admin, resource, op(OpType.APPEND, "retention.ms", "1"), InvalidConfigurationException.class);
            assertAlterFails(
                    admin,
                    topic("no-such-topic"),
                    op(OpType.SET, "retention.ms", "1"),
                    UnknownTopicOrPartitionException.class);
            assertThat(describe(admin, resource).entries())
                    .noneMatch(e -> e.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG);
        }
    }

    private static void assertAlterFails(
            Admin admin, ConfigResource resource, AlterConfigOp op, Class<? extends Throwable> failure) {
        assertThatThrownBy(() -> alter(admin, resource, op)).isInstanceOf(failure);
    }

    @Test
    void validationOnlyChangesNothing() {
        var resource = topic(clients().topic("validated", 1));
        try (var admin = clients().admin()) {
            var change = Map.of(
                    resource, (java.util.Collection<AlterConfigOp>) List.of(op(OpType.SET, "retention.ms", "1000")));
            done(admin.incrementalAlterConfigs(change, new AlterConfigsOptions().validateOnly(true))
                    .all());
            assertThat(describe(admin, resource).get("retention.ms").value()).isEqualTo("604800000");
        }
    }

    @Test
    void unknownTopicHasNoConfig() {
        try (var admin = clients().admin()) {
            assertThatThrownBy(() -> describe(admin, topic("no-such-topic")))
                    .isInstanceOf(UnknownTopicOrPartitionException.class);
        }
    }

    @Test
    void brokerShowsWhatItWasStartedWith() {
        var resource = new ConfigResource(ConfigResource.Type.BROKER, "0");
        try (var admin = clients().admin()) {
            var entry = describe(admin, resource).get("message.max.bytes");
            assertThat(entry.value()).isEqualTo("2000000");
            assertThat(entry.source()).isEqualTo(ConfigEntry.ConfigSource.STATIC_BROKER_CONFIG);
            assertThat(describe(admin, resource).get("num.partitions").value()).isEqualTo("1");
        }
    }

    @Test
    void resourcesWithConfigsAreListed() {
        var name = clients().topic("listed", 1, Map.of("retention.ms", "1000"));
        try (var admin = clients().admin()) {
            var topics =
                    done(admin.listConfigResources(Set.of(ConfigResource.Type.TOPIC), new ListConfigResourcesOptions())
                            .all());
            assertThat(topics).contains(topic(name));
            var brokers =
                    done(admin.listConfigResources(Set.of(ConfigResource.Type.BROKER), new ListConfigResourcesOptions())
                            .all());
            assertThat(brokers).contains(new ConfigResource(ConfigResource.Type.BROKER, "0"));
        }
    }

    @Test
    void quotasAreEmptyAndFeaturesAreKnown() {
        try (var admin = clients().admin()) {
            assertThat(done(admin.describeClientQuotas(ClientQuotaFilter.all()).entities()))
                    .isEmpty();
            assertThat(done(admin.describeFeatures().featureMetadata()).finalizedFeatures())
                    .isNotNull();
        }
    }
}
