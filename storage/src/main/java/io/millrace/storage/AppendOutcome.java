package io.millrace.storage;

import org.apache.kafka.common.protocol.Errors;

/** How an append ended. */
public sealed interface AppendOutcome {
    /**
     * In the log.
     *
     * @param baseOffset offset of the first record
     * @param appendTimeMs the append time, if the topic uses it, else -1
     * @param end the log's end after this append: durable when the log's durable end reaches it
     */
    record Appended(long baseOffset, long appendTimeMs, LogPosition end) implements AppendOutcome {}

    /**
     * An idempotent producer's retry of a batch that is already in the log: answered as it was the first time.
     *
     * @param endOffset the offset behind the first copy: the answer waits until the log is durable up to it
     */
    record Duplicate(long baseOffset, long appendTimeMs, long endOffset) implements AppendOutcome {}

    /** Refused; the log is as it was. */
    record Refused(Errors error, String message) implements AppendOutcome {}
}
