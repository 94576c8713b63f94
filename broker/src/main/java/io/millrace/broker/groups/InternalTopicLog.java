package io.millrace.broker.groups;

import io.millrace.coordinator.NotAppendedException;
import io.millrace.coordinator.ShardLog;
import io.millrace.protocol.RecordBatchFormat;
import io.millrace.replication.FetchWaiter;
import io.millrace.replication.Partition;
import io.millrace.replication.PartitionAppend;
import io.millrace.replication.Replicas;
import io.millrace.storage.LogAppend.Origin;
import io.millrace.storage.LogPosition;
import io.millrace.storage.LogSlice;
import io.millrace.storage.PartitionLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * A coordinator's topic as its shards see it: one partition each. Appends are acknowledged when the whole in-sync set has them
 * durably; a replay goes through {@link LogSlice}s, cut to whole batches. Safe for any thread.
 */
public final class InternalTopicLog implements ShardLog, AutoCloseable {
    /** Certain that nothing was written. Other errors may also come after the write. */
    private static final Set<Errors> REFUSALS = Set.of(
            Errors.NOT_ENOUGH_REPLICAS,
            Errors.MESSAGE_TOO_LARGE,
            Errors.RECORD_LIST_TOO_LARGE,
            Errors.CORRUPT_MESSAGE,
            Errors.INVALID_RECORD);

    private final String topic;
    private final Replicas replicas;
    private final int chunkBytes;
    private final CompletableFuture<Void> closed = new CompletableFuture<>();

    /** @param chunkBytes how much is read at once; a larger batch is read whole all the same */
    public InternalTopicLog(String topic, Replicas replicas, int chunkBytes) {
        this.topic = topic;
        this.replicas = replicas;
        this.chunkBytes = chunkBytes;
    }

    @Override
    public CompletableFuture<Long> append(int shard, int leaderEpoch, ByteBuffer batch) {
        Partition partition = replicas.partition(topic, shard);
        Errors refusal = refusal(partition, leaderEpoch);
        if (partition == null || refusal != Errors.NONE) {
            return CompletableFuture.failedFuture(new NotAppendedException(refusal));
        }
        ShardAppend append = new ShardAppend(batch);
        partition.append(append);
        return append.committed;
    }

    private static Errors refusal(@Nullable Partition partition, int leaderEpoch) {
        return partition == null ? Errors.NOT_LEADER_OR_FOLLOWER : partition.check(leaderEpoch);
    }

    @Override
    public void replay(int shard, int leaderEpoch, Consumer<ByteBuffer> sink) throws Exception {
        Partition partition = leading(shard, leaderEpoch);
        PartitionLog log = partition.log().get();
        LogPosition end = log.end();
        ByteBuffer chunk = ByteBuffer.allocate(chunkBytes);
        long offset = log.logStartOffset();
        while (offset < end.offset()) {
            leading(shard, leaderEpoch);
            chunk = read(log, offset, end, chunk);
            if (!chunk.hasRemaining()) {
                throw new IOException(topic + "-" + shard + " cannot be read at offset " + offset);
            }
            offset = lastOffset(chunk) + 1;
            sink.accept(chunk);
        }
        awaitCommitted(shard, leaderEpoch, end);
    }

    private Partition leading(int shard, int leaderEpoch) {
        Partition partition = replicas.partition(topic, shard);
        Errors refusal = refusal(partition, leaderEpoch);
        if (partition == null || refusal != Errors.NONE || closed.isDone()) {
            throw (closed.isDone() ? Errors.NOT_LEADER_OR_FOLLOWER : refusal).exception();
        }
        return partition;
    }

    /** Whole batches from this offset on, in the buffer given or a larger one. */
    private static ByteBuffer read(PartitionLog log, long offset, LogPosition end, ByteBuffer buffer)
            throws IOException {
        LogSlice slice = log.read(offset, buffer.capacity(), end, true);
        try {
            ByteBuffer chunk = slice.sizeInBytes() <= buffer.capacity()
                    ? buffer.clear()
                    : ByteBuffer.allocate(slice.sizeInBytes());
            chunk.limit(slice.sizeInBytes());
            int copied = slice.isEmpty() ? 0 : slice.copyTo(chunk, 0);
            return chunk.position(0).limit(wholeBatches(chunk, copied));
        } finally {
            slice.release();
        }
    }

    private static int wholeBatches(ByteBuffer chunk, int bytes) {
        int at = 0;
        while (bytes - at >= RecordBatchFormat.HEADER_SIZE) {
            int size = RecordBatchFormat.sizeInBytes(chunk, at);
            if (size < RecordBatchFormat.HEADER_SIZE || size > bytes - at) {
                break;
            }
            at += size;
        }
        return at;
    }

    private static long lastOffset(ByteBuffer batches) {
        int at = batches.position();
        long last = -1;
        while (at < batches.limit()) {
            last = RecordBatchFormat.lastOffset(batches, at);
            at += RecordBatchFormat.sizeInBytes(batches, at);
        }
        return last;
    }

    /** Waits as a fetch does: the partition wakes it when it has grown, or has something else to say. */
    private void awaitCommitted(int shard, int leaderEpoch, LogPosition end) throws Exception {
        Partition partition = leading(shard, leaderEpoch);
        LogPosition committed = partition.highWatermark();
        while (committed.offset() < end.offset()) {
            CompletableFuture<Void> woken = new CompletableFuture<>();
            FetchWaiter waiter = new FetchWaiter(1, 0, 1, () -> woken.complete(null));
            try {
                waiter.watch(partition, IsolationLevel.READ_UNCOMMITTED, committed, Integer.MAX_VALUE);
                CompletableFuture.anyOf(woken, closed).get();
            } finally {
                waiter.close();
            }
            partition = leading(shard, leaderEpoch);
            committed = partition.highWatermark();
        }
    }

    /** Ends the replays under way, so that nobody has to interrupt them in the middle of a read. */
    @Override
    public void close() {
        closed.complete(null);
    }

    /** One append; its end is counted from the batch, since the buffer is the log's until then. */
    private static final class ShardAppend extends PartitionAppend {
        private final CompletableFuture<Long> committed = new CompletableFuture<>();
        private final int offsets;

        ShardAppend(ByteBuffer batch) {
            super(batch, Origin.COORDINATOR, ACKS_ALL);
            this.offsets = RecordBatchFormat.lastOffsetDelta(batch, batch.position()) + 1;
        }

        /** The buffer goes back to the shard with the future, no earlier. */
        @Override
        protected void bufferFree() {}

        @Override
        protected void completed(Errors error, @Nullable String message, long baseOffset, long appendTimeMs) {
            if (error == Errors.NONE) {
                committed.complete(baseOffset + offsets);
            } else if (REFUSALS.contains(error)) {
                committed.completeExceptionally(new NotAppendedException(error));
            } else {
                committed.completeExceptionally(error.exception(message));
            }
        }
    }
}
