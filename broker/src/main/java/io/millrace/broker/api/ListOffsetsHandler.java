package io.millrace.broker.api;

import io.millrace.replication.Partition;
import io.millrace.replication.Replicas;
import io.millrace.storage.LogPosition;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.PartitionLog.TimestampedOffset;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsTopicResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * ListOffsets, versions 1 to 11. Special timestamps: -1 latest, -2 earliest, -3 the record with the largest timestamp (KIP-734,
 * v7), -4 earliest local (KIP-405, v8), -5 latest tiered (KIP-1005, v9), -6 earliest pending upload (KIP-1023, v11). KIP-320
 * (leader epochs, v4). Without tiered storage the last two have no answer, and earliest local is earliest.
 */
public final class ListOffsetsHandler implements ApiHandler<ListOffsetsRequestData> {
    private static final long LATEST = -1;
    private static final long EARLIEST = -2;
    private static final long MAX_TIMESTAMP = -3;
    private static final long EARLIEST_LOCAL = -4;
    private static final long LATEST_TIERED = -5;
    private static final long EARLIEST_PENDING_UPLOAD = -6;
    private static final int CONSUMER = -1;
    private static final short LEADER_EPOCH_FROM = 4;
    private static final int UNKNOWN = -1;

    private final Replicas replicas;

    public ListOffsetsHandler(Replicas replicas) {
        this.replicas = replicas;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.LIST_OFFSETS;
    }

    @Override
    public Class<ListOffsetsRequestData> requestType() {
        return ListOffsetsRequestData.class;
    }

    @Override
    public CompletionStage<ListOffsetsResponseData> handle(RequestContext context, ListOffsetsRequestData request) {
        if (request.isolationLevel() < 0 || request.isolationLevel() > IsolationLevel.READ_COMMITTED.id()) {
            throw new InvalidRequestException("isolation level " + request.isolationLevel());
        }
        CompletableFuture<ListOffsetsResponseData> answer = new CompletableFuture<>();
        OpenLogs logs = new OpenLogs();
        boolean searches = false;
        for (ListOffsetsTopic topic : request.topics()) {
            for (ListOffsetsPartition asked : topic.partitions()) {
                logs.add(replicas.partition(topic.name(), asked.partitionIndex()));
                searches |= asked.timestamp() >= 0 || asked.timestamp() == MAX_TIMESTAMP;
            }
        }
        boolean blocking = searches;
        logs.whenTried(context, () -> {
            if (blocking) {
                context.blocking().execute(() -> complete(answer, context, request));
            } else {
                complete(answer, context, request);
            }
        });
        return answer;
    }

    private void complete(
            CompletableFuture<ListOffsetsResponseData> answer, RequestContext context, ListOffsetsRequestData request) {
        try {
            answer.complete(response(context.apiVersion(), request));
        } catch (RuntimeException failure) {
            answer.completeExceptionally(failure);
        }
    }

    private ListOffsetsResponseData response(short version, ListOffsetsRequestData request) {
        Set<TopicPartition> seen = new HashSet<>();
        Set<TopicPartition> twice = new HashSet<>();
        request.topics()
                .forEach(topic -> topic.partitions().forEach(asked -> {
                    TopicPartition partition = new TopicPartition(topic.name(), asked.partitionIndex());
                    if (!seen.add(partition)) {
                        twice.add(partition);
                    }
                }));
        ListOffsetsResponseData response = new ListOffsetsResponseData();
        for (ListOffsetsTopic topic : request.topics()) {
            ListOffsetsTopicResponse answers = new ListOffsetsTopicResponse().setName(topic.name());
            for (ListOffsetsPartition asked : topic.partitions()) {
                TopicPartition partition = new TopicPartition(topic.name(), asked.partitionIndex());
                if (!twice.contains(partition)) {
                    answers.partitions().add(answer(version, request, topic, asked));
                } else if (seen.remove(partition)) {
                    answers.partitions().add(error(asked, Errors.INVALID_REQUEST));
                }
            }
            response.topics().add(answers);
        }
        return response;
    }

    private ListOffsetsPartitionResponse answer(
            short version, ListOffsetsRequestData request, ListOffsetsTopic topic, ListOffsetsPartition asked) {
        if (asked.timestamp() < 0 && version < servedFrom(asked.timestamp())) {
            return error(asked, Errors.UNSUPPORTED_VERSION);
        }
        var hosted = replicas.topic(topic.name());
        if (hosted == null) {
            return error(asked, Errors.UNKNOWN_TOPIC_OR_PARTITION);
        }
        Partition partition = hosted.partition(asked.partitionIndex());
        if (partition == null) {
            return error(asked, hosted.missing(asked.partitionIndex()));
        }
        Errors refused = partition.check(asked.currentLeaderEpoch());
        PartitionLog log = partition.logIfOpen();
        if (refused != Errors.NONE || log == null) {
            return error(asked, refused != Errors.NONE ? refused : Errors.KAFKA_STORAGE_ERROR);
        }
        LogPosition limit = request.replicaId() == CONSUMER
                ? partition.limit(IsolationLevel.forId(request.isolationLevel()))
                : log.end();
        try {
            return found(version, asked, find(partition, log, asked.timestamp(), limit.offset()));
        } catch (ApiException failure) {
            return error(asked, Errors.forException(failure));
        }
    }

    private static int servedFrom(long timestamp) {
        if (timestamp == LATEST || timestamp == EARLIEST) {
            return 1;
        } else if (timestamp == MAX_TIMESTAMP) {
            return 7;
        } else if (timestamp == EARLIEST_LOCAL) {
            return 8;
        } else if (timestamp == LATEST_TIERED) {
            return 9;
        }
        return timestamp == EARLIEST_PENDING_UPLOAD ? 11 : Integer.MAX_VALUE;
    }

    private static Optional<TimestampedOffset> find(
            Partition partition, PartitionLog log, long timestamp, long limitOffset) {
        if (timestamp == LATEST) {
            return Optional.of(new TimestampedOffset(UNKNOWN, limitOffset, partition.leaderEpoch()));
        } else if (timestamp == EARLIEST || timestamp == EARLIEST_LOCAL) {
            long start = log.logStartOffset();
            // An empty log knows no epoch yet: its first record will be of the present one.
            int unknown = start == log.end().offset() ? partition.leaderEpoch() : UNKNOWN;
            return Optional.of(
                    new TimestampedOffset(UNKNOWN, start, log.epochAt(start).orElse(unknown)));
        } else if (timestamp == MAX_TIMESTAMP) {
            return log.maxTimestamp(limitOffset);
        }
        return timestamp >= 0 ? log.firstAtOrAfter(timestamp, limitOffset) : Optional.empty();
    }

    private static ListOffsetsPartitionResponse found(
            short version, ListOffsetsPartition asked, Optional<TimestampedOffset> found) {
        ListOffsetsPartitionResponse answer = error(asked, Errors.NONE);
        found.ifPresent(at -> {
            answer.setTimestamp(at.timestampMs()).setOffset(at.offset());
            if (version >= LEADER_EPOCH_FROM) {
                answer.setLeaderEpoch(at.leaderEpoch());
            }
        });
        return answer;
    }

    private static ListOffsetsPartitionResponse error(ListOffsetsPartition asked, Errors error) {
        return new ListOffsetsPartitionResponse()
                .setPartitionIndex(asked.partitionIndex())
                .setErrorCode(error.code())
                .setTimestamp(UNKNOWN)
                .setOffset(UNKNOWN);
    }
}
