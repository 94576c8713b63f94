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
import org.apache.kafka.common.errors.CorruptRecordException;
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

    /** A walk longer than this, and than so many intervals of the index, should have met an entry. */
    private static final int LONG_WALK_BYTES = 1 << 20;

    private static final int LONG_WALK_INTERVALS = 16;

    private final OpenFiles files;
    private final Path directory;
    private final long baseOffset;
    private final int indexIntervalBytes;
    private final SharedFile log;
    private final CheckedRange checkedRange = new CheckedRange();
    private volatile SegmentIndexes indexes;

    /** Made of the batches of an active segment, whose writer goes on with its own indexes, when those were found damaged. */
    private volatile @Nullable SegmentIndexes substitute;

    private volatile boolean rebuilt;
    private volatile boolean latestChecked;
    private volatile int size;
    private volatile boolean sealed;

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

    void grewTo(int bytes) {
        size = bytes;
    }

    void seal() {
        sealed = true;
    }

    /** What lies from here on was, or will be, written or looked at by this process. */
    void checkedFrom(int position) {
        checkedRange.reset(position, Integer.MAX_VALUE);
    }

    /**
     * How far batch follows batch: at most up to {@code to}. Looks at the headers of what nobody has looked at since the broker started.
     *
     * @param from where a batch begins
     * @param limit end of what may be read
     * @throws CorruptRecordException if there is no batch at {@code from}
     */
    public int intactTo(int from, int to, int limit) throws IOException {
        if (checkedRange.covers(from, to)) {
            return to;
        }
        int start = checkedRange.uncheckedFrom(from);
        int end = log.using(channel -> {
            BatchCursor cursor = new BatchCursor(channel, start, limit, 0);
            while (cursor.endPosition() < to && cursor.next()) {
                // as far as it goes
            }
            if (cursor.endPosition() == from) {
                requireAtLimit(cursor);
            }
            return cursor.endPosition();
        });
        checkedRange.add(start, end);
        return Math.min(to, end);
    }

    SegmentIndexes indexes() {
        return indexes;
    }

    int indexIntervalBytes() {
        return indexIntervalBytes;
    }

    /** Lets go of its open files, now or when the last reader is done. */
    public void retire() {
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

    private int firstBatchReaching(long offset, int limit, @Nullable OffsetEntry entry, FileChannel channel)
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
            requireShort(cursor.position() - from);
        }
        requireAtLimit(cursor);
        return NONE;
    }

    private void requireShort(int walk) throws IOException {
        if (sealed && !rebuilt && walk > LONG_WALK_BYTES && walk / LONG_WALK_INTERVALS > indexIntervalBytes) {
            throw new DamagedIndexException(indexes.offsetFile().file().path());
        }
    }

    /** Up to a limit of what was acknowledged, batch follows batch; where that is not so, the disk has changed them. */
    private void requireAtLimit(BatchCursor ended) {
        if (!ended.isAtLimit()) {
            throw new CorruptRecordException("there is no batch at position " + ended.position() + " of " + log.path()
                    + ", where one should be");
        }
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

    private SliceEnd walkToEnd(int from, int maxBytes, int limit, boolean atLeastOne, FileChannel channel)
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
        if (cursor.position() == from) {
            requireAtLimit(cursor);
        }
        return new SliceEnd(cursor.position(), NONE);
    }

    /** A batch: where it begins, its last offset, and its largest timestamp. */
    public record FoundBatch(int position, int sizeInBytes, long lastOffset, long maxTimestampMs) {}

    /** The first batch with a record at or behind the offset and a timestamp not before the given one. */
    public Optional<FoundBatch> firstBatchAtOrAfter(long timestampMs, long fromOffset, int limit) throws IOException {
        long start = withIndexes(checked -> checked == null ? NONE : checkedFloorByTime(checked, timestampMs));
        int from = positionOf(Math.max(start, fromOffset), limit);
        return from == NONE ? Optional.empty() : log.using(channel -> walkToTime(timestampMs, from, limit, channel));
    }

    private long checkedFloorByTime(SegmentIndexes checked, long timestampMs) throws IOException {
        Latest entry = checked.floorByTime(timestampMs);
        check(entry, checked);
        return entry.offset();
    }

    /** The batch that an entry of the time index names must have its timestamp. One that is still to be written is not looked at. */
    private void check(Latest entry, SegmentIndexes checked) throws IOException {
        if (entry.offset() < 0) {
            return;
        }
        OffsetEntry near = checked.floorByOffset(entry.offset());
        boolean fits = log.using(channel -> {
            int position = firstBatchReaching(entry.offset(), size, near, channel);
            if (position == NONE) {
                return !sealed;
            }
            BatchCursor cursor = new BatchCursor(channel, position, size, 0);
            return cursor.next()
                    && cursor.lastOffset() == entry.offset()
                    && cursor.maxTimestamp() == entry.timestampMs();
        });
        if (!fits) {
            throw new DamagedIndexException(checked.timeFile().file().path());
        }
    }

    /** Whether the batches bear out what the time index ends with. */
    boolean fits(Latest entry) throws IOException {
        try {
            check(entry, indexes);
            return true;
        } catch (DamagedIndexException | CorruptRecordException e) {
            LOG.debug("the time index does not fit", e);
            return false;
        }
    }

    private Optional<FoundBatch> walkToTime(long timestampMs, int from, int limit, FileChannel channel)
            throws IOException {
        BatchCursor cursor = new BatchCursor(channel, from, limit, BatchCursor.LOOK_UP_BYTES);
        while (cursor.next()) {
            if (cursor.maxTimestamp() >= timestampMs) {
                return Optional.of(found(cursor));
            }
        }
        requireAtLimit(cursor);
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
            requireAtLimit(cursor);
            return Optional.ofNullable(best);
        });
    }

    private static FoundBatch found(BatchCursor cursor) {
        return new FoundBatch(cursor.position(), cursor.sizeInBytes(), cursor.lastOffset(), cursor.maxTimestamp());
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
        if (!sealed) {
            return indexes.latest();
        }
        return withIndexes(checked -> {
            if (checked == null) {
                return Latest.NONE;
            }
            if (size > 0 && checked.isEmpty()) {
                throw new DamagedIndexException(checked.timeFile().file().path());
            }
            Latest latest = checked.latest();
            if (!latestChecked) {
                check(latest, checked);
                requireLatest(latest, checked);
                latestChecked = true;
            }
            return latest;
        });
    }

    /** Behind the last entry of the offset index, no batch may be later than the time index ends with. */
    private void requireLatest(Latest latest, SegmentIndexes checked) throws IOException {
        OffsetEntry last = checked.floorByPosition(size);
        long found = log.using(channel -> {
            long max = NONE;
            BatchCursor cursor =
                    new BatchCursor(channel, last == null ? 0 : last.position(), size, BatchCursor.LOOK_UP_BYTES);
            while (cursor.next() && cursor.position() - (last == null ? 0 : last.position()) < LONG_WALK_BYTES) {
                max = Math.max(max, cursor.maxTimestamp());
            }
            return max;
        });
        if (found > latest.timestampMs()) {
            throw new DamagedIndexException(checked.timeFile().file().path());
        }
    }

    /** A look-up; it gets no index where there is none that can be trusted. */
    private interface LookUp<T> {
        T in(@Nullable SegmentIndexes indexes) throws IOException;
    }

    private <T> T withIndexes(LookUp<T> lookUp) throws IOException {
        SegmentIndexes instead = substitute;
        SegmentIndexes seen = instead != null && !sealed ? instead : indexes;
        try {
            return lookUp.in(seen);
        } catch (DamagedIndexException | NoSuchFileException e) {
            if (!log.using(channel -> true)) {
                throw e;
            }
            LOG.warn("{}; making it anew from the batches", e.getMessage());
            if (sealed) {
                rebuildIndexes(seen);
                return lookUp.in(indexes);
            }
            SegmentIndexes made = fromBatches();
            substitute = made;
            return lookUp.in(made);
        }
    }

    private synchronized void rebuildIndexes(SegmentIndexes damaged) throws IOException {
        if (indexes != damaged) {
            return;
        }
        Disk disk = files.disk();
        SegmentIndexes fresh = fromBatches();
        fresh.noteTime();
        damaged.offsetFile().file().retire();
        damaged.timeFile().file().retire();
        disk.delete(fresh.offsetFile().file().path());
        disk.delete(fresh.timeFile().file().path());
        fresh.writeTails(disk);
        fresh.force(disk);
        rebuilt = true;
        substitute = null;
        indexes = fresh;
    }

    private SegmentIndexes fromBatches() throws IOException {
        SegmentIndexes fresh = new SegmentIndexes(files, directory, baseOffset);
        fresh.begin();
        return log.using(channel -> {
            BatchCursor cursor = new BatchCursor(channel, 0, size, BatchCursor.SCAN_BYTES);
            while (cursor.next()) {
                note(fresh, cursor);
            }
            return fresh;
        });
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
