package io.millrace.storage;

import io.millrace.protocol.RecordBatchFormat;
import io.millrace.storage.LogAppend.Origin;
import io.millrace.storage.LogState.Refusal;
import io.millrace.storage.disk.DiskFault;
import io.millrace.storage.producer.ProducerSnapshot;
import io.millrace.storage.producer.ProducerStates;
import io.millrace.storage.segment.Segment;
import io.millrace.storage.segment.SegmentWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * The appender thread's side of a log. Appends first get their place, and are written together, when the round ends or a new
 * segment begins.
 */
final class LogWriter {
    /** How many appends go into one write. */
    private static final int MAX_GATHERED = 64;

    /** So much of a log that nobody wants flushed is flushed all the same, to bound what recovery checks. */
    private static final int FLUSHED_BYTES = 64 << 20;

    /** Less than this behind the last snapshot of producers is read at the next start rather than written at a stop. */
    private static final int QUICKLY_READ_BYTES = 256 * 1024;

    private final LogDirectory directory;
    private final LogState state;
    private final LogFlush flush;
    private final ProducerStates producers;
    private @Nullable SegmentWriter active;
    private long nextOffset;
    private long bytesSinceSnapshot;
    private long bytesSinceFlush;
    private long producersExpiredMs;

    private final AppendTask[] gathered = new AppendTask[MAX_GATHERED];
    private final ByteBuffer[] buffers = new ByteBuffer[MAX_GATHERED];
    private int count;
    private Mark mark = new Mark(0, LeaderEpochs.NONE, 0, 0);

    /** What the log was before the first of what has been gathered. */
    private record Mark(long nextOffset, LeaderEpochs epochs, long bytesSinceSnapshot, long bytesSinceFlush) {}

    /**
     * Goes on where a log ends.
     *
     * @param bytesSinceSnapshot how much had to be read to know its producers
     * @param active where it ends, null for a log without files
     */
    LogWriter(
            LogDirectory directory,
            LogFlush flush,
            ProducerStates producers,
            long bytesSinceSnapshot,
            @Nullable SegmentWriter active) {
        this.bytesSinceSnapshot = bytesSinceSnapshot;
        this.directory = directory;
        this.flush = flush;
        this.state = flush.state();
        this.producers = producers;
        this.active = active;
        this.nextOffset = state.end().offset();
        this.producersExpiredMs = directory.nowMs();
        producers.keep();
        state.firstUnstable(producers.firstUnstableOffset());
    }

    LogState state() {
        return state;
    }

    LogDirectory directory() {
        return directory;
    }

    /** Gives an append its place, or its answer. */
    void add(AppendTask task) throws IOException {
        LogConfig config = state.config();
        if (!directory.takesSpace(task.sizeInBytes()) && task.append().origin() == Origin.CLIENT) {
            task.refuse(Errors.KAFKA_STORAGE_ERROR, "the volume of " + directory.path() + " is nearly full");
            return;
        }
        AppendOutcome answer = AppendCheck.check(task, config, producers, nextOffset);
        if (answer != null) {
            task.complete(answer);
            return;
        }
        SegmentWriter segment = segmentFor(task, config);
        if (count == 0) {
            mark = new Mark(nextOffset, state.epochs(), bytesSinceSnapshot, bytesSinceFlush);
            directory.appender().hasGathered(this);
        }
        place(task, segment, config);
        gathered[count] = task;
        buffers[count] = task.batches();
        if (++count == MAX_GATHERED) {
            writeGathered();
        }
    }

    private SegmentWriter segmentFor(AppendTask task, LogConfig config) throws IOException {
        SegmentWriter segment = active;
        if (segment == null) {
            return begin(firstOffset(task));
        }
        return isFull(segment, task, config) ? roll(task) : segment;
    }

    private long firstOffset(AppendTask task) {
        return task.append().origin() == Origin.REPLICATION
                        && nextOffset == state.startOffset()
                        && state.segments().isEmpty()
                ? RecordBatchFormat.baseOffset(task.batches(), task.start())
                : nextOffset;
    }

