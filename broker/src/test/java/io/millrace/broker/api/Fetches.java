package io.millrace.broker.api;

import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchRequestData.ForgottenTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;

/** Words for fetch requests and their responses. */
final class Fetches {
    private Fetches() {}

    /** Outside any session, with large limits, and without waiting. */
    static FetchRequestData request() {
        return new FetchRequestData()
                .setMaxBytes(50 << 20)
                .setMinBytes(1)
                .setMaxWaitMs(0)
                .setSessionId(0)
                .setSessionEpoch(-1);
    }

    static FetchRequestData of(String topic, int partition, long offset) {
        return add(request(), topic, partition, offset);
    }

    static FetchRequestData add(FetchRequestData request, String topic, int partition, long offset) {
        return add(request, new FetchTopic().setTopic(topic), partition, offset);
    }

    static FetchRequestData addById(FetchRequestData request, Uuid topic, int partition, long offset) {
        return add(request, new FetchTopic().setTopicId(topic), partition, offset);
    }

    private static FetchRequestData add(FetchRequestData request, FetchTopic topic, int partition, long offset) {
        topic.partitions()
                .add(new FetchPartition()
                        .setPartition(partition)
                        .setFetchOffset(offset)
                        .setPartitionMaxBytes(1 << 20));
        request.topics().add(topic);
        return request;
    }

    static FetchRequestData forget(FetchRequestData request, String topic, int partition) {
        request.forgottenTopicsData()
                .add(new ForgottenTopic().setTopic(topic).setPartitions(List.of(partition)));
        return request;
    }

    static FetchPartition only(FetchRequestData request) {
        return request.topics().getFirst().partitions().getFirst();
    }

    static PartitionData only(FetchResponseData response) {
        return response.responses().getFirst().partitions().getFirst();
    }

    /** Topic and partition of everything answered, in its order. */
    static List<String> answered(FetchResponseData response) {
        return response.responses().stream()
                .flatMap(topic -> topic.partitions().stream()
                        .map(partition -> topic.topic() + "-" + partition.partitionIndex()))
                .toList();
    }
}
