package io.millrace.broker.api;

import io.millrace.metadata.ClusterImage;
import io.millrace.protocol.RecordBatchFormat;
import io.millrace.replication.Replicas;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.jspecify.annotations.Nullable;

/**
 * Produce, versions 3 to 13. KIP-98 (idempotence), KIP-467 (record errors), KIP-516 (topic ids, v13), KIP-951 (current leader,
 * v10).
 *
 * <p>Gap: transactions. A transactional batch is answered with INVALID_TXN_STATE, as its partition is in no transaction.
 */
public final class ProduceHandler implements ApiHandler<ProduceRequestData> {
    private static final short TOPIC_IDS_FROM = 13;
    /** Kafka's own tools write to internal topics under this name. */
    private static final String ADMIN_CLIENT_ID = "__admin_client";

    /** Each may take some dozens of megabytes. */
    private static final int CONVERSIONS_MAX = 2;

    private final Semaphore conversions = new Semaphore(CONVERSIONS_MAX);
    private final Replicas replicas;
    private final Supplier<ClusterImage> image;

    public ProduceHandler(Replicas replicas, Supplier<ClusterImage> image) {
        this.replicas = replicas;
        this.image = image;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.PRODUCE;
    }

    @Override
    public Class<ProduceRequestData> requestType() {
        return ProduceRequestData.class;
    }

    @Override
    public CompletionStage<@Nullable ProduceResponseData> handle(RequestContext context, ProduceRequestData request) {
        PendingProduce pending = new PendingProduce(context, request, image, conversions);
        Errors refused = refusal(request);
        for (TopicProduceData topic : request.topicData()) {
            pending.topic(topic);
            if (refused == Errors.NONE) {
                append(context, pending, topic);
            } else {
                topic.partitionData().forEach(data -> pending.refuse(topic.name(), data.index(), refused));
            }
        }
        pending.allHandedOver();
        return pending;
    }

    /** What is wrong with the request as a whole. */
    private static Errors refusal(ProduceRequestData request) {
        if (request.acks() < -1 || request.acks() > 1) {
            return Errors.INVALID_REQUIRED_ACKS;
        }
        return request.transactionalId() == null && anyTransactional(request)
                ? Errors.TRANSACTIONAL_ID_AUTHORIZATION_FAILED
                : Errors.NONE;
    }

    private static boolean anyTransactional(ProduceRequestData request) {
        for (TopicProduceData topic : request.topicData()) {
            for (PartitionProduceData data : topic.partitionData()) {
                if (transactional(data)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean transactional(PartitionProduceData data) {
        return data.records() instanceof MemoryRecords records
                && records.sizeInBytes() >= RecordBatchFormat.HEADER_SIZE
                && RecordBatchFormat.magic(records.buffer(), 0) == RecordBatchFormat.MAGIC_V2
                && RecordBatchFormat.isTransactional(records.buffer(), 0);
    }

    private void append(RequestContext context, PendingProduce pending, TopicProduceData topic) {
        boolean byId = context.apiVersion() >= TOPIC_IDS_FROM;
        var hosted = byId ? replicas.topic(topic.topicId()) : replicas.topic(topic.name());
        Errors refused = Errors.NONE;
        if (hosted == null) {
            refused = byId ? Errors.UNKNOWN_TOPIC_ID : Errors.UNKNOWN_TOPIC_OR_PARTITION;
        } else if (Topic.isInternal(hosted.name()) && !context.clientId().equals(ADMIN_CLIENT_ID)) {
            refused = Errors.INVALID_TOPIC_EXCEPTION;
        }
        for (PartitionProduceData data : topic.partitionData()) {
            if (hosted == null || refused != Errors.NONE) {
                pending.refuse(topic.name(), data.index(), refused);
                continue;
            }
            var partition = hosted.partition(data.index());
            if (partition == null) {
                pending.refuse(hosted.name(), data.index(), hosted.missing(data.index()));
            } else if (transactional(data)) {
                pending.refuse(hosted.name(), data.index(), Errors.INVALID_TXN_STATE);
            } else {
                pending.append(partition, data);
            }
        }
    }
}
