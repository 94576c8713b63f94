package io.millrace.storage.producer;

import io.millrace.protocol.RecordBatchFormat;
import io.millrace.protocol.TransactionMarker;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * All producers of one log. Owned by the log's appender thread (by the loading thread, before the log is open).
 *
 * <p>Differs from Kafka in two things. There is a bound on the number of producers, beyond which those that have been idle for
 * longest and have no open transaction are forgotten, as if they had expired. And a producer expires by the time for which it
 * has been idle, not by the timestamps in its batches, so that one that sends records of long ago is remembered as any other.
 */
public final class ProducerStates {
    /** From this version of transactions on, every one of a producer has an epoch of its own (KIP-890). */
    private static final int EPOCH_PER_TRANSACTION_FROM = 2;

    private final int maxProducers;
    private final Verifications verifications = new Verifications();
    private final Map<Long, ProducerState> byId = new LinkedHashMap<>(16, 0.75f, true);
    private final TreeMap<Long, Long> openTransactions = new TreeMap<>();
    private long recentId = -1;
    private @Nullable ProducerState recent;

    public ProducerStates(int maxProducers) {
        this.maxProducers = maxProducers;
    }

    public int count() {
        return byId.size();
    }

    /** What other threads may ask and tell about transactional batches to come. */
    public Verifications verifications() {
        return verifications;
    }

    /** Offsets of the first records of the open transactions, ascending. */
    public List<Long> openTransactions() {
        return List.copyOf(openTransactions.keySet());
    }

    /**
     * Judges a data batch of a producer that has an id.
     *
     * @param previous the batch of the same append before it, if that is of the same producer: it is judged as if that were in
     *     the log already
     * @param verified what the transaction's coordinator was asked with, if it was
     * @param fromClient whether sequences are checked, or the producer's epoch only
     */
    public ProducerVerdict check(
            ByteBuffer batches,
            int at,
            @Nullable ByteBuffer previous,
            @Nullable Verification verified,
            boolean fromClient) {
        short epoch = RecordBatchFormat.producerEpoch(batches, at);
        ProducerState state = state(RecordBatchFormat.producerId(batches, at));
        if (fromClient && state != null) {
            ProducedBatch asked = ProducedBatch.of(batches, at, 0);
            ProducedBatch known = state.find(epoch, asked.firstSequence(), asked.lastSequence());
            if (known != null) {
                return new ProducerVerdict.Duplicate(known.firstOffset(), known.lastOffset(), known.timestampMs());
            }
        }
        short lastEpoch = previous != null
                ? RecordBatchFormat.producerEpoch(previous, 0)
                : state == null ? ProducerState.NO_EPOCH : state.epoch();
        if (epoch < lastEpoch) {
            return oldEpoch(epoch, lastEpoch);
        }
        ProducerVerdict verdict = checkVerified(batches, at, previous, verified, state);
        if (fromClient && verdict instanceof ProducerVerdict.InOrder) {
            verdict = checkSequence(batches, at, previous, state, lastEpoch);
        }
        return verdict instanceof ProducerVerdict.InOrder ? checkOutside(batches, at, state) : verdict;
    }

    private static ProducerVerdict oldEpoch(short epoch, short lastEpoch) {
        return new ProducerVerdict.Refused(
                Errors.INVALID_PRODUCER_EPOCH, "the producer's epoch " + epoch + " is older than " + lastEpoch);
    }

    /** A transaction's first batch goes in only if its coordinator knows that the transaction is here. */
    private ProducerVerdict checkVerified(
            ByteBuffer batches,
            int at,
            @Nullable ByteBuffer previous,
            @Nullable Verification verified,
            @Nullable ProducerState state) {
        if (!RecordBatchFormat.isTransactional(batches, at)) {
            return ProducerVerdict.InOrder.INSTANCE;
        }
        boolean goesOn = state != null
                && state.hasTransaction()
                && state.epoch() == RecordBatchFormat.producerEpoch(batches, at);
        Verification underWay = verifications.underWay(RecordBatchFormat.producerId(batches, at));
        if (!goesOn && previous == null && (verified == null || verified != underWay)) {
            return new ProducerVerdict.Refused(Errors.INVALID_TXN_STATE, "the batch is of no ongoing transaction");
        }
        return underWay == null ? ProducerVerdict.InOrder.INSTANCE : checkFirst(batches, at, underWay, state);
    }

