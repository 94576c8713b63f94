package io.millrace.storage.segment;

import io.millrace.storage.disk.Disk;
import io.millrace.storage.disk.OpenFiles;
import io.millrace.storage.disk.SharedFile;
import io.millrace.storage.segment.SegmentIndexes.Latest;
import io.millrace.storage.segment.SegmentIndexes.OffsetEntry;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A segment as its readers see it; safe for any thread. Look-ups trust no index: the batch that an entry leads to must be the one
 * that the entry names, else the indexes are built anew from the batches (of a finished segment) or left aside (of the active one).
 */
public final class Segment {
    private static final Logger LOG = LoggerFactory.getLogger(Segment.class);
    private static final int NONE = -1;

    private final OpenFiles files;
    private final Path directory;
    private final long baseOffset;
    private final int indexIntervalBytes;
    private final SharedFile log;
    private volatile SegmentIndexes indexes;
    private volatile int size;
    private volatile boolean sealed;
    private final boolean cleaned;
    private boolean retired;

    /** A segment of so many bytes; sealed if nothing more is to be written to it. */
    public Segment(OpenFiles files, Path directory, long baseOffset, int size, boolean sealed, int indexIntervalBytes) {
        this.files = files;
        this.directory = directory;
        this.baseOffset = baseOffset;
        this.indexIntervalBytes = indexIntervalBytes;
        this.log = files.file(SegmentName.path(directory, baseOffset, SegmentName.LOG));
        this.indexes = new SegmentIndexes(files, directory, baseOffset);
        this.size = size;
        this.sealed = sealed;
        this.cleaned = false;
    }

    /** A segment that compaction has made, under names of its own for now. */
    Segment(
            OpenFiles files,
            Path directory,
            SegmentIndexes indexes,
            long baseOffset,
            int size,
            int indexIntervalBytes) {
        this.files = files;
        this.directory = directory;
        this.baseOffset = baseOffset;
        this.indexIntervalBytes = indexIntervalBytes;
        this.log = files.file(SegmentName.path(directory, baseOffset, SegmentName.LOG + SegmentName.CLEANED));
        this.indexes = indexes;
        this.size = size;
        this.sealed = true;
        this.cleaned = true;
    }

    /** Puts a segment that compaction has made in the place of the one whose names it gets. */
    public void takePlace() throws IOException {
        log.rename(SegmentName.path(directory, baseOffset, SegmentName.LOG));
        indexes.rename(directory);
    }

    public long baseOffset() {
        return baseOffset;
    }

    public Path directory() {
        return directory;
    }

    /** Bytes of whole batches in it. */
    public int sizeInBytes() {
        return size;
    }

    /** Its file of batches. */
    public SharedFile log() {
        return log;
    }

    public boolean isSealed() {
        return sealed;
    }

    /** Whether compaction made it, since when positions that were known before mean nothing. */
    public boolean isCleaned() {
        return cleaned;
    }

    void grewTo(int bytes) {
        size = bytes;
    }

    void seal() {
        sealed = true;
    }

    SegmentIndexes indexes() {
        return indexes;
    }

    int indexIntervalBytes() {
        return indexIntervalBytes;
    }

    /**
     * Lets go of its open files, now or when the last reader is done. When this returns, nothing is written under the segment's
     * names any more: they may be another's from now on.
     */
    public synchronized void retire() {
        retired = true;
        log.retire();
        indexes.offsetFile().file().retire();
        indexes.timeFile().file().retire();
    }

    /**
     * Position of the first batch that has a record at or behind an offset.
     *
     * @param limit end of what is looked at, in bytes
     * @return -1 if there is none
     */
    public int positionOf(long offset, int limit) throws IOException {
        return withIndexes(checked -> {
            OffsetEntry entry = checked == null ? null : checked.floorByOffset(offset);
            return log.using(channel -> firstBatchReaching(offset, limit, entry, channel));
        });
    }

