package io.millrace.storage;

import io.millrace.storage.segment.AbortedTransaction;

/**
 * What readers of committed records leave out: a producer's records of a transaction.
 *
 * @param firstOffset of the transaction's first record in this log
 * @param lastOffset of its marker
 * @param lastStableOffset of the log just behind the marker
 */
public record AbortedRecords(long producerId, long firstOffset, long lastOffset, long lastStableOffset) {
    static AbortedRecords of(AbortedTransaction transaction) {
        return new AbortedRecords(
                transaction.producerId(),
                transaction.firstOffset(),
                transaction.lastOffset(),
                transaction.lastStableOffset());
    }
}