    private static ProducerVerdict checkFirst(
            ByteBuffer batches, int at, Verification verification, @Nullable ProducerState state) {
        int sequence = RecordBatchFormat.baseSequence(batches, at);
        if (verification.bumpsEpoch() && sequence != 0 && (state == null || state.isEmpty())) {
            return outOfOrder("a producer nothing is known of begins with sequence " + sequence);
        }
        int lowest = verification.lowestSequence();
        return sequence > lowest
                ? outOfOrder("sequence " + sequence + " came before " + lowest)
                : ProducerVerdict.InOrder.INSTANCE;
    }

    private static ProducerVerdict checkOutside(ByteBuffer batches, int at, @Nullable ProducerState state) {
        return state != null && state.hasTransaction() && !RecordBatchFormat.isTransactional(batches, at)
                ? new ProducerVerdict.Refused(
                        Errors.INVALID_TXN_STATE, "the producer has a transaction open, of which the batch is not")
                : ProducerVerdict.InOrder.INSTANCE;
    }

    /**
     * Judges a transaction's marker.
     *
     * @param transactionVersion of the transaction (KIP-890): from 2 on, the marker has an epoch of its own, later than that
     *     of the transaction's batches. A repeated one is let in
     */
    public ProducerVerdict checkMarker(ByteBuffer batches, int at, int transactionVersion) {
        TransactionMarker marker = TransactionMarker.read(batches, at);
        ProducerState state = state(RecordBatchFormat.producerId(batches, at));
        if (marker == null || state == null) {
            return ProducerVerdict.InOrder.INSTANCE;
        }
        short epoch = RecordBatchFormat.producerEpoch(batches, at);
        boolean ownEpoch = transactionVersion >= EPOCH_PER_TRANSACTION_FROM;
        boolean repeated = epoch == state.epoch() && (!state.hasTransaction() || epoch == Short.MAX_VALUE);
        if (epoch < state.epoch() || (ownEpoch && epoch == state.epoch() && !repeated)) {
            return oldEpoch(epoch, state.epoch());
        }
        return marker.coordinatorEpoch() < state.coordinatorEpoch()
                ? new ProducerVerdict.Refused(
                        Errors.TRANSACTION_COORDINATOR_FENCED,
                        "the marker is of coordinator epoch " + marker.coordinatorEpoch() + ", one of "
                                + state.coordinatorEpoch() + " was here")
                : ProducerVerdict.InOrder.INSTANCE;
    }

    private static ProducerVerdict checkSequence(
            ByteBuffer batches, int at, @Nullable ByteBuffer previous, @Nullable ProducerState state, short lastEpoch) {
        int first = RecordBatchFormat.baseSequence(batches, at);
        if (RecordBatchFormat.producerEpoch(batches, at) != lastEpoch) {
            return first == 0 || lastEpoch == ProducerState.NO_EPOCH
                    ? ProducerVerdict.InOrder.INSTANCE
                    : outOfOrder("a new producer epoch begins with sequence " + first);
        }
        if (state == null || state.epoch() == ProducerState.NO_EPOCH) {
            return ProducerVerdict.InOrder.INSTANCE;
        }
        int last = previous != null ? lastSequence(previous) : state.lastSequence();
        return isNext(last, first)
                ? ProducerVerdict.InOrder.INSTANCE
                : outOfOrder("sequence " + first + " came where the last one was " + last);
    }

    private static int lastSequence(ByteBuffer batch) {
        return ProducedBatch.of(batch, 0, 0).lastSequence();
    }

    private static boolean isNext(int last, int next) {
        return next == last + 1L || (next == 0 && last == Integer.MAX_VALUE);
    }

    private static ProducerVerdict outOfOrder(String message) {
        return new ProducerVerdict.Refused(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER, message);
    }