    private static int firstBatchReaching(long offset, int limit, @Nullable OffsetEntry entry, FileChannel channel)
            throws IOException {
        int from = entry == null ? 0 : entry.position();
        BatchCursor cursor = new BatchCursor(channel, from, limit, BatchCursor.LOOK_UP_BYTES);
        if (entry != null) {
            check(entry, cursor);
            if (cursor.lastOffset() >= offset) {
                return cursor.position();
            }
        }
        while (cursor.next()) {
            if (cursor.lastOffset() >= offset) {
                return cursor.position();
            }
        }
        return NONE;
    }

    private static void check(OffsetEntry entry, BatchCursor cursor) throws IOException {
        if (!cursor.next() || cursor.lastOffset() != entry.lastOffset()) {
            throw new DamagedIndexException(Path.of("at offset " + entry.lastOffset()));
        }
    }

    /** Where a slice ends, and the offset that follows it (-1 where that was not seen on the way). */
    public record SliceEnd(int position, long nextOffset) {}

    /**
     * The last known batch boundary that is at most {@code maxBytes} behind {@code from}.
     *
     * @param from where a batch begins
     * @param limit end of what may be read; more than {@code maxBytes} behind {@code from}
     * @param atLeastOne whether the first batch is taken even if it is larger than {@code maxBytes}; it is cut otherwise
     */
    public SliceEnd sliceEnd(int from, int maxBytes, int limit, boolean atLeastOne) throws IOException {
        return withIndexes(checked -> {
            OffsetEntry entry = checked == null ? null : checked.floorByPosition((long) from + maxBytes);
            return log.using(channel -> entry == null || entry.position() <= from
                    ? walkToEnd(from, maxBytes, limit, atLeastOne, channel)
                    : boundary(entry, channel));
        });
    }

    private SliceEnd boundary(OffsetEntry entry, FileChannel channel) throws IOException {
        BatchCursor cursor = new BatchCursor(channel, entry.position(), size, 0);
        check(entry, cursor);
        return new SliceEnd(entry.position(), cursor.baseOffset());
    }

    private static SliceEnd walkToEnd(int from, int maxBytes, int limit, boolean atLeastOne, FileChannel channel)
            throws IOException {
        BatchCursor cursor = new BatchCursor(channel, from, limit, 0);
        while (cursor.next()) {
            if (cursor.endPosition() - from > maxBytes && (cursor.position() > from || !atLeastOne)) {
                return cursor.position() > from
                        ? new SliceEnd(cursor.position(), cursor.baseOffset())
                        : new SliceEnd(from + maxBytes, NONE);
            }
            if (cursor.endPosition() - from > maxBytes) {
                return new SliceEnd(cursor.endPosition(), cursor.lastOffset() + 1);
            }
        }
        return new SliceEnd(cursor.position(), NONE);
    }

    /** A batch: where it begins, its last offset, and its largest timestamp. */
    public record FoundBatch(int position, int sizeInBytes, long lastOffset, long maxTimestampMs) {}

    /** The first batch with a record at or behind the offset and a timestamp not before the given one. */
    public Optional<FoundBatch> firstBatchAtOrAfter(long timestampMs, long fromOffset, int limit) throws IOException {
        long start = withIndexes(checked ->
                checked == null ? NONE : checked.floorByTime(timestampMs).offset());
        int from = positionOf(Math.max(start, fromOffset), limit);
        return from == NONE ? Optional.empty() : log.using(channel -> walkToTime(timestampMs, from, limit, channel));
    }

    private static Optional<FoundBatch> walkToTime(long timestampMs, int from, int limit, FileChannel channel)
            throws IOException {
        BatchCursor cursor = new BatchCursor(channel, from, limit, BatchCursor.LOOK_UP_BYTES);
        while (cursor.next()) {
            if (cursor.maxTimestamp() >= timestampMs) {
                return Optional.of(found(cursor));
            }
        }
        return Optional.empty();
    }

