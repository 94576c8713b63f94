package io.millrace.storage.producer;

/** What a batch has changed of the transactions of a log. */
public sealed interface TransactionChange {
    /** Its first record is the first of a transaction. */
    record Begun(long firstOffset) implements TransactionChange {}

    /**
     * It is a marker, which has ended a transaction that had records.
     *
     * @param lastOffset of the marker
     * @param lastStableOffset up to here all transactions have ended, as far as those in the log decide
     */
    record Ended(long producerId, long firstOffset, long lastOffset, boolean committed, long lastStableOffset)
            implements TransactionChange {}
}
