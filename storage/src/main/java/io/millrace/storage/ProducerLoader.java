package io.millrace.storage;

import io.millrace.protocol.RecordBatchFormat;
import io.millrace.storage.disk.CheckedFile;
import io.millrace.storage.disk.Disk;
import io.millrace.storage.producer.ProducerSnapshot;
import io.millrace.storage.producer.ProducerStates;
import io.millrace.storage.producer.TransactionChange;
import io.millrace.storage.segment.AbortedTransaction;
import io.millrace.storage.segment.BatchCursor;
import io.millrace.storage.segment.Segment;
import io.millrace.storage.segment.SegmentName;
import io.millrace.storage.segment.TransactionIndex;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what a log's producers were at its end: a snapshot, and the batches behind it. Aborted transactions whose place in the
 * transaction index may have been lost are put there again on the way. On the thread that opens the log.
 */
final class ProducerLoader {
    private static final Logger LOG = LoggerFactory.getLogger(ProducerLoader.class);

    private final LogDirectory directory;
    private final Disk disk;
    private final Path path;
    private final List<Segment> segments;
    private final long endOffset;
    private final ProducerStates producers;
    private final UndecidedTransactions undecided = new UndecidedTransactions();
    private long replayedBytes;

    ProducerLoader(LogDirectory directory, Path path, List<Segment> segments, long endOffset) {
        this.directory = directory;
        this.disk = directory.disk();
        this.path = path;
        this.segments = segments;
        this.endOffset = endOffset;
        this.producers = new ProducerStates(directory.config().maxProducersPerPartition());
    }

    /**
     * Before a log's first segments go: what remains must tell by itself where the log ends, and what its producers did before.
     *
     * @param gone the segments, still there
     * @param firstBaseOffset where the first of the others begins
     */
    static void makeIndependent(LogDirectory directory, Path path, List<Segment> gone, long firstBaseOffset)
            throws IOException {
        Disk disk = directory.disk();
        Path snapshot = SegmentName.path(path, firstBaseOffset, SegmentName.SNAPSHOT);
        if (disk.exists(snapshot) && ProducerSnapshot.read(CheckedFile.readAll(disk, snapshot), anyNumber())) {
            try (FileChannel channel = disk.openToWrite(snapshot)) {
                channel.force(true);
            }
            disk.syncDirectory(path);
        } else {
            ProducerLoader loader = new ProducerLoader(directory, path, gone, Long.MAX_VALUE);
            long first = gone.getFirst().baseOffset();
            NavigableSet<Long> older = snapshots(disk, path).subSet(first, true, firstBaseOffset, false);
            loader.replay(loader.newestSnapshot(older, first), Long.MAX_VALUE);
            CheckedFile.replace(disk, snapshot, ProducerSnapshot.write(loader.producers));
        }
    }

    private static ProducerStates anyNumber() {
        return new ProducerStates(Integer.MAX_VALUE);
    }

    static NavigableSet<Long> snapshots(Disk disk, Path path) throws IOException {
        TreeSet<Long> snapshots = new TreeSet<>();
        for (String name : disk.list(path)) {
            SegmentName.offsetOf(name, SegmentName.SNAPSHOT).ifPresent(snapshots::add);
        }
        return snapshots;
    }

    ProducerStates producers() {
        return producers;
    }

    UndecidedTransactions undecided() {
        return undecided;
    }

    /** How much had to be read behind the snapshot. */
    long replayedBytes() {
        return replayedBytes;
    }

    /**
     * Where the transaction indexes may lack something, or have something too much.
     *
     * @param fromOffset up to here they are on disk
     * @param someLost whether there are markers behind it
     */
    record IndexGap(long fromOffset, boolean someLost) {
        static final IndexGap NONE = new IndexGap(Long.MAX_VALUE, false);

        IndexGap from(long offset) {
            return offset < fromOffset ? new IndexGap(offset, someLost) : this;
        }

        IndexGap withMarkers() {
            return someLost ? this : new IndexGap(fromOffset, true);
        }
    }