    private boolean isFull(SegmentWriter segment, AppendTask task, LogConfig config) throws IOException {
        if (segment.segment().isSealed()) {
            return true; // the one that was to follow could not be made
        }
        if (segment.isEmpty()) {
            return false;
        }
        return segment.position() > config.segmentBytes() - task.sizeInBytes()
                || segment.isIndexFull(config.segmentIndexBytes())
                || !segment.canHold(lastOffset(task))
                || segment.ageMs(directory.nowMs(), RecordBatchFormat.maxTimestamp(task.batches(), task.start()))
                        > config.segmentMs();
    }

    private long lastOffset(AppendTask task) {
        long last = nextOffset - 1;
        ByteBuffer batches = task.batches();
        for (int at = task.start(); at < task.limit(); at += RecordBatchFormat.sizeInBytes(batches, at)) {
            last = task.append().origin() == Origin.REPLICATION
                    ? RecordBatchFormat.lastOffset(batches, at)
                    : last + 1 + RecordBatchFormat.lastOffsetDelta(batches, at);
        }
        return last;
    }

    private void place(AppendTask task, SegmentWriter segment, LogConfig config) throws IOException {
        ByteBuffer batches = task.batches();
        boolean assigns = task.append().origin() != Origin.REPLICATION;
        boolean stamps = assigns && config.timestampType() == TimestampType.LOG_APPEND_TIME;
        long now = stamps ? directory.nowMs() : AppendTask.NO_APPEND_TIME;
        long first = assigns ? nextOffset : RecordBatchFormat.baseOffset(batches, task.start());
        for (int at = task.start(); at < task.limit(); at += RecordBatchFormat.sizeInBytes(batches, at)) {
            if (assigns) {
                RecordBatchFormat.assign(batches, at, nextOffset, task.append().leaderEpoch());
            }
            if (stamps) {
                RecordBatchFormat.stampAppendTime(batches, at, now);
            }
            noteEpoch(batches, at);
            producers.apply(batches, at, directory.nowMs());
            segment.note(batches, at);
            nextOffset = RecordBatchFormat.lastOffset(batches, at) + 1;
        }
        bytesSinceSnapshot += task.sizeInBytes();
        bytesSinceFlush += task.sizeInBytes();
        task.placed(first, now, new LogPosition(nextOffset, segment.segment().baseOffset(), segment.position()));
    }

    private void noteEpoch(ByteBuffer batches, int at) {
        int epoch = RecordBatchFormat.leaderEpoch(batches, at);
        if (state.epochs().isNew(epoch)) {
            state.epochs(state.epochs().with(epoch, RecordBatchFormat.baseOffset(batches, at)));
        }
    }

    /** Writes what has been gathered, and tells everybody. Without space for it, it is refused, and the log as it was. */
    void writeGathered() throws IOException {
        int n = count;
        if (n == 0 || active == null) {
            return;
        }
        try {
            active.write(buffers, n);
        } catch (IOException e) {
            if (!DiskFault.isSpace(e)) {
                throw e;
            }
            undoGathered(active);
            refuseGathered(directory.ranOutOfSpace(e));
            return;
        }
        count = 0;
        producers.keep();
        state.firstUnstable(producers.firstUnstableOffset());
        state.grewTo(gathered[n - 1].end());
        if (state.config().durability() == LogConfig.Durability.DISK) {
            directory.flusher().request(flush);
        }
        for (int i = 0; i < n; i++) {
            gathered[i].written();
        }
    }

    private void undoGathered(SegmentWriter segment) throws IOException {
        segment.undoWrite();
        producers.undo();
        nextOffset = mark.nextOffset;
        state.epochs(mark.epochs);
        bytesSinceSnapshot = mark.bytesSinceSnapshot;
        bytesSinceFlush = mark.bytesSinceFlush;
    }

    /** Answers what has been gathered. */
    void refuseGathered(Refusal why) {
        for (int i = 0; i < count; i++) {
            gathered[i].refuse(why);
        }
        count = 0;
    }

    /** Begins the first segment, and with it the log's directory. */
    private SegmentWriter begin(long baseOffset) throws IOException {
        directory.disk().createDirectories(state.path());
        PartitionMetadata.write(
                directory.disk(), state.path(), state.partition().topicId());
        state.madeDirectory();
        SegmentWriter first = beginSegment(baseOffset);
        nextOffset = baseOffset;
        return first;
    }

