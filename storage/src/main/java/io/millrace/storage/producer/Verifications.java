package io.millrace.storage.producer;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Which producers may write to a log as part of a transaction (KIP-890): those that have begun one in it, and those whose
 * coordinator is being asked. Asked by any thread; what is in the log is told by its appender thread.
 */
public final class Verifications {
    private final Map<Long, Short> open = new ConcurrentHashMap<>();
    private final Map<Long, Verification> underWay = new ConcurrentHashMap<>();

    /**
     * Begins to verify a batch of a transaction.
     *
     * @param bumpsEpoch whether the producer gets a new epoch with each transaction (transaction version 2)
     * @return null if the log has the transaction open: there is nothing to ask
     */
    public @Nullable Verification begin(long producerId, short epoch, int sequence, boolean bumpsEpoch) {
        if (isOpen(producerId, epoch)) {
            return null;
        }
        Verification one = underWay.computeIfAbsent(producerId, id -> new Verification(epoch, sequence, bumpsEpoch));
        one.askedFor(epoch, sequence);
        return one;
    }

    /** The coordinator said no, or did not answer. */
    public void refused(long producerId, Verification verification) {
        underWay.remove(producerId, verification);
    }

    private boolean isOpen(long producerId, short epoch) {
        Short of = open.get(producerId);
        return of != null && of == epoch;
    }

    @Nullable
    Verification underWay(long producerId) {
        return underWay.get(producerId);
    }

    /** A batch of the transaction, its first perhaps, is in the log. */
    void began(long producerId, short epoch) {
        open.put(producerId, epoch);
        underWay.remove(producerId);
    }

    void ended(long producerId) {
        open.remove(producerId);
        underWay.remove(producerId);
    }
}
