package io.millrace.metadata.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.Commands;
import io.millrace.metadata.MetadataCommand;
import io.millrace.metadata.MetadataCommand.ChangeConfigs;
import io.millrace.metadata.MetadataCommand.ConfigChange;
import io.millrace.metadata.MetadataCommand.CreateTopic;
import io.millrace.metadata.RandomCommands;
import io.millrace.metadata.config.ConfigAlterations.Op;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The error codes are those Apache Kafka 4.4 gave for the same operations. */
class ConfigAlterationsTest {
    private static final ConfigResource TOPIC = new ConfigResource(ConfigResource.Type.TOPIC, "t");
    private static final ConfigResource BROKER = new ConfigResource(ConfigResource.Type.BROKER, "0");
    private static final ConfigResource ALL_BROKERS = new ConfigResource(ConfigResource.Type.BROKER, "");

    private final ConfigAlterations alterations = new ConfigAlterations(new EffectiveConfig(0, StaticConfig.EMPTY));

    private static ClusterImage image(Map<String, String> topicConfigs) {
        ClusterImage image = ClusterImage.EMPTY;
        for (MetadataCommand command : RandomCommands.foundation()) {
            image = Commands.apply(image, command).image();
        }
        return Commands.apply(image, new CreateTopic("t", new Uuid(1, 2), List.of(List.of(0)), topicConfigs))
                .image();
    }

    private Map<String, String> after(Map<String, String> before, Op... ops) {
        ClusterImage image = image(before);
        ConfigChange change = alterations.incremental(image, TOPIC, Arrays.asList(ops));
        return Commands.apply(image, new ChangeConfigs(List.of(change))).image().configs(TOPIC);
    }

    private void refused(ConfigResource resource, Errors error, Op... ops) {
        assertThatThrownBy(() -> alterations.incremental(image(Map.of()), resource, Arrays.asList(ops)))
                .satisfies(e -> assertThat(Errors.forException(e)).isEqualTo(error));
    }

    private static Op op(String name, OpType type, @Nullable String value) {
        return new Op(name, type, value);
    }