    /** Finishes the active segment and begins the next. */
    private SegmentWriter roll(AppendTask task) throws IOException {
        finishActive();
        return rollTo(firstOffset(task)); // what had been gathered before may have been refused
    }

    private SegmentWriter rollTo(long baseOffset) throws IOException {
        SegmentWriter next = beginSegment(baseOffset);
        directory.flusher().request(flush);
        return next;
    }

    private void finishActive() throws IOException {
        writeGathered();
        if (active != null) {
            active.seal();
            directory.keeper().put(snapshot());
        }
    }

    private SegmentWriter beginSegment(long baseOffset) throws IOException {
        Segment segment = new Segment(
                directory.openFiles(),
                state.path(),
                baseOffset,
                0,
                false,
                state.config().indexIntervalBytes());
        SegmentWriter writer = SegmentWriter.create(directory.disk(), segment, directory.nowMs());
        active = writer;
        flush.began(writer);
        state.segments(state.segments().with(segment));
        state.rolledTo(new LogPosition(baseOffset, baseOffset, 0));
        return writer;
    }

    private KeeperTask.SaveProducers snapshot() {
        bytesSinceSnapshot = 0;
        return new KeeperTask.SaveProducers(state, nextOffset, ProducerSnapshot.write(producers));
    }

    /** Takes what a checkpoint needs, and hands it on. */
    void checkpoint(int snapshotBytes) {
        if (directory.nowMs() - producersExpiredMs >= directory.config().producerIdExpirationMs() / 144) {
            producersExpiredMs = directory.nowMs();
            producers.expire(producersExpiredMs, directory.config().producerIdExpirationMs());
        }
        if (bytesSinceSnapshot >= snapshotBytes && bytesSinceSnapshot > 0) {
            directory.keeper().put(snapshot());
        }
        if (bytesSinceFlush >= FLUSHED_BYTES) {
            bytesSinceFlush = 0;
            directory.flusher().request(flush);
        }
        if (active != null) {
            directory.keeper().put(new KeeperTask.Save(state, active));
        }
    }

    /**
     * Lets the log begin at an offset, at the latest at its end, and drops the segments before.
     *
     * @param wholeLogTo the log's end, if retention found that all before it may go, so that a new segment is begun; else -1
     */
    void advanceStart(long offset, long wholeLogTo, CompletableFuture<Long> done) throws IOException {
        writeGathered();
        if (offset > nextOffset) {
            done.completeExceptionally(new OffsetOutOfRangeException("the log of "
                    + state.partition().topicPartition() + " ends at " + nextOffset + ", before " + offset));
            return;
        }
        if (wholeLogTo == nextOffset && active != null && !active.isEmpty()) {
            finishActive();
            rollTo(nextOffset);
        }
        List<Segment> dropped = List.of();
        if (offset > state.startOffset()) {
            state.startOffset(offset);
            dropped = dropBefore(offset);
        }
        directory.keeper().put(new KeeperTask.Advance(state, dropped, done));
    }

    private List<Segment> dropBefore(long offset) {
        SegmentList segments = state.segments();
        int kept = Math.max(0, segments.floor(offset));
        if (kept > 0) {
            state.segments(segments.from(kept));
        }
        return segments.before(kept);
    }

    /** Nothing more is appended; the flusher closes the files, and goes on with {@code next}. */
    void retire(Runnable next) throws IOException {
        writeGathered();
        state.refuse(Errors.UNKNOWN_TOPIC_OR_PARTITION, "the log has been deleted");
        flush.closeThen(next);
        directory.flusher().request(flush);
    }

    /** Writes what is in memory only, when the appender has ended. */
    void finish() throws IOException {
        if (active != null) {
            active.writeLongIndexTails();
        }
        if (bytesSinceSnapshot >= QUICKLY_READ_BYTES) {
            directory.keeper().put(snapshot());
        }
    }

    /** The last checkpoint, when all is flushed. */
    void finishCheckpoint() {
        if (active != null) {
            directory.keeper().put(new KeeperTask.Save(state, active));
        }
    }
}
