package io.millrace.storage.compact;

/**
 * A transaction that was aborted.
 *
 * @param firstOffset of its first record in the log
 * @param lastOffset of its marker
 */
public record AbortedTransaction(long producerId, long firstOffset, long lastOffset) {}
