package io.millrace.storage.segment;

/**
 * A transaction that has not come to be: readers of committed records leave out what its producer wrote in it.
 *
 * @param firstOffset of its first record in this log
 * @param lastOffset of its marker
 * @param lastStableOffset of the log just behind the marker: no transaction that ends later has records before it
 */
public record AbortedTransaction(long producerId, long firstOffset, long lastOffset, long lastStableOffset) {}
