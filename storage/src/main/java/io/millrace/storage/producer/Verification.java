package io.millrace.storage.producer;

/**
 * A question to a transaction's coordinator that is under way: whether the transaction is open and has this partition in it
 * (KIP-890). Whoever appends with it shows that the answer was yes. A marker written meanwhile makes it void, so that a late
 * answer lets nothing in. Compared by identity.
 */
public final class Verification {
    private final boolean bumpsEpoch;
    private short epoch;
    private int lowestSequence;

    Verification(short epoch, int sequence, boolean bumpsEpoch) {
        this.epoch = epoch;
        this.lowestSequence = sequence;
        this.bumpsEpoch = bumpsEpoch;
    }

    /** Whether the producer gets a new epoch with each transaction (transaction version 2), so that sequences begin at 0. */
    boolean bumpsEpoch() {
        return bumpsEpoch;
    }

    /** The first of the sequences that are asked for: nothing behind it may go in first. */
    synchronized int lowestSequence() {
        return lowestSequence;
    }

    synchronized void askedFor(short ofEpoch, int sequence) {
        if (ofEpoch > epoch || (ofEpoch == epoch && sequence < lowestSequence)) {
            epoch = ofEpoch;
            lowestSequence = sequence;
        }
    }
}
