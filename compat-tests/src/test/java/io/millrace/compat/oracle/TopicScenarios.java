package io.millrace.compat.oracle;

import static org.apache.kafka.common.protocol.ApiKeys.CREATE_PARTITIONS;
import static org.apache.kafka.common.protocol.ApiKeys.CREATE_TOPICS;
import static org.apache.kafka.common.protocol.ApiKeys.DELETE_TOPICS;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsAssignment;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableReplicaAssignment;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopicConfig;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.jspecify.annotations.Nullable;

/** Topics made, grown and deleted. */
final class TopicScenarios {
    private TopicScenarios() {}

    static List<Scenario> all() {
        return Stream.of(creations().stream(), creationsTogether().stream(), growths().stream(), deletions().stream())
                .flatMap(s -> s)
                .toList();
    }

    /** One topic of the name {@code t}, one partition, one replica, but for the change. */
    private static Scenario creation(String name, UnaryOperator<CreatableTopic> change) {
        return Scenario.of(CREATE_TOPICS, name, e -> {
            var topic = change.apply(topic(e.name("t"), 1, 1));
            e.send(creation(topic));
            e.send(creation(change.apply(topic(e.name("u"), 1, 1))).setValidateOnly(true));
        });
    }

    private static List<Scenario> creations() {
        return List.of(
                creation("one", t -> t),
                creation("ten partitions", t -> t.setNumPartitions(10)),
                creation("broker's defaults", t -> t.setNumPartitions(-1).setReplicationFactor((short) -1))
                        .since(4),
                creation("no partitions", t -> t.setNumPartitions(0)),
                creation("negative partitions", t -> t.setNumPartitions(-2)),
                creation("more partitions than anyone needs", t -> t.setNumPartitions(Integer.MAX_VALUE)),
                creation("no replicas", t -> t.setReplicationFactor((short) 0)),
                creation("negative replicas", t -> t.setReplicationFactor((short) -2)),
                creation("three replicas", t -> t.setReplicationFactor((short) 3)),
                creation("invalid name", t -> t.setName("a b")),
                creation("empty name", t -> t.setName("")),
                creation("dot", t -> t.setName(".")),
                creation(
                        "name of 249",
                        t -> t.setName(
                                ("x".repeat(249) + t.name()).substring(t.name().length()))),
                creation("name of 250", t -> t.setName("x".repeat(250))),
                creation("config", t -> with(t, "retention.ms", "1000")),
                creation(
                        "config of every kind",
                        t -> with(
                                with(with(t, "cleanup.policy", "compact,delete"), "compression.type", "zstd"),
                                "min.cleanable.dirty.ratio",
                                "0.3")),
                creation("config value of the wrong type", t -> with(t, "retention.ms", "soon")),
                creation("config value out of range", t -> with(t, "segment.bytes", "1")),
                creation("config value not among the choices", t -> with(t, "cleanup.policy", "shred")),
                creation("config unknown", t -> with(t, "no.such.key", "1")),
                creation("config null", t -> with(t, "retention.ms", null)),
                creation("config empty", t -> with(t, "retention.ms", "")),
                creation("config named with nothing", t -> with(t, "", "1")),
                creation("retention minus one", t -> with(t, "retention.ms", "-1")),
                creation("retention minus two", t -> with(t, "retention.ms", "-2")),
                creation("assigned", t -> assigned(unsized(t), 0, 0)),
                creation("assigned, two partitions", t -> assigned(assigned(unsized(t), 0, 0), 1, 0)),
                creation("assigned and sized", t -> assigned(t, 0, 0)),
                creation("assigned to an unknown broker", t -> assigned(unsized(t), 0, 9)),
                creation("assigned to a negative broker", t -> assigned(unsized(t), 0, -1)),
                creation("assigned twice to a broker", t -> assigned(unsized(t), 0, 0, 0)),
                creation("assigned to nobody", t -> assigned(unsized(t), 0)),
                creation("assigned from partition one", t -> assigned(unsized(t), 1, 0)),
                creation("assigned with a gap", t -> assigned(assigned(unsized(t), 0, 0), 2, 0)),
                creation("assigned unevenly", t -> assigned(assigned(unsized(t), 0, 0), 1, 0, 9)));
    }

