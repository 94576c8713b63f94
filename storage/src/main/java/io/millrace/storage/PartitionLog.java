package io.millrace.storage;

import io.millrace.storage.producer.Verifications;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicIdPartition;

/**
 * The log of one partition. Appends are queued to the one appender thread of the log's directory, which is the only writer;
 * everything else may be called by any thread at any time.
 */
public interface PartitionLog {
    TopicIdPartition partition();

    LogConfig config();

    /** Takes effect for all that comes after; segments already written stay as they are. */
    void reconfigure(LogConfig config);

    /** At most one listener; it is told the present state at once, from the calling thread. */
    void listen(LogListener listener);

    /** Queues an append. Order of calls from one thread is the order in the log. Never blocks. */
    void append(LogAppend append);

    /** First offset that can be read. */
    long logStartOffset();

    /** Where the next record goes. */
    LogPosition end();

    /** All before it survives a crash ({@code durability=disk}) or is in the page cache ({@code memory}). */
    LogPosition durableEnd();

    /**
     * Reads whole batches from the one that holds {@code offset} on. The slice may begin before {@code offset} (it begins with
     * a whole batch) and lies in one segment; it ends at a batch boundary wherever an index entry or the limit gives one.
     *
     * @param maxBytes upper bound of the slice, unless {@code atLeastOneBatch} and the first batch is larger
     * @param limit nothing at or behind this is read (high watermark, last stable offset or the log's end)
     * @return a retained slice (release it), empty where there is nothing between {@code offset} and {@code limit}
     * @throws org.apache.kafka.common.errors.OffsetOutOfRangeException below the log's start or above its end
     * @throws org.apache.kafka.common.errors.KafkaStorageException if the disk failed
     */
    LogSlice read(long offset, int maxBytes, LogPosition limit, boolean atLeastOneBatch);

    /** The first record with at least this timestamp and an offset below {@code limitOffset}. May read from disk. */
    Optional<TimestampedOffset> firstAtOrAfter(long timestampMs, long limitOffset);

    /** The record with the largest timestamp below {@code limitOffset} (the first of them). May read from disk. */
    Optional<TimestampedOffset> maxTimestamp(long limitOffset);

    /** Epoch of the last record, empty for an empty log that has seen none. */
    Optional<Integer> latestEpoch();

    /** Epoch under which the record at this offset was written. */
    Optional<Integer> epochAt(long offset);

    /**
     * Where an epoch ended, as OffsetForLeaderEpoch defines it (KIP-279): the largest known epoch not above the asked one, and
     * the start offset of the next, or the log's end.
     */
    Optional<EpochEnd> endOf(int leaderEpoch, int currentLeaderEpoch);

    /** Makes the log begin at this offset, durably (DeleteRecords). Fails with OffsetOutOfRangeException beyond the end. */
    CompletableFuture<Long> advanceStart(long offset);

    /** Bytes of all segments. */
    long sizeInBytes();

    /**
     * The last stable offset: the largest position up to a high watermark before which no transaction is open, nor one whose
     * marker is not below that high watermark.
     *
     * @param highWatermark read before this is called
     */
    LogPosition stableBefore(LogPosition highWatermark);

    /** All before this offset is committed: what has ended before it is decided for good. */
    void committed(long offset);

    /** First record of the oldest transaction that is not decided; empty without one. Nothing behind it may be compacted. */
    OptionalLong firstUnstableOffset();

    /**
     * The aborted transactions that have records in a range of offsets, by their ends. There may be some besides that have
     * none. May read from disk.
     */
    List<AbortedRecords> abortedTransactions(long fromOffset, long toOffset);

    /** Which transactional batches may come in. */
    Verifications verifications();

    /** All producers that the log remembers. */
    CompletableFuture<List<LogProducer>> producers();

    /** A record's offset with its timestamp in ms and the leader epoch of its batch (-1: unknown). */
    record TimestampedOffset(long timestampMs, long offset, int leaderEpoch) {}

    /** An epoch and the offset behind its last record. */
    record EpochEnd(int leaderEpoch, long endOffset) {}
}
