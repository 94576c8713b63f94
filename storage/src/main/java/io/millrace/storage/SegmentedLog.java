package io.millrace.storage;

import io.millrace.storage.segment.Segment;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicIdPartition;

/** A log in its directory: what the appender, the flusher and the readers make together. */
final class SegmentedLog implements PartitionLog {
    private final LogDirectory directory;
    private final LogState state;
    private final LogFlush flush;
    private final LogWriter writer;
    private final LogReader reader;
    private final TimeSearch times;
    private volatile List<LogPosition> checkpointed = List.of();

    SegmentedLog(LogDirectory directory, LogFlush flush, LogWriter writer) {
        this.directory = directory;
        this.state = flush.state();
        this.flush = flush;
        this.writer = writer;
        this.reader = new LogReader(directory, state);
        this.times = new TimeSearch(directory, state);
    }

    LogDirectory directory() {
        return directory;
    }

    LogState state() {
        return state;
    }

    @Override
    public TopicIdPartition partition() {
        return state.partition();
    }

    @Override
    public LogConfig config() {
        return state.config();
    }

    @Override
    public void reconfigure(LogConfig config) {
        state.reconfigure(config);
        directory.flusher().request(flush);
    }

    @Override
    public void listen(LogListener listener) {
        state.listen(listener);
    }

    @Override
    public void append(LogAppend append) {
        AppendTask task = new AppendTask(writer, append);
        if (append.origin() == LogAppend.Origin.CLIENT && state.config().durability() == LogConfig.Durability.MEMORY) {
            directory.appender().putAndRun(task);
        } else {
            directory.appender().put(task);
        }
    }

    @Override
    public long logStartOffset() {
        return state.startOffset();
    }

    @Override
    public LogPosition end() {
        return state.end();
    }

    @Override
    public LogPosition durableEnd() {
        return state.durable();
    }

    @Override
    public LogSlice read(long offset, int maxBytes, LogPosition limit, boolean atLeastOneBatch) {
        return reader.read(offset, maxBytes, reader.locate(limit), atLeastOneBatch);
    }

    @Override
    public Optional<TimestampedOffset> firstAtOrAfter(long timestampMs, long limitOffset) {
        return times.firstAtOrAfter(timestampMs, limitOffset);
    }

    @Override
    public Optional<TimestampedOffset> maxTimestamp(long limitOffset) {
        return times.maxTimestamp(limitOffset);
    }

    @Override
    public Optional<Integer> latestEpoch() {
        return state.visibleEpochs().latest();
    }

    @Override
    public Optional<Integer> epochAt(long offset) {
        return state.visibleEpochs().epochAt(offset);
    }

    @Override
    public Optional<EpochEnd> endOf(int leaderEpoch, int currentLeaderEpoch) {
        return state.visibleEpochs()
                .endOf(leaderEpoch, currentLeaderEpoch, state.end().offset());
    }

    @Override
    public CompletableFuture<Long> advanceStart(long offset) {
        return advanceStart(offset, -1);
    }

    /** As {@link #advanceStart(long)}; see {@link LogWriter#advanceStart}. */
    CompletableFuture<Long> advanceStart(long offset, long wholeLogTo) {
        CompletableFuture<Long> done = new CompletableFuture<>();
        directory.appender().put(new LogTask(writer) {
            @Override
            void run() throws IOException {
                log().advanceStart(offset, wholeLogTo, done);
            }

            @Override
            void refuse(LogState.Refusal why) {
                done.completeExceptionally(why.error().exception(why.message()));
            }
        });
        return done;
    }

    @Override
    public long sizeInBytes() {
        return state.segments().sizeInBytes();
    }

    @Override
    public OptionalLong firstUnstableOffset() {
        return state.firstUnstable();
    }

    /** Whether more was written, or is on disk, than when this was last asked. The timer's. */
    boolean hasNewsForCheckpoint() {
        List<LogPosition> now = List.of(state.flushed(), state.end());
        boolean news = !now.equals(checkpointed) && !state.segments().isEmpty();
        checkpointed = now;
        return news;
    }

    /** Has a checkpoint made of this log. */
    void checkpoint(int snapshotBytes) {
        directory.appender().put(new LogTask(writer) {
            @Override
            void run() {
                log().checkpoint(snapshotBytes);
            }

            @Override
            void refuse(LogState.Refusal why) {
                // nothing waits for it, and what is on disk stays valid
            }
        });
    }

    /** Ends all writing to the log; its files are closed when this completes. */
    CompletableFuture<Void> retire() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        directory.appender().put(new LogTask(writer) {
            @Override
            void run() throws IOException {
                log().retire(() -> done.complete(null));
            }

            @Override
            void refuse(LogState.Refusal why) {
                done.completeExceptionally(why.error().exception(why.message()));
            }
        });
        return done.thenRun(() -> state.segments().all().forEach(Segment::retire));
    }

    /** Writes what is in memory only, and asks for the last flush; the appender has ended. */
    void finish() throws IOException {
        writer.finish();
        if (!state.flushed().equals(state.end())) {
            directory.flusher().request(flush);
        }
    }

    /** Makes the last checkpoint, and closes the files; the flusher has ended. */
    void finishFlushed() throws IOException {
        writer.finishCheckpoint();
        flush.close();
        state.segments().all().forEach(Segment::retire);
    }
}