    @Test
    void valuesAreSetAndRemoved() {
        assertThat(after(
                        Map.of("retention.ms", "5", "segment.ms", "7"),
                        op("retention.bytes", OpType.SET, "9"),
                        op("retention.ms", OpType.SET, "6"),
                        op("segment.ms", OpType.DELETE, null),
                        op("nonsense", OpType.DELETE, null)))
                .isEqualTo(Map.of("retention.bytes", "9", "retention.ms", "6"));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-,APPEND,compact,'delete,compact'",
                "-,SUBTRACT,delete,''",
                "'',APPEND,compact,compact",
                "compact,APPEND,compact,compact",
                "compact,APPEND,'delete, compact','compact,delete'",
                "compact,SUBTRACT,delete,compact",
                "compact,SUBTRACT,compact,''",
                "'compact,delete',SUBTRACT,compact,delete"
            })
    void listsGrowAndShrink(@Nullable String before, OpType type, String value, String expected) {
        Map<String, String> own = before == null ? Map.of() : Map.of("cleanup.policy", before);
        assertThat(after(own, op("cleanup.policy", type, value))).isEqualTo(Map.of("cleanup.policy", expected));
    }

    @ParameterizedTest
    @CsvSource({
        "nonsense,SET,1,INVALID_CONFIG",
        "'',SET,1,INVALID_CONFIG",
        "segment.bytes,SET,abc,INVALID_CONFIG",
        "segment.bytes,SET,1,INVALID_CONFIG",
        "segment.ms,SET,,INVALID_REQUEST",
        "cleanup.policy,APPEND,,INVALID_REQUEST",
        "cleanup.policy,SET,foo,INVALID_CONFIG",
        "cleanup.policy,APPEND,foo,INVALID_CONFIG",
        "segment.bytes,APPEND,1,INVALID_CONFIG",
        "segment.bytes,SUBTRACT,1,INVALID_CONFIG",
        "nonsense,APPEND,1,INVALID_CONFIG",
        "leader.replication.throttled.replicas,SET,abc,INVALID_CONFIG",
        "remote.storage.enable,SET,true,INVALID_CONFIG"
    })
    void aTopicChangeThatKafkaRefusesIsRefusedAlike(String name, OpType type, @Nullable String value, Errors error) {
        refused(TOPIC, error, op(name, type, value));
    }

    @Test
    void keysTogetherMustMakeSense() {
        refused(TOPIC, Errors.INVALID_REQUEST, op("segment.ms", OpType.SET, "1"), op("segment.ms", OpType.SET, "2"));
        refused(
                TOPIC,
                Errors.INVALID_CONFIG,
                op("min.compaction.lag.ms", OpType.SET, "1000"),
                op("max.compaction.lag.ms", OpType.SET, "10"));
    }

    @Test
    void aTopicThatCannotBeOrIsNotIsRefused() {
        Op op = op("segment.ms", OpType.SET, "1");
        refused(new ConfigResource(ConfigResource.Type.TOPIC, "nope"), Errors.UNKNOWN_TOPIC_OR_PARTITION, op);
        refused(new ConfigResource(ConfigResource.Type.TOPIC, "a b"), Errors.INVALID_TOPIC_EXCEPTION, op);
        refused(new ConfigResource(ConfigResource.Type.TOPIC, ""), Errors.INVALID_REQUEST, op);
        refused(new ConfigResource(ConfigResource.Type.UNKNOWN, "x"), Errors.INVALID_REQUEST, op);
    }

    @ParameterizedTest
    @CsvSource({
        "0,log.dirs,SET,/x,INVALID_REQUEST",
        "'',node.id,SET,3,INVALID_REQUEST",
        "'',log.dirs,DELETE,,INVALID_REQUEST",
        "0,message.max.bytes,SET,x,INVALID_REQUEST",
        "0,message.max.bytes,SET,-3,INVALID_REQUEST",
        "'',min.insync.replicas,SET,0,INVALID_REQUEST",
        "'',cordoned.log.dirs,SET,/x,INVALID_REQUEST",
        "0,message.max.bytes,APPEND,1,INVALID_CONFIG",
        "0,ssl.keystore.password,SET,secret,INVALID_REQUEST",
        "7,message.max.bytes,SET,1,INVALID_REQUEST",
        "x,message.max.bytes,SET,1,INVALID_REQUEST",
        "0,nonsense,SET,1,INVALID_CONFIG"
    })
    void aBrokerChangeThatCannotBeIsRefused(
            String broker, String name, OpType type, @Nullable String value, Errors error) {
        refused(new ConfigResource(ConfigResource.Type.BROKER, broker), error, op(name, type, value));
    }

    @Test
    void aBrokerChangeMayNameKeysThatOnlyKafkaActsOn() {
        ConfigChange change = alterations.incremental(
                image(Map.of()),
                ALL_BROKERS,
                List.of(
                        op("log.cleaner.threads", OpType.SET, "2"),
                        op("log.cleanup.policy", OpType.APPEND, "compact")));
        assertThat(change.set()).isEqualTo(Map.of("log.cleaner.threads", "2", "log.cleanup.policy", "delete,compact"));
        ConfigChange named = alterations.incremental(
                image(Map.of()), BROKER, List.of(op("principal.builder.class", OpType.SET, "java.lang.String")));
        assertThat(named.set()).isEqualTo(Map.of("principal.builder.class", "java.lang.String"));
    }

    @Test
    void replacingAllRemovesWhatIsNotNamed() {
        ConfigChange change = alterations.replaceAll(
                image(Map.of("retention.ms", "5", "segment.ms", "7")), TOPIC, Map.of("segment.ms", "8"));
        assertThat(change).isEqualTo(new ConfigChange(TOPIC, Map.of("segment.ms", "8"), List.of("retention.ms")));
    }

    @Test
    void replacingAllIsCheckedLikeAnyChange() {
        Map<String, @Nullable String> missing = new HashMap<>();
        missing.put("segment.ms", null);
        for (Map<String, @Nullable String> values :
                List.of(missing, Map.<String, @Nullable String>of("nonsense", "1"))) {
            assertThatThrownBy(() -> alterations.replaceAll(image(Map.of()), TOPIC, values))
                    .satisfies(e -> assertThat(Errors.forException(e))
                            .isEqualTo(values.equals(missing) ? Errors.INVALID_REQUEST : Errors.INVALID_CONFIG));
        }
    }

    @Test
    void aNewTopicsConfigurationIsChecked() {
        Map<String, @Nullable String> missing = new HashMap<>();
        missing.put("segment.ms", null);
        assertThat(alterations.newTopic(image(Map.of()), Map.of("segment.ms", "8")))
                .isEqualTo(Map.of("segment.ms", "8"));
        for (Map<String, @Nullable String> values : List.of(
                missing,
                Map.<String, @Nullable String>of("nonsense", "1"),
                Map.<String, @Nullable String>of("segment.bytes", "1"),
                Map.<String, @Nullable String>of("min.compaction.lag.ms", "2", "max.compaction.lag.ms", "1"))) {
            assertThatThrownBy(() -> alterations.newTopic(image(Map.of()), values))
                    .isInstanceOf(InvalidConfigurationException.class);
        }
    }
}
