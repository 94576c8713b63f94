package io.millrace.storage;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/** Something that lies in a log's files, as {@link LogInspection#dump} comes by it. */
public sealed interface LogItem {
    /** A file begins: what follows is in it, up to the next file. */
    record File(Path path, long sizeInBytes) implements LogItem {}

    /**
     * A batch.
     *
     * @param header its header, as {@link io.millrace.protocol.RecordBatchFormat} has it
     * @param intact whether its checksum matches
     * @param whole all of it, if it is intact and was asked for
     */
    record Batch(
            long position,
            ByteBuffer header,
            boolean intact,
            @Nullable ByteBuffer whole) implements LogItem {}

    /** An entry of an offset index: a batch's last offset, and where in the segment the batch begins. */
    record OffsetEntry(long offset, int position) implements LogItem {}

    /** An entry of a time index: the largest timestamp up to the batch that ends at this offset. */
    record TimeEntry(long timestampMs, long offset) implements LogItem {}

    /** An entry of a transaction index (KIP-98). */
    record AbortedTransaction(long producerId, long firstOffset, long lastOffset, long lastStableOffset)
            implements LogItem {}

    /** A batch that a snapshot keeps of a producer, the newest of each producer last; -1 for what there is not. */
    record Producer(
            long producerId,
            short epoch,
            int lastSequence,
            long lastOffset,
            int offsetDelta,
            long timestampMs,
            int coordinatorEpoch,
            long transactionStart)
            implements LogItem {}

    /** A leader epoch and the offset of its first record. */
    record EpochStart(int epoch, long offset) implements LogItem {}

    /** The topic that a log belongs to. */
    record TopicId(Uuid id) implements LogItem {}

    /** What a log directory's checkpoint knows of a log: its start, and up to where it was certainly on disk. */
    record Checkpointed(TopicIdPartition log, long startOffset, LogPosition recoveryPoint) implements LogItem {}

    /**
     * Something that is not as it should be.
     *
     * @param position in the file, -1 where it is the file as a whole
     */
    record Finding(Path file, long position, String problem) implements LogItem {}
}
