package io.millrace.storage.producer;

import io.millrace.protocol.RecordBatchFormat;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
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
    private final int maxProducers;
    private final Map<Long, ProducerState> byId = new LinkedHashMap<>(16, 0.75f, true);
    private final TreeMap<Long, Long> openTransactions = new TreeMap<>();
    private final Map<Long, Optional<ProducerState>> before = new HashMap<>();
    private long recentId = -1;
    private @Nullable ProducerState recent;

    public ProducerStates(int maxProducers) {
        this.maxProducers = maxProducers;
    }

    public int count() {
        return byId.size();
    }

    /** Offset of the first record of the oldest open transaction. */
    public OptionalLong firstUnstableOffset() {
        return openTransactions.isEmpty() ? OptionalLong.empty() : OptionalLong.of(openTransactions.firstKey());
    }

    /**
     * Judges a data batch of a producer that has an id.
     *
     * @param previous the batch of the same append before it, if that is of the same producer: it is judged as if that were in
     *     the log already
     * @param fromClient whether sequences are checked, or the producer's epoch only
     */
    public ProducerVerdict check(ByteBuffer batches, int at, @Nullable ByteBuffer previous, boolean fromClient) {
        short epoch = RecordBatchFormat.producerEpoch(batches, at);
        ProducerState state = state(RecordBatchFormat.producerId(batches, at));
        if (state == null && previous == null) {
            return ProducerVerdict.InOrder.INSTANCE;
        }
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
            return new ProducerVerdict.Refused(
                    Errors.INVALID_PRODUCER_EPOCH, "the producer's epoch " + epoch + " is older than " + lastEpoch);
        }
        return fromClient ? checkSequence(batches, at, previous, state, lastEpoch) : ProducerVerdict.InOrder.INSTANCE;
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
     * @param nowMs when the producer was active, for {@link #expire}
     */
    public void apply(ByteBuffer batches, int at, long nowMs) {
        long id = RecordBatchFormat.producerId(batches, at);
        if (id < 0) {
            return;
        }
        remember(id);
        short epoch = RecordBatchFormat.producerEpoch(batches, at);
        long baseOffset = RecordBatchFormat.baseOffset(batches, at);
        ProducerState state = stateToChange(id);
        if (RecordBatchFormat.isControl(batches, at)) {
            openTransactions.remove(state.transactionStart());
            state.endTransaction(epoch, state.coordinatorEpoch(), nowMs);
            return;
        }
        state.add(epoch, ProducedBatch.of(batches, at, baseOffset), nowMs);
        if (RecordBatchFormat.isTransactional(batches, at) && !state.hasTransaction()) {
            state.beginTransaction(baseOffset);
            openTransactions.put(baseOffset, id);
        }
    }

    private void remember(long id) {
        if (!before.containsKey(id)) {
            before.put(id, Optional.ofNullable(state(id)).map(ProducerState::copy));
        }
    }

    /** What was applied is in the log. */
    public void keep() {
        if (!before.isEmpty()) {
            before.clear();
        }
    }

    /** What was applied since the last {@link #keep} is not in the log after all. Producers forgotten meanwhile stay so. */
    public void undo() {
        before.forEach((id, state) -> state.ifPresentOrElse(was -> byId.put(id, was), () -> byId.remove(id)));
        before.clear();
        recentId = -1;
        recent = null;
        openTransactions.clear();
        byId.forEach((id, state) -> {
            if (state.hasTransaction()) {
                openTransactions.put(state.transactionStart(), id);
            }
        });
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
        }
    }
}
