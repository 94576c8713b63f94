package io.millrace.replication;

import io.millrace.storage.AppendOutcome;
import io.millrace.storage.LogAppend.Origin;
import io.millrace.storage.TransactionTerms;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * One append to one partition, from hand-over until it is acknowledged. Subclassed by who appends, so that an append costs one
 * object; {@link #completed} is called exactly once, on whichever thread knew it last.
 */
public abstract class PartitionAppend implements Consumer<AppendOutcome> {
    /** Answer nothing, wait for nothing. */
    public static final short ACKS_NONE = 0;
    /** The leader has it durably. */
    public static final short ACKS_LEADER = 1;
    /** The whole in-sync set has it durably. */
    public static final short ACKS_ALL = -1;

    private final ByteBuffer batches;
    private final Origin origin;
    private final short acks;
    private @Nullable Partition partition;
    private long baseOffset = -1;
    private long appendTimeMs = -1;
    private long endOffset = -1;

    /**
     * @param batches whole, validated batches between position and limit; the log's until {@link #bufferFree()}
     * @param acks one of the three constants
     */
    protected PartitionAppend(ByteBuffer batches, Origin origin, short acks) {
        this.batches = batches;
        this.origin = origin;
        this.acks = acks;
    }

    /** The log needs the buffer no longer; comes before {@link #completed}. */
    protected abstract void bufferFree();

    /**
     * @param error NONE when acknowledged
     * @param message says more about an error, else null
     * @param baseOffset offset of the first record, -1 with an error
     * @param appendTimeMs append time where the topic uses it, else -1
     */
    protected abstract void completed(Errors error, @Nullable String message, long baseOffset, long appendTimeMs);

    /** What is known of the transaction that the batches are of. */
    protected TransactionTerms transactionTerms() {
        return TransactionTerms.NONE;
    }

    final ByteBuffer batches() {
        return batches;
    }

    final Origin origin() {
        return origin;
    }

    final short acks() {
        return acks;
    }

    final long endOffset() {
        return endOffset;
    }

    final void handOver(Partition to) {
        partition = to;
    }

    final void refuse(Errors error, @Nullable String message) {
        bufferFree();
        completed(error, message, -1, -1);
    }

    final void acknowledge() {
        completed(Errors.NONE, null, baseOffset, appendTimeMs);
    }

    final void fail(Errors error) {
        completed(error, null, -1, -1);
    }

    /** The log's answer, on its appender thread. */
    @Override
    public final void accept(AppendOutcome outcome) {
        bufferFree();
        switch (outcome) {
            case AppendOutcome.Appended appended ->
                appended(
                        appended.baseOffset(),
                        appended.appendTimeMs(),
                        appended.end().offset());
            case AppendOutcome.Duplicate first -> appended(first.baseOffset(), first.appendTimeMs(), first.endOffset());
            case AppendOutcome.Refused refused -> completed(refused.error(), refused.message(), -1, -1);
        }
    }

    private void appended(long base, long timeMs, long end) {
        baseOffset = base;
        appendTimeMs = timeMs;
        endOffset = end;
        Partition to = partition;
        if (acks == ACKS_NONE || to == null) {
            acknowledge();
        } else {
            to.awaitAcknowledgement(this);
        }
    }
}
