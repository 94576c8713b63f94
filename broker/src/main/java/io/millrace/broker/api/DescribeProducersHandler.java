package io.millrace.broker.api;

import io.millrace.replication.Partition;
import io.millrace.replication.Replicas;
import io.millrace.storage.LogProducer;
import io.millrace.storage.PartitionLog;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.DescribeProducersRequestData;
import org.apache.kafka.common.message.DescribeProducersRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeProducersResponseData;
import org.apache.kafka.common.message.DescribeProducersResponseData.PartitionResponse;
import org.apache.kafka.common.message.DescribeProducersResponseData.ProducerState;
import org.apache.kafka.common.message.DescribeProducersResponseData.TopicResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** DescribeProducers, version 0 (KIP-664): which producers a partition remembers, and which of them have a transaction open. */
public final class DescribeProducersHandler implements ApiHandler<DescribeProducersRequestData> {
    private final Replicas replicas;

    public DescribeProducersHandler(Replicas replicas) {
        this.replicas = replicas;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.DESCRIBE_PRODUCERS;
    }

    @Override
    public Class<DescribeProducersRequestData> requestType() {
        return DescribeProducersRequestData.class;
    }

    @Override
    public CompletionStage<DescribeProducersResponseData> handle(
            RequestContext context, DescribeProducersRequestData request) {
        DescribeProducersResponseData response = new DescribeProducersResponseData();
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (TopicRequest topic : request.topics()) {
            TopicResponse answers = new TopicResponse().setName(topic.name());
            response.topics().add(answers);
            for (int index : topic.partitionIndexes()) {
                PartitionResponse answer = new PartitionResponse().setPartitionIndex(index);
                answers.partitions().add(answer);
                all.add(describe(topic.name(), answer));
            }
        }
        return CompletableFuture.allOf(all.toArray(CompletableFuture<?>[]::new)).thenApply(nothing -> response);
    }

    private CompletableFuture<?> describe(String topic, PartitionResponse answer) {
        var hosted = replicas.topic(topic);
        Partition partition = hosted == null ? null : hosted.partition(answer.partitionIndex());
        if (hosted == null || partition == null) {
            Errors missing =
                    hosted == null ? Errors.UNKNOWN_TOPIC_OR_PARTITION : hosted.missing(answer.partitionIndex());
            return CompletableFuture.completedFuture(refuse(answer, missing));
        }
        Errors refused = partition.check(-1);
        if (refused != Errors.NONE) {
            return CompletableFuture.completedFuture(refuse(answer, refused));
        }
        return partition.log().thenCompose(PartitionLog::producers).handle((producers, failure) -> {
            if (failure != null) {
                return refuse(answer, Errors.forException(failure));
            }
            return answer.setActiveProducers(
                    producers.stream().map(DescribeProducersHandler::state).toList());
        });
    }

    private static PartitionResponse refuse(PartitionResponse answer, Errors error) {
        return answer.setErrorCode(error.code()).setErrorMessage(error.message());
    }

    private static ProducerState state(LogProducer producer) {
        return new ProducerState()
                .setProducerId(producer.producerId())
                .setProducerEpoch(producer.epoch())
                .setLastSequence(producer.lastSequence())
                .setLastTimestamp(producer.lastActiveMs())
                .setCoordinatorEpoch(producer.coordinatorEpoch())
                .setCurrentTxnStartOffset(producer.transactionStart());
    }
}
