package io.millrace.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.config.ConfigAlterations;
import io.millrace.metadata.config.EffectiveConfig;
import io.millrace.metadata.config.StaticConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResourceResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsSynonym;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.message.ListConfigResourcesRequestData;
import org.apache.kafka.common.message.ListConfigResourcesResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigSource;
import org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DescribeConfigs, AlterConfigs, IncrementalAlterConfigs, ListConfigResources. */
class ConfigHandlersTest {
    private final EffectiveConfig effective =
            new EffectiveConfig(0, StaticConfig.parse(Map.of("log.segment.bytes", "2000000", "node.id", "0")));
    private TestCluster cluster;

    @BeforeEach
    void found(@TempDir Path directory) throws Exception {
        cluster = TestCluster.found(directory);
        cluster.create("a", List.of(List.of(0)), Map.of("retention.ms", "1000"));
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void aTopicsValuesComeWithTheirSources() throws Exception {
        DescribeConfigsResult result =
                describe(ConfigResource.Type.TOPIC, "a", "retention.ms", "segment.bytes", "nope");
        assertThat(result.errorCode()).isZero();
        assertThat(result.configs()).hasSize(2);
        assertThat(config(result, "retention.ms").value()).isEqualTo("1000");
        assertThat(config(result, "retention.ms").configSource()).isEqualTo(ConfigSource.TOPIC_CONFIG.id());
        assertThat(config(result, "retention.ms").configType()).isEqualTo(ConfigType.LONG.id());
        assertThat(config(result, "segment.bytes").value()).isEqualTo("2000000");
        assertThat(config(result, "segment.bytes").configSource()).isEqualTo(ConfigSource.STATIC_BROKER_CONFIG.id());
        assertThat(config(result, "segment.bytes").synonyms())
                .extracting(DescribeConfigsSynonym::value)
                .containsExactly("2000000", "1073741824");
    }

    @Test
    void synonymsAndDocumentationAreThereWhenAskedFor() throws Exception {
        DescribeConfigsRequestData plain = request(ConfigResource.Type.TOPIC, "a");
        DescribeConfigsResourceResult bare = config(describe(plain), "segment.bytes");
        assertThat(bare.synonyms()).isEmpty();
        assertThat(bare.documentation()).isNull();
        DescribeConfigsRequestData full = request(ConfigResource.Type.TOPIC, "a")
                .setIncludeDocumentation(true)
                .setIncludeSynonyms(true);
        assertThat(config(describe(full), "segment.bytes").documentation()).isNotBlank();
    }

    @Test
    void whatCannotBeDescribedSaysWhy() throws Exception {
        assertThat(describe(ConfigResource.Type.TOPIC, "nope").errorCode())
                .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
        assertThat(describe(ConfigResource.Type.TOPIC, "no spaces").errorCode())
                .isEqualTo(Errors.INVALID_TOPIC_EXCEPTION.code());
        assertThat(describe(ConfigResource.Type.BROKER, "7").errorCode()).isEqualTo(Errors.INVALID_REQUEST.code());
        assertThat(describe(ConfigResource.Type.BROKER, "x").errorCode()).isEqualTo(Errors.INVALID_REQUEST.code());
        assertThat(describe(ConfigResource.Type.GROUP, "").errorCode()).isEqualTo(Errors.INVALID_REQUEST.code());
        assertThat(describe(ConfigResource.Type.UNKNOWN, "a").errorCode()).isEqualTo(Errors.INVALID_REQUEST.code());
    }

    @Test
    void theBrokersValuesAndTheDefaultsOfAllBrokersAreApart() throws Exception {
        alter(ConfigResource.Type.BROKER, "", OpType.SET, "log.retention.ms", "7000");
        assertThat(describe(ConfigResource.Type.BROKER, "").configs())
                .extracting(DescribeConfigsResourceResult::name)
                .containsExactly("log.retention.ms");
        DescribeConfigsResourceResult ofBroker = config(describe(ConfigResource.Type.BROKER, "0"), "log.retention.ms");
        assertThat(ofBroker.value()).isEqualTo("7000");
        assertThat(ofBroker.configSource()).isEqualTo(ConfigSource.DYNAMIC_DEFAULT_BROKER_CONFIG.id());
        assertThat(config(describe(ConfigResource.Type.BROKER, "0"), "node.id").readOnly())
                .isTrue();
    }

    @Test
    void singleValuesAreSetRemovedAppendedAndTaken() throws Exception {
        assertThat(alter(ConfigResource.Type.TOPIC, "a", OpType.SET, "retention.ms", "2000"))
                .isEqualTo(Errors.NONE);
        assertThat(alter(ConfigResource.Type.TOPIC, "a", OpType.APPEND, "cleanup.policy", "compact"))
                .isEqualTo(Errors.NONE);
        assertThat(value("cleanup.policy")).isEqualTo("delete,compact");
        assertThat(alter(ConfigResource.Type.TOPIC, "a", OpType.SUBTRACT, "cleanup.policy", "delete"))
                .isEqualTo(Errors.NONE);
        assertThat(value("cleanup.policy")).isEqualTo("compact");
        assertThat(value("retention.ms")).isEqualTo("2000");
        assertThat(alter(ConfigResource.Type.TOPIC, "a", OpType.DELETE, "retention.ms", null))
                .isEqualTo(Errors.NONE);
        assertThat(value("retention.ms")).isEqualTo("604800000");
    }

    @Test
    void replacingLeavesNothingElseInPlace() throws Exception {
        assertThat(replace(false, resource("a", "segment.ms", "5000"))).containsExactly(Errors.NONE);
        assertThat(value("segment.ms")).isEqualTo("5000");
        assertThat(value("retention.ms")).isEqualTo("604800000");
    }

    @Test
    void eachResourceStandsForItself() throws Exception {
        cluster.create("b", 1);
        assertThat(replace(false, resource("nope", "segment.ms", "5000"), resource("b", "segment.ms", "5000")))
                .containsExactly(Errors.UNKNOWN_TOPIC_OR_PARTITION, Errors.NONE);
    }

    @Test
    void validateOnlyChangesNothing() throws Exception {
        ClusterImage before = cluster.metadata.image();
        assertThat(replace(true, resource("a", "segment.ms", "5000"))).containsExactly(Errors.NONE);
        assertThat(replace(true, resource("a", "segment.ms", "x"))).containsExactly(Errors.INVALID_CONFIG);
        assertThat(cluster.metadata.image()).isSameAs(before);
    }

    @Test
    void wrongChangesAreRefused() throws Exception {
        assertThat(alter(ConfigResource.Type.TOPIC, "a", OpType.SET, "nope", "1"))
                .isEqualTo(Errors.INVALID_CONFIG);
        assertThat(alter(ConfigResource.Type.TOPIC, "a", OpType.SET, "retention.ms", "x"))
                .isEqualTo(Errors.INVALID_CONFIG);
        assertThat(alter(ConfigResource.Type.TOPIC, "a", OpType.SET, "retention.ms", null))
                .isEqualTo(Errors.INVALID_REQUEST);
        assertThat(alter(ConfigResource.Type.TOPIC, "a", OpType.APPEND, "retention.ms", "1"))
                .isEqualTo(Errors.INVALID_CONFIG);
        assertThat(alter(ConfigResource.Type.TOPIC, "", OpType.SET, "retention.ms", "1"))
                .isEqualTo(Errors.INVALID_REQUEST);
        assertThat(alter(ConfigResource.Type.BROKER, "0", OpType.SET, "num.partitions", "3"))
                .isEqualTo(Errors.INVALID_REQUEST);
        assertThat(alter(ConfigResource.Type.BROKER, "5", OpType.SET, "log.retention.ms", "3"))
                .isEqualTo(Errors.INVALID_REQUEST);
        assertThat(alter(ConfigResource.Type.UNKNOWN, "5", OpType.SET, "log.retention.ms", "3"))
                .isEqualTo(Errors.INVALID_REQUEST);
        assertThat(replace(false, resource("a", "segment.ms", "1"), resource("a", "segment.ms", "2")))
                .containsExactly(Errors.INVALID_REQUEST, Errors.INVALID_REQUEST);
        assertThat(value("retention.ms")).isEqualTo("1000");
    }

    @Test
    void anUnknownOperationIsRefused() throws Exception {
        IncrementalAlterConfigsRequestData request =
                incremental(ConfigResource.Type.TOPIC, "a", (byte) 9, "retention.ms", "1");
        assertThat(incremental(request)).isEqualTo(Errors.INVALID_REQUEST);
    }

    @Test
    void resourcesAreListedByType() throws Exception {
        assertThat(list(1, ConfigResource.Type.TOPIC.id()).configResources())
                .extracting(ListConfigResourcesResponseData.ConfigResource::resourceName)
                .containsExactly("a");
        assertThat(list(1, ConfigResource.Type.BROKER.id()).configResources())
                .extracting(ListConfigResourcesResponseData.ConfigResource::resourceName)
                .containsExactly("0");
        assertThat(list(1).configResources())
                .extracting(ListConfigResourcesResponseData.ConfigResource::resourceType)
                .contains(ConfigResource.Type.TOPIC.id(), ConfigResource.Type.BROKER.id());
        assertThat(list(0).configResources()).isEmpty();
        assertThat(list(1, (byte) 99).errorCode()).isEqualTo(Errors.UNSUPPORTED_VERSION.code());
    }

    private @Nullable String value(String key) throws Exception {
        return config(describe(ConfigResource.Type.TOPIC, "a", key), key).value();
    }

    private static DescribeConfigsResourceResult config(DescribeConfigsResult result, String name) {
        return result.configs().stream()
                .filter(config -> config.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private DescribeConfigsResult describe(ConfigResource.Type type, String name, String... keys) throws Exception {
        return describe(request(type, name, keys).setIncludeSynonyms(true));
    }

    private DescribeConfigsResult describe(DescribeConfigsRequestData request) throws Exception {
        DescribeConfigsHandler handler = new DescribeConfigsHandler(0, cluster.metadata, effective);
        return TestCluster.ask(handler, 4, request, DescribeConfigsResponseData.class)
                .results()
                .getFirst();
    }

    private static DescribeConfigsRequestData request(ConfigResource.Type type, String name, String... keys) {
        return new DescribeConfigsRequestData()
                .setResources(List.of(new DescribeConfigsResource()
                        .setResourceType(type.id())
                        .setResourceName(name)
                        .setConfigurationKeys(keys.length == 0 ? null : List.of(keys))));
    }

    private Errors alter(ConfigResource.Type type, String name, OpType op, String key, @Nullable String value)
            throws Exception {
        return incremental(incremental(type, name, op.id(), key, value));
    }

    private static IncrementalAlterConfigsRequestData incremental(
            ConfigResource.Type type, String name, byte op, String key, @Nullable String value) {
        var resource = new IncrementalAlterConfigsRequestData.AlterConfigsResource()
                .setResourceType(type.id())
                .setResourceName(name);
        resource.configs()
                .add(new IncrementalAlterConfigsRequestData.AlterableConfig()
                        .setName(key)
                        .setConfigOperation(op)
                        .setValue(value));
        IncrementalAlterConfigsRequestData request = new IncrementalAlterConfigsRequestData();
        request.resources().add(resource);
        return request;
    }

    private Errors incremental(IncrementalAlterConfigsRequestData request) throws Exception {
        var handler = new IncrementalAlterConfigsHandler(cluster.metadata, new ConfigAlterations(effective));
        return Errors.forCode(TestCluster.ask(handler, 1, request, IncrementalAlterConfigsResponseData.class)
                .responses()
                .getFirst()
                .errorCode());
    }

    private static AlterConfigsRequestData.AlterConfigsResource resource(String topic, String key, String value) {
        var resource = new AlterConfigsRequestData.AlterConfigsResource()
                .setResourceType(ConfigResource.Type.TOPIC.id())
                .setResourceName(topic);
        resource.configs()
                .add(new AlterConfigsRequestData.AlterableConfig().setName(key).setValue(value));
        return resource;
    }

    private List<Errors> replace(boolean validateOnly, AlterConfigsRequestData.AlterConfigsResource... resources)
            throws Exception {
        AlterConfigsRequestData request = new AlterConfigsRequestData().setValidateOnly(validateOnly);
        for (var resource : resources) {
            request.resources().add(resource);
        }
        var handler = new AlterConfigsHandler(cluster.metadata, new ConfigAlterations(effective));
        return TestCluster.ask(handler, 2, request, AlterConfigsResponseData.class).responses().stream()
                .map(response -> Errors.forCode(response.errorCode()))
                .toList();
    }

    private ListConfigResourcesResponseData list(int version, Byte... types) throws Exception {
        return TestCluster.ask(
                new ListConfigResourcesHandler(cluster.metadata),
                version,
                new ListConfigResourcesRequestData().setResourceTypes(List.of(types)),
                ListConfigResourcesResponseData.class);
    }
}
