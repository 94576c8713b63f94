package io.millrace.broker.api;

import io.millrace.replication.Partition;
import io.millrace.replication.Replicas;
import io.millrace.storage.PartitionLog;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.EpochEndOffset;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.OffsetForLeaderTopicResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** OffsetForLeaderEpoch, versions 2 to 4: where a leader epoch ended. KIP-101, KIP-279, KIP-320. */
public final class OffsetForLeaderEpochHandler implements ApiHandler<OffsetForLeaderEpochRequestData> {
    private final Replicas replicas;

    public OffsetForLeaderEpochHandler(Replicas replicas) {
        this.replicas = replicas;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.OFFSET_FOR_LEADER_EPOCH;
    }

    @Override
    public Class<OffsetForLeaderEpochRequestData> requestType() {
        return OffsetForLeaderEpochRequestData.class;
    }

    @Override
    public CompletionStage<OffsetForLeaderEpochResponseData> handle(
            RequestContext context, OffsetForLeaderEpochRequestData request) {
        CompletableFuture<OffsetForLeaderEpochResponseData> answer = new CompletableFuture<>();
        OpenLogs logs = new OpenLogs();
        for (OffsetForLeaderTopic topic : request.topics()) {
            topic.partitions().forEach(asked -> logs.add(replicas.partition(topic.topic(), asked.partition())));
        }
        logs.whenTried(context, () -> answer.complete(response(request)));
        return answer;
    }

    private OffsetForLeaderEpochResponseData response(OffsetForLeaderEpochRequestData request) {
        OffsetForLeaderEpochResponseData response = new OffsetForLeaderEpochResponseData();
        for (OffsetForLeaderTopic topic : request.topics()) {
            OffsetForLeaderTopicResult result = new OffsetForLeaderTopicResult().setTopic(topic.topic());
            topic.partitions().forEach(asked -> result.partitions().add(answer(topic.topic(), asked)));
            response.topics().add(result);
        }
        return response;
    }

    private EpochEndOffset answer(String topic, OffsetForLeaderPartition asked) {
        EpochEndOffset answer = new EpochEndOffset().setPartition(asked.partition());
        var hosted = replicas.topic(topic);
        if (hosted == null) {
            return answer.setErrorCode(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
        }
        Partition partition = hosted.partition(asked.partition());
        if (partition == null) {
            return answer.setErrorCode(hosted.missing(asked.partition()).code());
        }
        Errors refused = partition.check(asked.currentLeaderEpoch());
        PartitionLog log = partition.logIfOpen();
        if (refused != Errors.NONE || log == null) {
            Errors error = refused != Errors.NONE ? refused : Errors.KAFKA_STORAGE_ERROR;
            return answer.setErrorCode(error.code());
        }
        try {
            log.endOf(asked.leaderEpoch(), partition.leaderEpoch())
                    .ifPresent(end -> answer.setLeaderEpoch(end.leaderEpoch()).setEndOffset(end.endOffset()));
            return answer;
        } catch (ApiException failure) {
            return answer.setErrorCode(Errors.forException(failure).code());
        }
    }
}
