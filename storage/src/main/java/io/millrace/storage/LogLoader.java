package io.millrace.storage;

import io.millrace.protocol.RecordBatchFormat;
import io.millrace.storage.disk.CheckedFile;
import io.millrace.storage.disk.Disk;
import io.millrace.storage.producer.ProducerSnapshot;
import io.millrace.storage.producer.ProducerStates;
import io.millrace.storage.segment.BatchCursor;
import io.millrace.storage.segment.Segment;
import io.millrace.storage.segment.SegmentName;
import io.millrace.storage.segment.SegmentRecovery;
import io.millrace.storage.segment.SegmentRecovery.Recovered;
import io.millrace.storage.segment.SegmentRecovery.Trusted;
import io.millrace.storage.segment.SegmentWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.TopicIdPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens a log that has files. What lies before the recovery point is taken as it is; what lies behind is checked batch by batch,
 * and the log ends before the first that is not whole. One loader for one log, on the thread that opens it.
 */
final class LogLoader {
    private static final Logger LOG = LoggerFactory.getLogger(LogLoader.class);

    private final LogDirectory directory;
    private final Disk disk;
    private final TopicIdPartition partition;
    private final LogConfig config;
    private final Path path;
    private final List<Segment> segments = new ArrayList<>();
    private final ProducerStates producers;
    private LeaderEpochs epochs = LeaderEpochs.NONE;
    private long startOffset;
    private long endOffset;
    private long replayedBytes;

    private LogLoader(LogDirectory directory, TopicIdPartition partition, LogConfig config) {
        this.directory = directory;
        this.disk = directory.disk();
        this.partition = partition;
        this.config = config;
        this.path = directory.pathOf(partition);
        this.producers = new ProducerStates(directory.config().maxProducersPerPartition());
    }

    /** A log without files. */
    static SegmentedLog begin(LogDirectory directory, TopicIdPartition partition, LogConfig config) {
        return new LogLoader(directory, partition, config).log();
    }

    static SegmentedLog load(LogDirectory directory, TopicIdPartition partition, LogConfig config) throws IOException {
        LogLoader loader = new LogLoader(directory, partition, config);
        loader.load();
        return loader.log();
    }

    private SegmentedLog log() {
        LogPosition end = segments.isEmpty()
                ? new LogPosition(endOffset, endOffset, 0)
                : new LogPosition(
                        endOffset,
                        segments.getLast().baseOffset(),
                        segments.getLast().sizeInBytes());
        LogState state = new LogState(partition, path, config, startOffset, end);
        state.segments(SegmentList.of(segments));
        state.epochs(epochs);
        LogFlush flush = new LogFlush(disk, state);
        SegmentWriter active = null;
        if (!segments.isEmpty()) {
            active = SegmentWriter.resume(disk, segments.getLast(), directory.nowMs());
            flush.resumed(active);
        }
        return new SegmentedLog(directory, flush, writer(flush, active));
    }

    private LogWriter writer(LogFlush flush, @Nullable SegmentWriter active) {
        return new LogWriter(directory, flush, producers, replayedBytes, active);
    }

    private void load() throws IOException {
        List<String> names = disk.list(path);
        TreeSet<Long> bases = new TreeSet<>();
        TreeSet<Long> snapshots = new TreeSet<>();
        for (String name : names) {
            SegmentName.offsetOf(name, SegmentName.LOG).ifPresent(bases::add);
            SegmentName.offsetOf(name, SegmentName.SNAPSHOT).ifPresent(snapshots::add);
        }
        removeStrays(names, bases);
        Checkpoint.Point point = directory.found(partition).orElse(Checkpoint.NOTHING_KNOWN);
        epochs = point.epochs();
        loadSegments(bases, point);
        startAt(point.logStartOffset());
        epochs = epochs.truncatedTo(endOffset).startingAt(startOffset);
        loadProducers(snapshots);
    }

    private void removeStrays(List<String> names, Set<Long> bases) throws IOException {
        for (String name : names) {
            boolean orphan = false;
            for (String suffix : List.of(SegmentName.OFFSET_INDEX, SegmentName.TIME_INDEX, SegmentName.TXN_INDEX)) {
                var base = SegmentName.offsetOf(name, suffix);
                orphan |= base.isPresent() && !bases.contains(base.getAsLong());
            }
            if (orphan || name.endsWith(SegmentName.DELETED) || name.endsWith(".tmp")) {
                disk.delete(path.resolve(name));
            }
        }
    }

    private void loadSegments(NavigableSet<Long> bases, Checkpoint.Point point) throws IOException {
        boolean cut = false;
        for (long base : bases) {
            if (cut || (!segments.isEmpty() && base < endOffset)) {
                LOG.warn(
                        "{}: the segment at {} does not follow the log's end {}, and is removed",
                        path,
                        base,
                        endOffset);
                removeSegment(base);
                continue;
            }
            Long next = bases.higher(base);
            if (next != null && next <= point.recoveryPoint().segmentBaseOffset()) {
                segments.add(segment(base, true));
                endOffset = next;
            } else {
                cut = !loadUnfinished(base, next, point);
            }
        }
    }

