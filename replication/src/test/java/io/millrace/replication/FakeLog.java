package io.millrace.replication;

import io.millrace.storage.AbortedRecords;
import io.millrace.storage.AppendOutcome;
import io.millrace.storage.LogAppend;
import io.millrace.storage.LogConfig;
import io.millrace.storage.LogListener;
import io.millrace.storage.LogPosition;
import io.millrace.storage.LogProducer;
import io.millrace.storage.LogSlice;
import io.millrace.storage.PartitionLog;
import io.millrace.storage.producer.Verifications;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/** A log that keeps nothing but positions: 100 bytes a record. Appends wait until the test writes and flushes them. */
final class FakeLog implements PartitionLog {
    static final int RECORD_BYTES = 100;

    final Queue<LogAppend> queued = new ArrayDeque<>();
    private final TopicIdPartition partition;
    private LogConfig config;
    private @Nullable LogListener listener;
    private LogPosition end = new LogPosition(0, 0, 0);
    private LogPosition durableEnd = end;
    private @Nullable LogPosition firstOpen;

    FakeLog(TopicIdPartition partition, LogConfig config) {
        this.partition = partition;
        this.config = config;
    }

    /** The oldest queued append comes into the log, as one record. */
    void write() {
        LogAppend append = Objects.requireNonNull(queued.poll());
        long base = end.offset();
        end = new LogPosition(base + 1, 0, end.position() + RECORD_BYTES);
        append.completion().accept(new AppendOutcome.Appended(base, -1, end));
        listener().appended(end);
    }

    void duplicate(long baseOffset) {
        Objects.requireNonNull(queued.poll())
                .completion()
                .accept(new AppendOutcome.Duplicate(baseOffset, -1, baseOffset + 1));
    }

    void refuse(Errors error) {
        Objects.requireNonNull(queued.poll()).completion().accept(new AppendOutcome.Refused(error, "no"));
    }

    /** All that was written becomes durable. */
    void flush() {
        durableEnd = end;
        listener().durable(end);
    }

    LogListener listener() {
        return Objects.requireNonNull(listener);
    }

    @Override
    public TopicIdPartition partition() {
        return partition;
    }

    @Override
    public LogConfig config() {
        return config;
    }

    @Override
    public void reconfigure(LogConfig next) {
        config = next;
    }

    @Override
    public void listen(LogListener told) {
        listener = told;
        told.appended(end);
        told.durable(durableEnd);
    }

    @Override
    public void append(LogAppend append) {
        queued.add(append);
    }

    @Override
    public long logStartOffset() {
        return 0;
    }

    @Override
    public LogPosition end() {
        return end;
    }

    @Override
    public LogPosition durableEnd() {
        return durableEnd;
    }

    @Override
    public LogSlice read(long offset, int maxBytes, LogPosition limit, boolean atLeastOneBatch) {
        return LogSlice.empty();
    }

    @Override
    public Optional<TimestampedOffset> firstAtOrAfter(long timestampMs, long limitOffset) {
        return Optional.empty();
    }

    @Override
    public Optional<TimestampedOffset> maxTimestamp(long limitOffset) {
        return Optional.empty();
    }

    @Override
    public Optional<Integer> latestEpoch() {
        return Optional.empty();
    }

    @Override
    public Optional<Integer> epochAt(long offset) {
        return Optional.empty();
    }

    @Override
    public Optional<EpochEnd> endOf(int leaderEpoch, int currentLeaderEpoch) {
        return Optional.empty();
    }

    @Override
    public CompletableFuture<Long> advanceStart(long offset) {
        return CompletableFuture.completedFuture(offset);
    }

    @Override
    public long sizeInBytes() {
        return end.position();
    }

    /** A transaction is open from here on, as far as the log is concerned. */
    void openTransaction(LogPosition first) {
        firstOpen = first;
    }

    void endTransaction() {
        firstOpen = null;
    }

    @Override
    public LogPosition stableBefore(LogPosition highWatermark) {
        LogPosition first = firstOpen;
        return first == null || first.offset() > highWatermark.offset() ? highWatermark : first;
    }

    @Override
    public void committed(long offset) {
        // nothing is kept
    }

    @Override
    public OptionalLong firstUnstableOffset() {
        return OptionalLong.empty();
    }

    @Override
    public List<AbortedRecords> abortedTransactions(long fromOffset, long toOffset) {
        return List.of();
    }

    @Override
    public Verifications verifications() {
        return new Verifications();
    }

    @Override
    public CompletableFuture<List<LogProducer>> producers() {
        return CompletableFuture.completedFuture(List.of());
    }
}