    private static List<Scenario> creationsTogether() {
        return List.of(
                Scenario.of(CREATE_TOPICS, "there already", e -> e.send(creation(topic(e.topic("t"), 1, 1)))),
                Scenario.of(CREATE_TOPICS, "there already, only validated", e -> {
                    e.send(creation(topic(e.topic("t"), 1, 1)).setValidateOnly(true));
                }),
                Scenario.of(CREATE_TOPICS, "name that collides", e -> {
                    e.topic("a.b");
                    e.send(creation(topic(e.name("a_b"), 1, 1)));
                }),
                // Not compared: names that collide within one request. Apache Kafka creates both, and refuses the
                // second
                // only when it comes in a request of its own; Millrace refuses it either way.
                Scenario.of(CREATE_TOPICS, "one name twice", e -> {
                    e.send(creation(topic(e.name("t"), 1, 1), topic(e.name("t"), 2, 1), topic(e.name("u"), 1, 1)));
                }),
                Scenario.of(CREATE_TOPICS, "good beside bad", e -> {
                    e.send(creation(topic(e.name("t"), 1, 1), topic("a b", 1, 1), topic(e.name("v"), 0, 1)));
                }),
                Scenario.of(CREATE_TOPICS, "none", e -> e.send(creation())),
                Scenario.of(CREATE_TOPICS, "internal name", e -> {
                    e.send(creation(topic("__consumer_offsets", 1, 1)));
                    e.send(creation(topic("__cluster_metadata", 1, 1)));
                }));
    }

    private static List<Scenario> growths() {
        return List.of(
                growth("more", 3, null),
                growth("as many", 2, null),
                growth("fewer", 1, null),
                growth("none", 0, null),
                growth("negative", -1, null),
                growth("assigned", 3, List.of(List.of(0))),
                growth("assigned too few", 4, List.of(List.of(0))),
                growth("assigned too many", 3, List.of(List.of(0), List.of(0))),
                growth("assigned to an unknown broker", 3, List.of(List.of(9))),
                growth("assigned twice to a broker", 3, List.of(List.of(0, 0))),
                growth("assigned to nobody", 3, List.of(List.of())),
                Scenario.of(CREATE_PARTITIONS, "only validated", e -> {
                    var topic = e.topic("t", 2, Map.of());
                    e.send(growth(growing(topic, 5, null)).setValidateOnly(true));
                    e.awaitLeaders(topic, 2);
                }),
                Scenario.of(CREATE_PARTITIONS, "not there, invalid, twice", e -> {
                    e.send(growth(growing(e.name("none"), 2, null)));
                    e.send(growth(growing("a b", 2, null)));
                    e.send(growth());
                }),
                Scenario.of(CREATE_PARTITIONS, "one topic twice", e -> {
                    var topic = e.topic("t", 2, Map.of());
                    e.send(growth(growing(topic, 3, null), growing(topic, 4, null)));
                }));
    }

    private static Scenario growth(String name, int count, @Nullable List<List<Integer>> assignments) {
        return Scenario.of(CREATE_PARTITIONS, name, e -> {
            var topic = e.topic("t", 2, Map.of());
            e.send(growth(growing(topic, count, assignments)));
        });
    }

