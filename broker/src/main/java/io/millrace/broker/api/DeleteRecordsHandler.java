package io.millrace.broker.api;

import io.millrace.protocol.Failures;
import io.millrace.replication.Partition;
import io.millrace.replication.Replicas;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsPartitionResult;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsTopicResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/** DeleteRecords, versions 0 to 2 (KIP-107): moves the start of logs. */
public final class DeleteRecordsHandler implements ApiHandler<DeleteRecordsRequestData> {
    private static final long TO_HIGH_WATERMARK = -1;
    private static final long UNKNOWN = -1;

    private final Replicas replicas;

    public DeleteRecordsHandler(Replicas replicas) {
        this.replicas = replicas;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.DELETE_RECORDS;
    }

    @Override
    public Class<DeleteRecordsRequestData> requestType() {
        return DeleteRecordsRequestData.class;
    }

    @Override
    public CompletionStage<DeleteRecordsResponseData> handle(RequestContext context, DeleteRecordsRequestData request) {
        DeleteRecordsResponseData response = new DeleteRecordsResponseData();
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (DeleteRecordsTopic topic : request.topics()) {
            DeleteRecordsTopicResult results = new DeleteRecordsTopicResult().setName(topic.name());
            response.topics().add(results);
            for (DeleteRecordsPartition asked : topic.partitions()) {
                DeleteRecordsPartitionResult result = new DeleteRecordsPartitionResult()
                        .setPartitionIndex(asked.partitionIndex())
                        .setLowWatermark(UNKNOWN);
                results.partitions().add(result);
                all.add(within(context, request.timeoutMs(), delete(topic.name(), asked))
                        .handle((start, failure) -> answer(result, start, failure)));
            }
        }
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).thenApply(_ -> response);
    }

    private static DeleteRecordsPartitionResult answer(
            DeleteRecordsPartitionResult result, @Nullable Long start, @Nullable Throwable failure) {
        return failure == null && start != null
                ? result.setLowWatermark(start)
                : result.setErrorCode(
                        failure == null
                                ? Errors.NONE.code()
                                : Failures.error(failure).code());
    }

    private static CompletableFuture<Long> within(
            RequestContext context, int timeoutMs, CompletableFuture<Long> deletion) {
        if (deletion.isDone()) {
            return deletion;
        }
        Future<?> timer = context.eventLoop()
                .schedule(
                        () -> deletion.completeExceptionally(new TimeoutException("not done in " + timeoutMs + " ms")),
                        Math.max(0, timeoutMs),
                        TimeUnit.MILLISECONDS);
        return deletion.whenComplete((_, _) -> timer.cancel(false));
    }

    private CompletableFuture<Long> delete(String topic, DeleteRecordsPartition asked) {
        var hosted = replicas.topic(topic);
        if (hosted == null) {
            return failed(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        }
        if (Topic.isInternal(topic)) {
            return failed(Errors.INVALID_TOPIC_EXCEPTION);
        }
        Partition partition = hosted.partition(asked.partitionIndex());
        if (partition == null) {
            return failed(hosted.missing(asked.partitionIndex()));
        }
        Errors refused = partition.check(-1);
        if (refused != Errors.NONE) {
            return failed(refused);
        }
        if (!partition.settings().log().cleanup().deletes()) {
            return failed(Errors.POLICY_VIOLATION);
        }
        return partition.log().thenCompose(log -> {
            long highWatermark = partition.highWatermark().offset();
            long offset = asked.offset() == TO_HIGH_WATERMARK ? highWatermark : asked.offset();
            return offset < 0 || offset > highWatermark
                    ? failed(Errors.OFFSET_OUT_OF_RANGE)
                    : log.advanceStart(offset).thenApply(_ -> log.logStartOffset());
        });
    }

    private static CompletableFuture<Long> failed(Errors error) {
        return CompletableFuture.failedFuture(error.exception());
    }
}
