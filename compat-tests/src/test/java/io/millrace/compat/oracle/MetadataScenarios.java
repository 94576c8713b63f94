package io.millrace.compat.oracle;

import static org.apache.kafka.common.protocol.ApiKeys.DESCRIBE_CLUSTER;
import static org.apache.kafka.common.protocol.ApiKeys.DESCRIBE_TOPIC_PARTITIONS;
import static org.apache.kafka.common.protocol.ApiKeys.METADATA;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData.Cursor;
import org.apache.kafka.common.message.DescribeTopicPartitionsRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeTopicPartitionsResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;

/** What there is: Metadata, DescribeCluster, DescribeTopicPartitions. */
final class MetadataScenarios {
    private static final Uuid NOBODYS = new Uuid(7, 7);

    private MetadataScenarios() {}

    static List<Scenario> all() {
        return Stream.of(byName(), byId(), clusters(), partitions())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Scenario> byName() {
        return List.of(
                Scenario.of(METADATA, "known topic", e -> {
                    e.send(byName(e, e.topic("t", 3, Map.of())));
                }),
                Scenario.of(METADATA, "unknown topic, not to be created", e -> {
                            e.send(byName(e, e.name("none")));
                        })
                        .since(4),
                Scenario.of(METADATA, "unknown topic, to be created", MetadataScenarios::createdByAsking),
                Scenario.of(METADATA, "invalid names", e -> {
                    e.send(byName(e, "a b", "", ".", "..", "x".repeat(250), "é"));
                }),
                Scenario.of(METADATA, "internal name, not there", e -> {
                            e.send(byName(e, "__no_such_internal_topic"));
                        })
                        .since(4),
                Scenario.of(METADATA, "known and unknown", e -> {
                            e.send(byName(e, e.topic("t"), e.name("none"), "a b"));
                        })
                        .since(4),
                Scenario.of(METADATA, "one topic twice", e -> {
                    var topic = e.topic("t");
                    e.send(byName(e, topic, topic));
                }),
                Scenario.of(METADATA, "no topics", e -> e.send(byName(e))).since(1));
    }

    private static List<Scenario> byId() {
        return List.of(
                Scenario.of(METADATA, "by id", e -> {
                            var topic = e.topic("t");
                            e.send(byId(e.id(topic)));
                        })
                        .since(12),
                Scenario.of(METADATA, "by an unknown id", e -> e.send(byId(NOBODYS)))
                        .since(12),
                Scenario.of(METADATA, "by an id and a name at once", e -> {
                            var topic = e.topic("t");
                            var request = byId(e.id(topic));
                            request.topics().getFirst().setName(topic);
                            e.send(request);
                        })
                        .since(12),
                Scenario.of(METADATA, "null name without id", e -> e.send(byId(Uuid.ZERO_UUID)))
                        .since(12),
                Scenario.of(METADATA, "by id before ids could be asked for", e -> {
                            var topic = e.topic("t");
                            e.sendExpectingClose(byId(e.id(topic)));
                        })
                        .since(10)
                        .until(11),
                Scenario.of(METADATA, "allowed operations of a topic", e -> {
                            e.send(byName(e, e.topic("t")).setIncludeTopicAuthorizedOperations(true));
                        })
                        .since(8),
                Scenario.of(METADATA, "allowed operations of the cluster", e -> {
                            e.send(byName(e).setIncludeClusterAuthorizedOperations(true));
                        })
                        .since(8)
                        .until(10),
                Scenario.of(METADATA, "all topics", e -> {
                    e.topic("t");
                    e.send(new MetadataRequestData().setTopics(e.atLeast(1) ? null : List.of()));
                }));
    }

    private static List<Scenario> clusters() {
        return List.of(
                Scenario.of(DESCRIBE_CLUSTER, "brokers", e -> e.send(new DescribeClusterRequestData())),
                Scenario.of(DESCRIBE_CLUSTER, "allowed operations", e -> {
                    e.send(new DescribeClusterRequestData().setIncludeClusterAuthorizedOperations(true));
                }),
                Scenario.of(DESCRIBE_CLUSTER, "controllers, asked of a broker", e -> {
                            e.send(new DescribeClusterRequestData().setEndpointType((byte) 2));
                        })
                        .since(1),
                Scenario.of(DESCRIBE_CLUSTER, "endpoint type that does not exist", e -> {
                            e.send(new DescribeClusterRequestData().setEndpointType((byte) 9));
                        })
                        .since(1),
                Scenario.of(DESCRIBE_CLUSTER, "fenced brokers too", e -> {
                            e.send(new DescribeClusterRequestData().setIncludeFencedBrokers(true));
                        })
                        .since(2));
    }

    private static List<Scenario> partitions() {
        return List.of(
                Scenario.of(DESCRIBE_TOPIC_PARTITIONS, "known, unknown, invalid, twice", e -> {
                    var topic = e.topic("t", 3, Map.of());
                    e.send(partitions(topic, e.name("none"), "a b", topic));
                }),
                Scenario.of(DESCRIBE_TOPIC_PARTITIONS, "page by page", MetadataScenarios::pages),
                Scenario.of(DESCRIBE_TOPIC_PARTITIONS, "limit of none", e -> {
                    var topic = e.topic("t", 3, Map.of());
                    e.send(partitions(topic).setResponsePartitionLimit(0));
                }),
                Scenario.of(DESCRIBE_TOPIC_PARTITIONS, "cursor at a negative partition", e -> {
                    var topic = e.topic("t", 3, Map.of());
                    e.send(partitions(topic)
                            .setCursor(new Cursor().setTopicName(topic).setPartitionIndex(-1)));
                }),
                Scenario.of(DESCRIBE_TOPIC_PARTITIONS, "cursor behind the last partition", e -> {
                    var topic = e.topic("t", 3, Map.of());
                    e.send(partitions(topic)
                            .setCursor(new Cursor().setTopicName(topic).setPartitionIndex(3)));
                }),
                Scenario.of(DESCRIBE_TOPIC_PARTITIONS, "cursor at a topic that is gone", e -> {
                    var topic = e.topic("t", 3, Map.of());
                    e.send(partitions(topic)
                            .setCursor(new Cursor().setTopicName(e.name("a")).setPartitionIndex(1)));
                }));
    }

    private static void createdByAsking(Exchange e) throws IOException {
        var topic = e.name("new");
        e.send(byName(e, topic).setAllowAutoTopicCreation(true));
        e.awaitLeaders(topic, 1);
        e.send(byName(e, topic));
    }

    private static void pages(Exchange e) throws IOException {
        var first = e.topic("a", 3, Map.of());
        var second = e.topic("b", 3, Map.of());
        var request = partitions(second, first).setResponsePartitionLimit(2);
        for (int page = 0; page < 4; page++) {
            var answer = (DescribeTopicPartitionsResponseData) e.send(request);
            var next = answer.nextCursor();
            if (next == null) {
                return;
            }
            request.setCursor(new Cursor().setTopicName(next.topicName()).setPartitionIndex(next.partitionIndex()));
        }
    }

    private static DescribeTopicPartitionsRequestData partitions(String... topics) {
        var request = new DescribeTopicPartitionsRequestData();
        for (var topic : topics) {
            request.topics().add(new TopicRequest().setName(topic));
        }
        return request;
    }

    private static MetadataRequestData byName(Exchange e, String... names) {
        var topics = new ArrayList<MetadataRequestTopic>();
        for (var name : names) {
            topics.add(new MetadataRequestTopic().setName(name));
        }
        return new MetadataRequestData().setTopics(topics).setAllowAutoTopicCreation(!e.atLeast(4));
    }

    private static MetadataRequestData byId(Uuid id) {
        var topic = new MetadataRequestTopic().setName(null).setTopicId(id);
        return new MetadataRequestData().setTopics(List.of(topic)).setAllowAutoTopicCreation(false);
    }
}
