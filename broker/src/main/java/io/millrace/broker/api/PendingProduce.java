package io.millrace.broker.api;

import io.millrace.metadata.ClusterImage;
import io.millrace.replication.Partition;
import io.millrace.replication.PartitionAppend;
import io.millrace.replication.RecordBatchValidation;
import io.millrace.replication.RecordConversion;
import io.millrace.replication.RecordConversion.Converted;
import io.millrace.replication.RefusedBatch;
import io.millrace.replication.TopicSettings;
import io.millrace.storage.LogAppend.Origin;
import io.millrace.storage.PartitionLog;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.BatchIndexAndErrorMessage;
import org.apache.kafka.common.message.ProduceResponseData.LeaderIdAndEpoch;
import org.apache.kafka.common.message.ProduceResponseData.NodeEndpoint;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.message.ProduceResponseData.TopicProduceResponse;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.jspecify.annotations.Nullable;

/**
 * A produce request under way: complete when the last of its partitions is. Filled by the event loop; partitions complete on any
 * thread, each writing into its own part of the response.
 */
final class PendingProduce extends CompletableFuture<@Nullable ProduceResponseData> {
    private final RequestContext context;
    private final short acks;
    private final Supplier<ClusterImage> image;
    private final Semaphore conversions;
    private final ProduceResponseData response = new ProduceResponseData();
    private final AtomicInteger open = new AtomicInteger(1);
    private TopicProduceResponse topic = new TopicProduceResponse();
    private volatile boolean anyFailed;

    /** @param conversions how many batches may be decompressed at a time */
    PendingProduce(
            RequestContext context,
            ProduceRequestData request,
            Supplier<ClusterImage> image,
            Semaphore conversions) {
        this.context = context;
        this.acks = request.acks();
        this.image = image;
        this.conversions = conversions;
    }

    /** What comes next is of this topic. */
    void topic(TopicProduceData next) {
        topic = new TopicProduceResponse().setName(next.name()).setTopicId(next.topicId());
        response.responses().add(topic);
    }

    void refuse(String topicName, int index, Errors error) {
        PartitionProduceResponse answer = begin(index);
        if (error == Errors.NOT_LEADER_OR_FOLLOWER) {
            addLeader(topicName, index, answer);
        }
        fail(answer, error, null);
    }

    void append(Partition partition, PartitionProduceData data) {
        PartitionProduceResponse answer = begin(data.index());
        if (!(data.records() instanceof MemoryRecords records)) {
            fail(answer, Errors.INVALID_RECORD, "No records.");
            return;
        }
        ByteBuffer batch = records.buffer();
        TopicSettings settings = partition.settings();
        long nowMs = System.currentTimeMillis();
        RefusedBatch refused = RecordBatchValidation.check(batch, settings, context.apiVersion(), nowMs);
        if (refused != null) {
            refuse(partition, answer, refused);
            return;
        }
        context.retainBody();
        boolean convert = RecordBatchValidation.needsDecompression(batch, settings, nowMs);
        if (convert || partition.conversions().busy()) {
            partition.conversions().run(context.blocking(), () -> {
                if (convert) {
                    convert(partition, answer, batch, new RecordConversion(settings, nowMs));
                } else {
                    partition.append(new Append(partition, answer, batch));
                }
            });
        } else {
            partition.append(new Append(partition, answer, batch));
        }
    }

    private void convert(
            Partition partition, PartitionProduceResponse answer, ByteBuffer batch, RecordConversion conversion) {
        switch (converted(batch, conversion)) {
            case Converted.Batch converted -> partition.append(new Append(partition, answer, converted.batch()));
            case Converted.Refused refused -> {
                context.releaseBody();
                refuse(partition, answer, refused.why());
            }
        }
    }

    private Converted converted(ByteBuffer batch, RecordConversion conversion) {
        conversions.acquireUninterruptibly();
        try {
            return conversion.convert(batch);
        } finally {
            conversions.release();
        }
    }

    private PartitionProduceResponse begin(int index) {
        open.incrementAndGet();
        PartitionProduceResponse answer = new PartitionProduceResponse().setIndex(index);
        topic.partitionResponses().add(answer);
        return answer;
    }

    private void refuse(Partition partition, PartitionProduceResponse answer, RefusedBatch refused) {
        if (!refused.recordErrors().isEmpty()) {
            answer.setRecordErrors(refused.recordErrors().stream()
                    .map(error -> new BatchIndexAndErrorMessage()
                            .setBatchIndex(error.batchIndex())
                            .setBatchIndexErrorMessage(error.message()))
                    .toList());
            answer.setLogStartOffset(logStartOffset(partition));
        }
        fail(answer, refused.error(), refused.message());
    }

    private static long logStartOffset(Partition partition) {
        PartitionLog log = partition.logIfOpen();
        return log == null ? -1 : log.logStartOffset();
    }

    private void fail(PartitionProduceResponse answer, Errors error, @Nullable String message) {
        anyFailed = true;
        answer.setErrorCode(error.code()).setErrorMessage(message).setBaseOffset(-1);
        completedOne();
    }

    private void addLeader(String topicName, int index, PartitionProduceResponse answer) {
        CurrentLeaders leaders = new CurrentLeaders(image, context.listenerName());
        CurrentLeaders.Leader leader = leaders.leader(topicName, index);
        answer.setCurrentLeader(new LeaderIdAndEpoch().setLeaderId(leader.id()).setLeaderEpoch(leader.epoch()));
        synchronized (response) {
            leaders.nodes().forEach(node -> {
                if (response.nodeEndpoints().find(node.id()) == null) {
                    response.nodeEndpoints()
                            .add(new NodeEndpoint()
                                    .setNodeId(node.id())
                                    .setHost(node.host())
                                    .setPort(node.port())
                                    .setRack(node.rack()));
                }
            });
        }
    }

    /** The event loop has gone through all partitions. */
    void allHandedOver() {
        completedOne();
    }

    private void completedOne() {
        if (open.decrementAndGet() > 0) {
            return;
        }
        if (acks != PartitionAppend.ACKS_NONE) {
            complete(response);
        } else if (anyFailed) {
            completeExceptionally(new ConnectionClosedException("a produce with acks=0 has failed"));
        } else {
            complete(null);
        }
    }

    /** One partition's append. */
    private final class Append extends PartitionAppend {
        private final Partition partition;
        private final PartitionProduceResponse answer;

        Append(Partition partition, PartitionProduceResponse answer, ByteBuffer batch) {
            super(batch, Origin.CLIENT, acks);
            this.partition = partition;
            this.answer = answer;
        }

        @Override
        protected void bufferFree() {
            context.releaseBody();
        }

        @Override
        protected void completed(Errors error, @Nullable String message, long baseOffset, long appendTimeMs) {
            if (error == Errors.NONE) {
                answer.setBaseOffset(baseOffset)
                        .setLogAppendTimeMs(appendTimeMs)
                        .setLogStartOffset(logStartOffset(partition));
                completedOne();
            } else {
                if (error == Errors.NOT_LEADER_OR_FOLLOWER) {
                    addLeader(partition.id().topic(), answer.index(), answer);
                }
                fail(answer, error, message);
            }
        }
    }
}