    private static List<Scenario> deletions() {
        var all = new ArrayList<Scenario>();
        all.add(Scenario.of(DELETE_TOPICS, "one", e -> {
            var topic = e.topic("t");
            e.send(deletion(e, topic));
            e.awaitGone(topic);
            e.send(deletion(e, topic));
        }));
        all.add(Scenario.of(DELETE_TOPICS, "not there and invalid", e -> {
            e.send(deletion(e, e.topic("t"), e.name("none"), "a b", ""));
        }));
        all.add(Scenario.of(DELETE_TOPICS, "one twice", e -> {
            var topic = e.topic("t");
            e.send(deletion(e, topic, topic));
        }));
        all.add(Scenario.of(DELETE_TOPICS, "none", e -> e.send(deletion(e))));
        all.add(Scenario.of(DELETE_TOPICS, "by id", e -> {
                    var topic = e.topic("t");
                    e.send(byId(e.id(topic), null));
                    e.awaitGone(topic);
                    e.send(byId(e.id(topic), null));
                })
                .since(6));
        all.add(Scenario.of(DELETE_TOPICS, "by id and name", e -> {
                    var topic = e.topic("t");
                    e.send(byId(e.id(topic), topic));
                })
                .since(6));
        all.add(Scenario.of(DELETE_TOPICS, "by neither", e -> e.send(byId(Uuid.ZERO_UUID, null)))
                .since(6));
        all.add(Scenario.of(DELETE_TOPICS, "by id and by name the same", TopicScenarios::bothWays)
                .since(6));
        return all;
    }

    private static void bothWays(Exchange e) throws IOException {
        var topic = e.topic("t");
        var request = byId(e.id(topic), null);
        request.setTopics(List.of(
                new DeleteTopicState().setTopicId(e.id(topic)).setName(null), new DeleteTopicState().setName(topic)));
        e.send(request);
    }

    private static CreatableTopic topic(String name, int partitions, int replicas) {
        return new CreatableTopic().setName(name).setNumPartitions(partitions).setReplicationFactor((short) replicas);
    }

    private static CreatableTopic unsized(CreatableTopic topic) {
        return topic.setNumPartitions(-1).setReplicationFactor((short) -1);
    }

    private static CreatableTopic with(CreatableTopic topic, String key, @Nullable String value) {
        topic.configs().add(new CreatableTopicConfig().setName(key).setValue(value));
        return topic;
    }

    private static CreatableTopic assigned(CreatableTopic topic, int partition, Integer... brokers) {
        topic.assignments()
                .add(new CreatableReplicaAssignment()
                        .setPartitionIndex(partition)
                        .setBrokerIds(List.of(brokers)));
        return topic;
    }

    private static CreateTopicsRequestData creation(CreatableTopic... topics) {
        var request = new CreateTopicsRequestData().setTimeoutMs(30_000);
        for (var topic : topics) {
            request.topics().mustAdd(topic);
        }
        return request;
    }

    private static CreatePartitionsTopic growing(String topic, int count, @Nullable List<List<Integer>> assignments) {
        var growing = new CreatePartitionsTopic().setName(topic).setCount(count).setAssignments(null);
        if (assignments != null) {
            growing.setAssignments(assignments.stream()
                    .map(brokers -> new CreatePartitionsAssignment().setBrokerIds(brokers))
                    .toList());
        }
        return growing;
    }

    private static CreatePartitionsRequestData growth(CreatePartitionsTopic... topics) {
        var request = new CreatePartitionsRequestData().setTimeoutMs(30_000);
        for (var topic : topics) {
            request.topics().mustAdd(topic);
        }
        return request;
    }

    private static DeleteTopicsRequestData deletion(Exchange e, String... names) {
        var request = new DeleteTopicsRequestData().setTimeoutMs(30_000);
        if (!e.atLeast(6)) {
            return request.setTopicNames(List.of(names));
        }
        return request.setTopics(
                Stream.of(names).map(n -> new DeleteTopicState().setName(n)).toList());
    }

    private static DeleteTopicsRequestData byId(Uuid id, @Nullable String name) {
        return new DeleteTopicsRequestData()
                .setTimeoutMs(30_000)
                .setTopics(List.of(new DeleteTopicState().setTopicId(id).setName(name)));
    }
}