    /**
     * Takes note of a batch that is in the log (or about to be), at its final offset. Batches without producer are ignored.
     *
     * @param batches holds a control batch as a whole, of other batches at least the header
     * @param nowMs when the producer was active, for {@link #expire}
     * @return what it has changed of the log's transactions, null if nothing
     */
    public @Nullable TransactionChange apply(ByteBuffer batches, int at, long nowMs) {
        long id = RecordBatchFormat.producerId(batches, at);
        if (id < 0) {
            return null;
        }
        if (RecordBatchFormat.isControl(batches, at)) {
            TransactionMarker marker = TransactionMarker.read(batches, at);
            return marker == null ? null : end(batches, at, marker, nowMs);
        }
        short epoch = RecordBatchFormat.producerEpoch(batches, at);
        long baseOffset = RecordBatchFormat.baseOffset(batches, at);
        ProducerState state = stateToChange(id);
        state.add(epoch, ProducedBatch.of(batches, at, baseOffset), nowMs);
        if (!RecordBatchFormat.isTransactional(batches, at)) {
            return null;
        }
        verifications.began(id, epoch);
        if (state.hasTransaction()) {
            return null;
        }
        state.beginTransaction(baseOffset);
        openTransactions.put(baseOffset, id);
        return new TransactionChange.Begun(baseOffset);
    }

    private @Nullable TransactionChange end(ByteBuffer batches, int at, TransactionMarker marker, long nowMs) {
        long id = RecordBatchFormat.producerId(batches, at);
        long offset = RecordBatchFormat.baseOffset(batches, at);
        ProducerState state = stateToChange(id);
        long first = state.transactionStart();
        state.endTransaction(RecordBatchFormat.producerEpoch(batches, at), marker.coordinatorEpoch(), nowMs);
        verifications.ended(id);
        if (first == ProducerState.NO_TRANSACTION) {
            return null;
        }
        openTransactions.remove(first);
        long stable = openTransactions.isEmpty() ? offset + 1 : openTransactions.firstKey();
        return new TransactionChange.Ended(id, first, offset, marker.commit(), stable);
    }

    private @Nullable ProducerState state(long id) {
        if (id != recentId) {
            recent = byId.get(id);
            recentId = id;
        }
        return recent;
    }

    private ProducerState stateToChange(long id) {
        ProducerState state = state(id);
        if (state == null) {
            state = new ProducerState();
            byId.put(id, state);
            recent = state;
            forgetExcess();
        }
        return state;
    }

    private void forgetExcess() {
        Iterator<ProducerState> oldestFirst = byId.values().iterator();
        while (byId.size() > maxProducers && oldestFirst.hasNext()) {
            ProducerState oldest = oldestFirst.next();
            if (!oldest.hasTransaction() && oldest != recent) {
                oldestFirst.remove();
            }
        }
    }

    /** Forgets producers that have been idle for so long, unless they have a transaction open. */
    public void expire(long nowMs, long expirationMs) {
        byId.values().removeIf(state -> !state.hasTransaction() && nowMs - state.lastActiveMs() >= expirationMs);
        recentId = -1;
        recent = null;
    }

    /** All of it, in the order of last use: what a snapshot holds. */
    List<ProducerSnapshot.Entry> entries() {
        List<ProducerSnapshot.Entry> entries = new ArrayList<>();
        byId.forEach((id, state) -> ProducerSnapshot.addEntries(id, state, entries));
        return entries;
    }

    void restore(ProducerSnapshot.Entry entry) {
        ProducerState state = stateToChange(entry.producerId());
        openTransactions.remove(state.transactionStart());
        if (entry.batch() != null) {
            state.add(entry.epoch(), entry.batch(), entry.timestampMs());
        }
        state.restore(entry.epoch(), entry.timestampMs(), entry.coordinatorEpoch(), entry.transactionStart());
        if (state.hasTransaction()) {
            openTransactions.put(state.transactionStart(), entry.producerId());
            verifications.began(entry.producerId(), state.epoch());
        }
    }

    /** What DescribeProducers shows. */
    public List<ActiveProducer> active() {
        List<ActiveProducer> active = new ArrayList<>(byId.size());
        byId.forEach((id, state) -> active.add(new ActiveProducer(
                id,
                state.epoch(),
                state.lastSequence(),
                state.lastActiveMs(),
                state.coordinatorEpoch(),
                state.transactionStart())));
        return active;
    }
}