    /** From the newest snapshot on; one that is older than the oldest batch would leave out what came between. */
    void load(NavigableSet<Long> snapshots, IndexGap gap) throws IOException {
        if (segments.isEmpty()) {
            removeSnapshots(snapshots);
            return;
        }
        long from = segments.getFirst().baseOffset();
        removeSnapshots(snapshots.headSet(from, false));
        removeSnapshots(snapshots.tailSet(endOffset, false));
        cutIndexes(gap.fromOffset());
        long newest = gap.someLost() ? Math.max(from, Math.min(gap.fromOffset(), endOffset)) : endOffset;
        replay(newestSnapshot(snapshots.subSet(from, true, newest, true), from), gap.fromOffset());
        for (long open : producers.openTransactions()) {
            undecided.begun(locate(open));
        }
        producers.expire(directory.nowMs(), directory.config().producerIdExpirationMs());
    }

    private long newestSnapshot(NavigableSet<Long> snapshots, long otherwise) throws IOException {
        for (long offset : snapshots.descendingSet()) {
            Path file = SegmentName.path(path, offset, SegmentName.SNAPSHOT);
            if (ProducerSnapshot.read(CheckedFile.readAll(disk, file), producers)) {
                return offset;
            }
            LOG.warn("{} is damaged, and is removed", file);
            disk.delete(file);
        }
        return otherwise;
    }

    private void removeSnapshots(Set<Long> offsets) throws IOException {
        for (long offset : offsets) {
            disk.delete(SegmentName.path(path, offset, SegmentName.SNAPSHOT));
        }
    }

    private void cutIndexes(long fromOffset) throws IOException {
        for (int i = 0; i < segments.size(); i++) {
            if (endOf(i) > fromOffset) {
                segments.get(i).transactions().cutTo(disk, fromOffset);
            }
        }
    }

    private long endOf(int index) {
        return index + 1 < segments.size() ? segments.get(index + 1).baseOffset() : Long.MAX_VALUE;
    }

    private void replay(long from, long indexFrom) throws IOException {
        boolean newNames = false;
        for (int i = 0; i < segments.size(); i++) {
            Segment segment = segments.get(i);
            int position = endOf(i) <= from || from >= endOffset ? -1 : segment.positionOf(from, segment.sizeInBytes());
            if (position >= 0) {
                replayedBytes += segment.sizeInBytes() - position;
                segment.log().using(channel -> replay(segment, position, channel, from, indexFrom));
                TransactionIndex index = segment.transactions();
                index.force();
                newNames |= index.takeNewName();
                index.close();
            }
        }
        if (newNames) {
            disk.syncDirectory(path);
        }
    }

    private BatchCursor replay(Segment segment, int position, FileChannel channel, long from, long indexFrom)
            throws IOException {
        BatchCursor cursor = new BatchCursor(channel, position, segment.sizeInBytes(), BatchCursor.SCAN_BYTES);
        while (cursor.next()) {
            if (cursor.baseOffset() >= from) {
                boolean whole = RecordBatchFormat.isControl(cursor.header(), cursor.headerAt());
                TransactionChange change = whole
                        ? producers.apply(cursor.batch(), 0, directory.nowMs())
                        : producers.apply(cursor.header(), cursor.headerAt(), directory.nowMs());
                if (change instanceof TransactionChange.Ended ended
                        && !ended.committed()
                        && ended.lastOffset() >= indexFrom) {
                    segment.transactions().add(disk, aborted(ended));
                }
            }
        }
        return cursor;
    }

    static AbortedTransaction aborted(TransactionChange.Ended ended) {
        return new AbortedTransaction(
                ended.producerId(), ended.firstOffset(), ended.lastOffset(), ended.lastStableOffset());
    }

    /** Where an open transaction begins; nowhere if the log begins behind it by now. */
    private LogPosition locate(long offset) throws IOException {
        for (Segment segment : segments.reversed()) {
            if (segment.baseOffset() <= offset) {
                int position = segment.positionOf(offset, segment.sizeInBytes());
                return new LogPosition(offset, segment.baseOffset(), Math.max(0, position));
            }
        }
        return new LogPosition(offset, -1, -1);
    }
}