    /** The first of the batches with the largest timestamp, among those with records from one position to another. */
    public Optional<FoundBatch> latestBatch(int from, int limit) throws IOException {
        return log.using(channel -> {
            FoundBatch best = null;
            BatchCursor cursor = new BatchCursor(channel, from, limit, BatchCursor.SCAN_BYTES);
            while (cursor.next()) {
                if (best == null || cursor.maxTimestamp() > best.maxTimestampMs()) {
                    best = found(cursor);
                }
            }
            return Optional.ofNullable(best);
        });
    }

    private static FoundBatch found(BatchCursor cursor) {
        return new FoundBatch(cursor.position(), cursor.sizeInBytes(), cursor.lastOffset(), cursor.maxTimestamp());
    }

    /** Timestamp of the first batch in ms, -1 if it has none. */
    public long firstTimestampMs() throws IOException {
        return log.using(channel -> {
            BatchCursor cursor = new BatchCursor(channel, 0, size, 0);
            return cursor.next() ? cursor.maxTimestamp() : NONE;
        });
    }

    /** How large the index files are, with what is in memory: offsets and times. */
    public long[] indexBytes() throws IOException {
        return withIndexes(checked -> {
            SegmentIndexes present = checked == null ? indexes : checked;
            return new long[] {
                (long) present.offsetFile().entries() * SegmentIndexes.OFFSET_ENTRY,
                (long) present.timeFile().entries() * SegmentIndexes.TIME_ENTRY
            };
        });
    }

    /** Largest timestamp in the segment in ms, -1 for a segment without one. */
    public long maxTimestampMs() throws IOException {
        return latest().timestampMs();
    }

    /** Last offset of the first batch with the largest timestamp, -1 for a segment without one. */
    public long offsetOfMaxTimestamp() throws IOException {
        return latest().offset();
    }

    private Latest latest() throws IOException {
        return withIndexes(checked -> {
            if (checked == null) {
                return indexes.latest();
            }
            if (sealed && size > 0 && checked.isEmpty() && !checked.isMadeHere()) {
                throw new DamagedIndexException(checked.timeFile().file().path());
            }
            return checked.latest();
        });
    }

    /** A look-up; it gets no index where there is none that can be trusted. */
    private interface LookUp<T> {
        T in(@Nullable SegmentIndexes indexes) throws IOException;
    }

    private <T> T withIndexes(LookUp<T> lookUp) throws IOException {
        SegmentIndexes seen = indexes;
        try {
            return lookUp.in(seen);
        } catch (DamagedIndexException | NoSuchFileException e) {
            if (!log.using(channel -> true)) {
                throw e;
            }
            LOG.warn("{}; looking at the batches instead", e.getMessage());
            if (sealed) {
                rebuildIndexes(seen);
            }
            return lookUp.in(sealed ? indexes : null);
        }
    }

    private synchronized void rebuildIndexes(SegmentIndexes damaged) throws IOException {
        if (indexes != damaged) {
            return;
        }
        if (retired) {
            throw new NoSuchFileException(log.path().toString(), null, "it is out of use");
        }
        Disk disk = files.disk();
        SegmentIndexes fresh = new SegmentIndexes(files, directory, baseOffset);
        fresh.begin();
        log.using(channel -> {
            BatchCursor cursor = new BatchCursor(channel, 0, size, BatchCursor.SCAN_BYTES);
            while (cursor.next()) {
                note(fresh, cursor);
            }
            return cursor;
        });
        fresh.noteTime();
        damaged.offsetFile().file().retire();
        damaged.timeFile().file().retire();
        disk.delete(fresh.offsetFile().file().path());
        disk.delete(fresh.timeFile().file().path());
        fresh.writeTails(disk);
        fresh.force(disk);
        indexes = fresh;
    }

    private void note(SegmentIndexes fresh, BatchCursor cursor) throws IOException {
        fresh.note(
                cursor.position(),
                cursor.sizeInBytes(),
                cursor.lastOffset(),
                cursor.maxTimestamp(),
                indexIntervalBytes);
    }
}
