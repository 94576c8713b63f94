package io.millrace.compat.oracle;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.compat.RawConnection;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;

/** One play of a scenario against one broker: sends requests, and records the answers that are to be compared. */
final class Exchange implements AutoCloseable {
    private static final int ATTEMPTS = 200;

    private final Scenario scenario;
    private final short version;
    private final RawConnection connection;
    private final ArrayNode transcript = JsonNodeFactory.instance.arrayNode();
    private final Map<String, Uuid> topicIds;

    /** The map holds the ids of the topics that earlier plays had made on this broker, and takes those of this one. */
    Exchange(Scenario scenario, short version, int port, Map<String, Uuid> topicIds) throws IOException {
        this.scenario = scenario;
        this.version = version;
        this.topicIds = topicIds;
        this.connection = new RawConnection(port);
    }

    short version() {
        return version;
    }

    boolean atLeast(int other) {
        return version >= other;
    }

    /** A name that no other play uses, the same on both brokers. */
    String name(String stem) {
        return name(stem, version);
    }

    private String name(String stem, short at) {
        var words = (scenario.key().name + "-" + scenario.name()).toLowerCase(Locale.ROOT);
        return words.replaceAll("[^a-z0-9]+", "-") + "-v" + at + "-" + stem;
    }

    /** Sends at the version under test and records the answer. */
    ApiMessage send(ApiMessage request) throws IOException {
        return record(scenario.key(), version, request);
    }

    /** Sends a request of another key at its latest version and records the answer. */
    ApiMessage show(ApiKeys key, ApiMessage request) throws IOException {
        return record(key, key.latestVersion(false), request);
    }

    /** Sends at the version under test and records the answer without what other scenarios have left behind. */
    <T extends ApiMessage> void sendAndRecordOwn(ApiMessage request, Class<T> type, Consumer<T> removeOthers)
            throws IOException {
        var response = type.cast(connection.send(scenario.key(), version, request));
        removeOthers.accept(response);
        transcript.add(MessageJson.of(response, version));
    }

    /** Whether a name is one of this play's. */
    boolean owns(String name) {
        return name.startsWith(name(""));
    }

    private ApiMessage record(ApiKeys key, short at, ApiMessage request) throws IOException {
        var response = connection.send(key, at, request);
        transcript.add(MessageJson.of(response, at));
        return response;
    }

    /** Sends what the broker must not answer but close on. */
    void sendExpectingClose(ApiMessage request) throws IOException {
        ObjectNode step = transcript.addObject();
        try {
            connection.send(scenario.key(), version, request);
            step.put("connection", "answered");
        } catch (EOFException | java.net.SocketException e) {
            step.put("connection", "closed");
        }
    }

    /** Sends without recording: a preparation. */
    ApiMessage ask(ApiKeys key, ApiMessage request) throws IOException {
        return connection.send(key, key.latestVersion(false), request);
    }

    /** Records something found out by a preparation. */
    void note(String what, long value) {
        transcript.addObject().put(what, value);
    }

    ArrayNode transcript() {
        return transcript;
    }

    /**
     * A topic of the play's own, with leaders; returns its name. The first play that asks for it has the topics of all
     * versions made with it, as making them one by one is what would take most of the suite's time.
     */
    String topic(String stem, int partitions, Map<String, String> configs) throws IOException {
        if (!knows(name(stem))) {
            var request = new CreateTopicsRequestData().setTimeoutMs(30_000);
            for (short each = scenario.since(); each <= scenario.until(); each++) {
                request.topics().mustAdd(creatable(name(stem, each), partitions, configs));
            }
            ask(ApiKeys.CREATE_TOPICS, request);
            for (var topic : request.topics()) {
                awaitLeaders(topic.name(), partitions);
            }
        }
        return name(stem);
    }