    /** Checks a segment that may have been written to since the recovery point. Whether the next may follow. */
    private boolean loadUnfinished(long base, @Nullable Long next, Checkpoint.Point point) throws IOException {
        LogPosition recoveryPoint = point.recoveryPoint();
        if (!segments.isEmpty() && base != endOffset && base > recoveryPoint.segmentBaseOffset() && !mayHaveGaps()) {
            LOG.warn("{}: the log ends at {}, the segment at {} is removed", path, endOffset, base);
            removeSegment(base);
            return false;
        }
        Segment segment = segment(base, false);
        boolean known = base == recoveryPoint.segmentBaseOffset() && segment.sizeInBytes() >= recoveryPoint.position();
        epochs = epochs.truncatedTo(known ? recoveryPoint.offset() : base); // the batches behind tell it anew
        Recovered recovered = SegmentRecovery.recover(
                disk,
                segment,
                known
                        ? new Trusted(recoveryPoint.position(), recoveryPoint.offset(), point.indexedOffset())
                        : Trusted.NOTHING,
                this::noteEpoch);
        endOffset = recovered.nextOffset();
        if (next != null && recovered.bytesCut() == 0) {
            SegmentWriter writer = SegmentWriter.resume(disk, segment, 0);
            writer.seal();
            writer.forceIndexes();
            disk.syncDirectory(path);
        }
        segments.add(segment);
        return recovered.bytesCut() == 0;
    }

    /** Compaction leaves gaps; anywhere else a gap shows that the end of the segment before was lost. */
    private boolean mayHaveGaps() {
        return config.cleanup() == LogConfig.Cleanup.COMPACT
                || config.cleanup() == LogConfig.Cleanup.COMPACT_AND_DELETE;
    }

    private void noteEpoch(BatchCursor batch) {
        if (epochs.isNew(batch.leaderEpoch())) {
            epochs = epochs.with(batch.leaderEpoch(), batch.baseOffset());
        }
    }

    private Segment segment(long base, boolean sealed) throws IOException {
        long size = disk.size(SegmentName.path(path, base, SegmentName.LOG));
        return new Segment(
                directory.openFiles(), path, base, Math.toIntExact(size), sealed, config.indexIntervalBytes());
    }

    private void removeSegment(long base) throws IOException {
        for (String suffix :
                List.of(SegmentName.OFFSET_INDEX, SegmentName.TIME_INDEX, SegmentName.TXN_INDEX, SegmentName.LOG)) {
            disk.delete(SegmentName.path(path, base, suffix));
        }
    }

    private void startAt(long checkpointed) throws IOException {
        startOffset = Math.max(
                checkpointed, segments.isEmpty() ? 0 : segments.getFirst().baseOffset());
        if (startOffset > endOffset) {
            LOG.warn("{}: the log ended at {}, before its start {}; it is empty now", path, endOffset, startOffset);
            for (Segment segment : segments) {
                removeSegment(segment.baseOffset());
            }
            segments.clear();
            endOffset = startOffset;
        }
        while (segments.size() > 1 && segments.get(1).baseOffset() <= startOffset) {
            removeSegment(segments.removeFirst().baseOffset());
        }
    }

    /** From the newest snapshot on; one that is older than the oldest batch would leave out what came between. */
    private void loadProducers(NavigableSet<Long> snapshots) throws IOException {
        if (segments.isEmpty()) {
            removeSnapshots(snapshots);
            return;
        }
        long from = segments.getFirst().baseOffset();
        removeSnapshots(snapshots.headSet(from, false));
        removeSnapshots(snapshots.tailSet(endOffset, false));
        for (long offset : snapshots.subSet(from, true, endOffset, true).descendingSet()) {
            Path file = SegmentName.path(path, offset, SegmentName.SNAPSHOT);
            if (ProducerSnapshot.read(CheckedFile.readAll(disk, file), producers)) {
                from = offset;
                break;
            }
            LOG.warn("{} is damaged, and is removed", file);
            disk.delete(file);
        }
        replayProducers(from);
        producers.expire(directory.nowMs(), directory.config().producerIdExpirationMs());
    }

    private void removeSnapshots(Set<Long> offsets) throws IOException {
        for (long offset : offsets) {
            disk.delete(SegmentName.path(path, offset, SegmentName.SNAPSHOT));
        }
    }

    private void replayProducers(long from) throws IOException {
        for (Segment segment : segments) {
            boolean covered = segment != segments.getLast()
                    && segments.get(segments.indexOf(segment) + 1).baseOffset() <= from;
            int position = covered || from >= endOffset ? -1 : segment.positionOf(from, segment.sizeInBytes());
            if (position >= 0) {
                replayedBytes += segment.sizeInBytes() - position;
                segment.log().using(channel -> {
                    BatchCursor cursor =
                            new BatchCursor(channel, position, segment.sizeInBytes(), BatchCursor.SCAN_BYTES);
                    while (cursor.next()) {
                        if (RecordBatchFormat.baseOffset(cursor.header(), cursor.headerAt()) >= from) {
                            producers.apply(cursor.header(), cursor.headerAt(), directory.nowMs());
                        }
                    }
                    return cursor;
                });
            }
        }
    }
}
