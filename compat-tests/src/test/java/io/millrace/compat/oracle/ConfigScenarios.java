package io.millrace.compat.oracle;

import static org.apache.kafka.common.protocol.ApiKeys.ALTER_CONFIGS;
import static org.apache.kafka.common.protocol.ApiKeys.DESCRIBE_CLIENT_QUOTAS;
import static org.apache.kafka.common.protocol.ApiKeys.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.protocol.ApiKeys.DESCRIBE_LOG_DIRS;
import static org.apache.kafka.common.protocol.ApiKeys.INCREMENTAL_ALTER_CONFIGS;
import static org.apache.kafka.common.protocol.ApiKeys.LIST_CONFIG_RESOURCES;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.DescribeClientQuotasRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.DescribeLogDirsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.ListConfigResourcesRequestData;
import org.apache.kafka.common.message.ListConfigResourcesResponseData;
import org.jspecify.annotations.Nullable;

/** Configuration, and what else of a broker is described: log directories, quotas. */
final class ConfigScenarios {
    private static final byte TOPIC = 2;
    private static final byte BROKER = 4;

    private ConfigScenarios() {}

    static List<Scenario> all() {
        return Stream.of(descriptions(), replacements(), increments(), refusedIncrements(), others())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Scenario> descriptions() {
        return List.of(
                Scenario.of(DESCRIBE_CONFIGS, "all of a topic", e -> {
                    e.send(description(TOPIC, e.topic("t", 1, Map.of("retention.ms", "5000")), null));
                }),
                Scenario.of(DESCRIBE_CONFIGS, "all of a topic, with synonyms", e -> {
                    var topic = e.topic("t", 1, Map.of("retention.ms", "5000"));
                    e.send(description(TOPIC, topic, null).setIncludeSynonyms(true));
                }),
                Scenario.of(DESCRIBE_CONFIGS, "with documentation", e -> {
                            var keys = List.of("retention.ms", "cleanup.policy", "segment.bytes");
                            e.send(description(TOPIC, e.topic("t"), keys).setIncludeDocumentation(true));
                        })
                        .since(3),
                Scenario.of(DESCRIBE_CONFIGS, "some, one of them unknown", e -> {
                    e.send(description(TOPIC, e.topic("t"), List.of("retention.ms", "no.such.key", "cleanup.policy")));
                }),
                Scenario.of(DESCRIBE_CONFIGS, "none", e -> e.send(description(TOPIC, e.topic("t"), List.of()))),
                Scenario.of(DESCRIBE_CONFIGS, "topic that is not there", e -> {
                    e.send(description(TOPIC, e.name("none"), null));
                }),
                Scenario.of(DESCRIBE_CONFIGS, "invalid topic", e -> {
                    e.send(description(TOPIC, "a b", null));
                    e.send(description(TOPIC, "", null));
                }),
                Scenario.of(DESCRIBE_CONFIGS, "broker", e -> {
                    var keys = List.of("message.max.bytes", "num.partitions", "offsets.topic.num.partitions");
                    e.send(description(BROKER, "0", keys).setIncludeSynonyms(true));
                }),
                Scenario.of(DESCRIBE_CONFIGS, "cluster-wide default of brokers", e -> {
                    e.send(description(BROKER, "", List.of("message.max.bytes")));
                }),
                Scenario.of(DESCRIBE_CONFIGS, "broker that is not there", e -> {
                    e.send(description(BROKER, "7", null));
                    e.send(description(BROKER, "zero", null));
                }),
                Scenario.of(DESCRIBE_CONFIGS, "kind that does not exist", e -> {
                    e.send(description((byte) 99, "x", null));
                    e.send(description((byte) 0, "x", null));
                    e.send(description((byte) -1, "x", null));
                }),
                Scenario.of(DESCRIBE_CONFIGS, "several, and one twice", e -> {
                    var topic = e.topic("t");
                    var request = description(TOPIC, topic, List.of("retention.ms"));
                    var again = description(TOPIC, topic, List.of("segment.bytes"));
                    var none = description(TOPIC, e.name("none"), null);
                    request.setResources(new ArrayList<>(request.resources()));
                    request.resources().addAll(again.resources());
                    request.resources().addAll(none.resources());
                    e.send(request);
                }),
                Scenario.of(DESCRIBE_CONFIGS, "nothing", e -> e.send(new DescribeConfigsRequestData())));
    }

    private static List<Scenario> replacements() {
        return List.of(
                Scenario.of(ALTER_CONFIGS, "replaces all", e -> {
                    var topic = e.topic("t", 1, Map.of("retention.ms", "5000"));
                    e.send(replacement(TOPIC, topic, "segment.bytes", "2000000"));
                    showSettled(e, topic, "segment.bytes", "2000000");
                }),
                Scenario.of(ALTER_CONFIGS, "only validated", e -> {
                    var topic = e.topic("t");
                    e.send(replacement(TOPIC, topic, "segment.bytes", "2000000").setValidateOnly(true));
                    e.show(DESCRIBE_CONFIGS, description(TOPIC, topic, List.of("segment.bytes")));
                }),
                Scenario.of(ALTER_CONFIGS, "value of the wrong type", e -> {
                    e.send(replacement(TOPIC, e.topic("t"), "segment.bytes", "many"));
                }),
                Scenario.of(
                        ALTER_CONFIGS, "unknown key", e -> e.send(replacement(TOPIC, e.topic("t"), "no.such", "1"))),
                Scenario.of(ALTER_CONFIGS, "null value", e -> {
                    e.send(replacement(TOPIC, e.topic("t"), "segment.bytes", null));
                }),
                Scenario.of(ALTER_CONFIGS, "topic that is not there", e -> {
                    e.send(replacement(TOPIC, e.name("none"), "segment.bytes", "2000000"));
                    e.send(replacement(TOPIC, "a b", "segment.bytes", "2000000"));
                }),
                Scenario.of(ALTER_CONFIGS, "kind that does not exist", e -> {
                    e.send(replacement((byte) 99, "x", "segment.bytes", "2000000"));
                }),
                Scenario.of(ALTER_CONFIGS, "nothing", e -> e.send(new AlterConfigsRequestData())));
    }

    private static List<Scenario> increments() {
        return List.of(
                increment("set", 0, "retention.ms", "7000"),
                increment("delete", 1, "retention.ms", null),
                increment("delete what was not set", 1, "segment.bytes", null),
                increment("delete with a value", 1, "retention.ms", "9"),
                increment("append", 2, "cleanup.policy", "compact"),
                increment("append what is there", 2, "cleanup.policy", "delete"),
                increment("subtract", 3, "cleanup.policy", "delete"),
                increment("subtract what is not there", 3, "cleanup.policy", "compact"),
                increment("set with spaces", 0, "retention.ms", " 7000 "),
                increment("set to the default", 0, "segment.bytes", "1073741824"),
                Scenario.of(INCREMENTAL_ALTER_CONFIGS, "only validated", e -> {
                    var topic = e.topic("t");
                    e.send(increment(TOPIC, topic, 0, "retention.ms", "7000").setValidateOnly(true));
                    e.show(DESCRIBE_CONFIGS, description(TOPIC, topic, List.of("retention.ms")));
                }));
    }

    private static List<Scenario> refusedIncrements() {
        return List.of(
                increment("set null", 0, "retention.ms", null),
                increment("set the wrong type", 0, "retention.ms", "soon"),
                increment("set out of range", 0, "segment.bytes", "-7"),
                increment("set an unknown key", 0, "no.such.key", "1"),
                increment("set no key", 0, "", "1"),
                increment("append to a number", 2, "retention.ms", "1"),
                increment("append an impossible choice", 2, "cleanup.policy", "shred"),
                increment("operation that does not exist", 9, "retention.ms", "1"),
                increment("operation negative", -1, "retention.ms", "1"),
                Scenario.of(INCREMENTAL_ALTER_CONFIGS, "one key twice", e -> {
                    var request = increment(TOPIC, e.topic("t"), 0, "retention.ms", "1000");
                    var more = increment(TOPIC, "x", 1, "retention.ms", null);
                    request.resources()
                            .iterator()
                            .next()
                            .configs()
                            .add(more.resources()
                                    .iterator()
                                    .next()
                                    .configs()
                                    .iterator()
                                    .next()
                                    .duplicate());
                    e.send(request);
                }),
                Scenario.of(INCREMENTAL_ALTER_CONFIGS, "topic that is not there", e -> {
                    e.send(increment(TOPIC, e.name("none"), 0, "retention.ms", "1"));
                    e.send(increment(TOPIC, "a b", 0, "retention.ms", "1"));
                    e.send(increment(TOPIC, "", 0, "retention.ms", "1"));
                }),
                Scenario.of(INCREMENTAL_ALTER_CONFIGS, "broker that is not there", e -> {
                    e.send(increment(BROKER, "zero", 0, "message.max.bytes", "1000"));
                }),
                Scenario.of(INCREMENTAL_ALTER_CONFIGS, "kind that does not exist", e -> {
                    e.send(increment((byte) 99, "x", 0, "retention.ms", "1"));
                }),
                Scenario.of(
                        INCREMENTAL_ALTER_CONFIGS, "nothing", e -> e.send(new IncrementalAlterConfigsRequestData())));
    }

    private static List<Scenario> others() {
        return List.of(
                Scenario.of(LIST_CONFIG_RESOURCES, "as it comes", e -> own(e, new ListConfigResourcesRequestData())),
                Scenario.of(LIST_CONFIG_RESOURCES, "topics", e -> {
                            e.topic("t", 1, Map.of("retention.ms", "5000"));
                            own(e, listing(TOPIC));
                        })
                        .since(1),
                Scenario.of(LIST_CONFIG_RESOURCES, "brokers", e -> e.send(listing(BROKER)))
                        .since(1),
                Scenario.of(LIST_CONFIG_RESOURCES, "kinds that do not exist", e -> {
                            e.send(listing((byte) 99));
                            e.send(listing((byte) 0));
                            own(e, listing(TOPIC, (byte) 99));
                        })
                        .since(1),
                Scenario.of(DESCRIBE_LOG_DIRS, "a topic's partitions", e -> {
                    var topic = e.topic("t", 3, Map.of());
                    e.append(topic, 1, Batches.plain(3));
                    e.send(directories(topic, 0, 1));
                }),
                Scenario.of(DESCRIBE_LOG_DIRS, "partitions that are not there", e -> {
                    e.send(directories(e.topic("t"), 0, 5));
                    e.send(directories(e.name("none"), 0));
                }),
                Scenario.of(DESCRIBE_LOG_DIRS, "no topics", e -> e.send(new DescribeLogDirsRequestData())),
                Scenario.of(DESCRIBE_CLIENT_QUOTAS, "all", e -> e.send(new DescribeClientQuotasRequestData())),
                Scenario.of(DESCRIBE_CLIENT_QUOTAS, "of a user", e -> e.send(quotas("user", 0, "anna"))),
                Scenario.of(DESCRIBE_CLIENT_QUOTAS, "of any client id", e -> e.send(quotas("client-id", 2, null))),
                Scenario.of(DESCRIBE_CLIENT_QUOTAS, "default of addresses", e -> e.send(quotas("ip", 1, null))),
                Scenario.of(DESCRIBE_CLIENT_QUOTAS, "of nothing that exists", e -> {
                    e.send(quotas("planet", 0, "earth"));
                    e.send(quotas("", 0, "earth"));
                }),
                Scenario.of(DESCRIBE_CLIENT_QUOTAS, "match that does not exist", e -> e.send(quotas("user", 9, "x"))));
    }

    private static Scenario increment(String name, int operation, String key, @Nullable String value) {
        return Scenario.of(INCREMENTAL_ALTER_CONFIGS, name, e -> {
            var topic = e.topic("t", 1, Map.of("retention.ms", "5000"));
            e.send(increment(TOPIC, topic, operation, key, value));
            // A second change behind the first: once it shows, the first is settled, too.
            e.ask(INCREMENTAL_ALTER_CONFIGS, increment(TOPIC, topic, 0, "index.interval.bytes", "5000"));
            showSettled(e, topic, "index.interval.bytes", "5000");
        });
    }

    /** Waits until the value is in force, and records what the topic was given. */
    private static void showSettled(Exchange e, String topic, String key, String value) throws IOException {
        e.askUntil(
                DESCRIBE_CONFIGS,
                description(TOPIC, topic, List.of(key)),
                DescribeConfigsResponseData.class,
                r -> value.equals(r.results().getFirst().configs().getFirst().value()));
        var keys = List.of("retention.ms", "segment.bytes", "cleanup.policy");
        e.show(DESCRIBE_CONFIGS, description(TOPIC, topic, keys));
    }

    private static DescribeConfigsRequestData description(byte type, String name, @Nullable List<String> keys) {
        var resource = new DescribeConfigsRequestData.DescribeConfigsResource()
                .setResourceType(type)
                .setResourceName(name)
                .setConfigurationKeys(keys);
        return new DescribeConfigsRequestData().setResources(List.of(resource));
    }

    private static AlterConfigsRequestData replacement(byte type, String name, String key, @Nullable String value) {
        var resource = new AlterConfigsRequestData.AlterConfigsResource()
                .setResourceType(type)
                .setResourceName(name);
        resource.configs()
                .add(new AlterConfigsRequestData.AlterableConfig().setName(key).setValue(value));
        var request = new AlterConfigsRequestData();
        request.resources().add(resource);
        return request;
    }

    private static IncrementalAlterConfigsRequestData increment(
            byte type, String name, int operation, String key, @Nullable String value) {
        var resource = new IncrementalAlterConfigsRequestData.AlterConfigsResource()
                .setResourceType(type)
                .setResourceName(name);
        resource.configs()
                .add(new IncrementalAlterConfigsRequestData.AlterableConfig()
                        .setName(key)
                        .setConfigOperation((byte) operation)
                        .setValue(value));
        var request = new IncrementalAlterConfigsRequestData();
        request.resources().add(resource);
        return request;
    }

    private static ListConfigResourcesRequestData listing(Byte... types) {
        return new ListConfigResourcesRequestData().setResourceTypes(List.of(types));
    }

    private static void own(Exchange e, ListConfigResourcesRequestData request) throws IOException {
        e.sendAndRecordOwn(
                request,
                ListConfigResourcesResponseData.class,
                r -> r.configResources().removeIf(c -> c.resourceType() == TOPIC && !e.owns(c.resourceName())));
    }

    private static DescribeLogDirsRequestData directories(String topic, Integer... partitions) {
        var request = new DescribeLogDirsRequestData();
        request.topics()
                .add(new DescribeLogDirsRequestData.DescribableLogDirTopic()
                        .setTopic(topic)
                        .setPartitions(List.of(partitions)));
        return request;
    }

    private static DescribeClientQuotasRequestData quotas(String entity, int matchType, @Nullable String match) {
        var component = new DescribeClientQuotasRequestData.ComponentData()
                .setEntityType(entity)
                .setMatchType((byte) matchType)
                .setMatch(match);
        return new DescribeClientQuotasRequestData().setComponents(List.of(component));
    }
}
