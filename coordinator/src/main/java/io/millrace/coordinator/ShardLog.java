package io.millrace.coordinator;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The internal topic of a coordinator, as the runtime needs it; implemented by {@code broker} on the partitions' logs.
 * Safe for any thread.
 */
public interface ShardLog {
    /**
     * Appends one record batch under a leader epoch. Called on a coordinator thread: queues and returns, never blocks, never
     * throws. There is at most one append of a shard at a time.
     *
     * <p>The future may complete on any thread, and may be complete already:
     *
     * <ul>
     *   <li>with the offset behind the batch, when the batch is <em>committed</em>: durable here as the topic's durability
     *       asks for, and below the high watermark. Only then may a client learn of it.
     *   <li>with {@link NotAppendedException} (as it is, not wrapped) when it is certain that the batch is not in the log and
     *       never will be: refused before it was written (not the leader, another epoch, too few in-sync replicas, full disk).
     *   <li>with anything else when it may or may not be in the log (a timeout, a failed disk, lost leadership while waiting).
     *       The shard then reloads itself by {@link #replay}, so the log must by then answer for what it has.
     * </ul>
     *
     * <p>It must complete in the end, also when the partition loses its leader or the broker stops.
     *
     * @param batch one format v2 batch without compression, base offset 0, never larger than the limit given to the runtime;
     *     it belongs to the log until the future completes, which writes base offset and leader epoch into it
     */
    CompletableFuture<Long> append(int shard, int leaderEpoch, ByteBuffer batch);

    /**
     * Reads the partition from its start to its end, for the leader of this epoch, and gives every batch to the sink, in
     * order, on the calling thread (one of {@link ShardPorts#loader}, which may block). Buffers hold one or more whole
     * batches and are free again when the sink returns.
     *
     * <p>From now on an append under an earlier epoch must not get into the log any more, queued or not: the shard would not
     * know of it.
     *
     * <p>Returns when the sink has seen everything up to the log's end as of this call and all of it is committed: what
     * predecessors appended and was not yet committed counts, and is waited for. Stops with what the sink throws.
     *
     * @throws Exception if the log cannot be read, or this broker no longer leads the partition in this epoch
     */
    void replay(int shard, int leaderEpoch, Consumer<ByteBuffer> sink) throws Exception;
}