    private static CreateTopicsRequestData.CreatableTopic creatable(
            String name, int partitions, Map<String, String> configs) {
        var topic = new CreateTopicsRequestData.CreatableTopic()
                .setName(name)
                .setNumPartitions(partitions)
                .setReplicationFactor((short) 1);
        configs.forEach((key, value) -> topic.configs()
                .add(new CreateTopicsRequestData.CreatableTopicConfig()
                        .setName(key)
                        .setValue(value)));
        return topic;
    }

    String topic(String stem) throws IOException {
        return topic(stem, 1, Map.of());
    }

    void awaitLeaders(String topic, int partitions) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            var found = metadata(topic);
            if (found.errorCode() == 0
                    && found.partitions().size() == partitions
                    && found.partitions().stream().allMatch(p -> p.errorCode() == 0)) {
                topicIds.put(topic, found.topicId());
                awaitServed(topic, partitions);
                return;
            }
            pause();
        }
        throw new IOException(topic + " has no leaders");
    }

    /** In Apache Kafka the metadata name a leader before that broker has made itself the leader. */
    private void awaitServed(String topic, int partitions) throws IOException {
        var asked = new ListOffsetsRequestData.ListOffsetsTopic().setName(topic);
        for (int p = 0; p < partitions; p++) {
            asked.partitions()
                    .add(new ListOffsetsRequestData.ListOffsetsPartition()
                            .setPartitionIndex(p)
                            .setTimestamp(-1));
        }
        askUntil(
                ApiKeys.LIST_OFFSETS,
                new ListOffsetsRequestData().setReplicaId(-1).setTopics(List.of(asked)),
                ListOffsetsResponseData.class,
                r -> r.topics().getFirst().partitions().stream().allMatch(p -> p.errorCode() == 0));
    }

    /** Waits until a deleted topic is out of the broker's metadata. */
    void awaitGone(String topic) throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            if (metadata(topic).errorCode() == Errors.UNKNOWN_TOPIC_OR_PARTITION.code()) {
                return;
            }
            pause();
        }
        throw new IOException(topic + " is still there");
    }

    private MetadataResponseData.MetadataResponseTopic metadata(String topic) throws IOException {
        var request = new MetadataRequestData()
                .setAllowAutoTopicCreation(false)
                .setTopics(List.of(new MetadataRequestData.MetadataRequestTopic().setName(topic)));
        var response = (MetadataResponseData) ask(ApiKeys.METADATA, request);
        return response.topics().iterator().next();
    }

    boolean knows(String topic) {
        return topicIds.containsKey(topic);
    }

    Uuid id(String topic) {
        return Objects.requireNonNull(topicIds.get(topic), topic);
    }

    /** Appends to a partition as a preparation and returns the base offset. */
    long append(String topic, int partition, MemoryRecords records) throws IOException {
        var data = new ProduceRequestData.TopicProduceData()
                .setTopicId(id(topic))
                .setPartitionData(List.of(new ProduceRequestData.PartitionProduceData()
                        .setIndex(partition)
                        .setRecords(records)));
        var request = new ProduceRequestData().setAcks((short) -1).setTimeoutMs(30_000);
        request.topicData().add(data);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            var response = (ProduceResponseData) ask(ApiKeys.PRODUCE, request);
            var answer =
                    response.responses().iterator().next().partitionResponses().getFirst();
            if (answer.errorCode() == 0) {
                return answer.baseOffset();
            }
            pause();
        }
        throw new IOException("cannot append to " + topic);
    }

    /** Repeats an unrecorded request until its answer satisfies the condition. */
    <T extends ApiMessage> T askUntil(ApiKeys key, ApiMessage request, Class<T> type, Condition<T> condition)
            throws IOException {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            var response = type.cast(ask(key, request));
            if (condition.holds(response)) {
                return response;
            }
            pause();
        }
        throw new IOException(key + " did not come to the awaited answer");
    }

    interface Condition<T> {
        boolean holds(T response);
    }

    private static void pause() {
        java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
