package io.millrace.storage.producer;

import org.jspecify.annotations.Nullable;

/** One producer in one log: its epoch, its last five batches, and the transaction it has open. */
final class ProducerState {
    static final short NO_EPOCH = -1;
    static final int NO_COORDINATOR_EPOCH = -1;
    static final long NO_TRANSACTION = -1;

    /** As many as an idempotent producer may have under way on one connection. */
    static final int KEPT_BATCHES = 5;

    private short epoch = NO_EPOCH;
    private final ProducedBatch[] batches = new ProducedBatch[KEPT_BATCHES];
    private int count;
    private long lastActiveMs = -1;
    private int coordinatorEpoch = NO_COORDINATOR_EPOCH;
    private long transactionStart = NO_TRANSACTION;

    /** As it is now, to go back to. */
    ProducerState copy() {
        ProducerState copy = new ProducerState();
        System.arraycopy(batches, 0, copy.batches, 0, count);
        copy.epoch = epoch;
        copy.count = count;
        copy.lastActiveMs = lastActiveMs;
        copy.coordinatorEpoch = coordinatorEpoch;
        copy.transactionStart = transactionStart;
        return copy;
    }

    short epoch() {
        return epoch;
    }

    long lastActiveMs() {
        return lastActiveMs;
    }

    int coordinatorEpoch() {
        return coordinatorEpoch;
    }

    /** Offset of the first record of the open transaction, or {@link #NO_TRANSACTION}. */
    long transactionStart() {
        return transactionStart;
    }

    boolean hasTransaction() {
        return transactionStart != NO_TRANSACTION;
    }

    boolean isEmpty() {
        return count == 0;
    }

    int count() {
        return count;
    }

    /** A batch of those kept, the oldest first. */
    ProducedBatch batch(int index) {
        return batches[index];
    }

    int lastSequence() {
        return count == 0 ? ProducedBatch.NO_SEQUENCE : batches[count - 1].lastSequence();
    }

    /** The kept batch with just these sequences. */
    @Nullable
    ProducedBatch find(short producerEpoch, int firstSequence, int lastSequence) {
        if (producerEpoch != epoch) {
            return null;
        }
        for (int i = 0; i < count; i++) {
            ProducedBatch batch = batches[i];
            if (batch.firstSequence() == firstSequence && batch.lastSequence() == lastSequence) {
                return batch;
            }
        }
        return null;
    }

    void add(short producerEpoch, ProducedBatch batch, long nowMs) {
        enter(producerEpoch);
        if (count == KEPT_BATCHES) {
            System.arraycopy(batches, 1, batches, 0, KEPT_BATCHES - 1);
            count--;
        }
        batches[count++] = batch;
        lastActiveMs = nowMs;
    }

    private void enter(short producerEpoch) {
        if (producerEpoch != epoch) {
            count = 0;
            epoch = producerEpoch;
        }
    }

    void beginTransaction(long firstOffset) {
        if (transactionStart == NO_TRANSACTION) {
            transactionStart = firstOffset;
        }
    }

    void endTransaction(short producerEpoch, int byCoordinatorEpoch, long nowMs) {
        enter(producerEpoch);
        transactionStart = NO_TRANSACTION;
        coordinatorEpoch = byCoordinatorEpoch;
        lastActiveMs = nowMs;
    }

    /** As it was when it was written to a snapshot. */
    void restore(short producerEpoch, long activeMs, int ofCoordinatorEpoch, long ofTransactionStart) {
        enter(producerEpoch);
        lastActiveMs = activeMs;
        coordinatorEpoch = ofCoordinatorEpoch;
        transactionStart = ofTransactionStart;
    }
}
