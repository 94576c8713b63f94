package io.millrace.storage;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * A request to append to a log.
 *
 * @param batches one or more whole, checked format v2 batches between position and limit. The log writes base offset and
 *     leader epoch into it (not for {@link Origin#REPLICATION}) and, where the topic says so, the append time and a new CRC.
 *     It belongs to the log until {@code completion} is called.
 * @param leaderEpoch the leader's epoch under which this is appended
 * @param terms what is known of the transaction that the batches are of
 * @param completion called once, when the outcome is known, on the appender thread or, for a client's append to a log of
 *     durability=memory, on whichever thread appends at that time, perhaps the caller's; a success says that the bytes are in
 *     the log, not that they are durable
 */
public record LogAppend(
        ByteBuffer batches,
        int leaderEpoch,
        Origin origin,
        TransactionTerms terms,
        Consumer<AppendOutcome> completion) {
    /** Outside of any transaction. */
    public LogAppend(ByteBuffer batches, int leaderEpoch, Origin origin, Consumer<AppendOutcome> completion) {
        this(batches, leaderEpoch, origin, TransactionTerms.NONE, completion);
    }

    /** Who wrote the batches, which decides what is checked. */
    public enum Origin {
        /** A producer: sequences are checked, the append time is applied. */
        CLIENT,
        /** A coordinator of this broker writing to an internal topic. */
        COORDINATOR,
        /** The leader: offsets and epochs are already assigned. */
        REPLICATION
    }
}
