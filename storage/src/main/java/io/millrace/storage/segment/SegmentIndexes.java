package io.millrace.storage.segment;

import io.millrace.storage.disk.Disk;
import io.millrace.storage.disk.OpenFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Both indexes of a segment, in Kafka's formats. At least {@code indexIntervalBytes} of batches lie between two entries.
 *
 * <pre>
 * .index      0 4  last offset of a batch, relative to the segment's base offset
 *             4 4  position of that batch in the segment's file
 * .timeindex  0 8  largest timestamp so far, in ms: every record with a larger one lies behind the offset
 *             8 4  last offset of the first batch that has it, relative
 * </pre>
 *
 * One thread adds; any may look up.
 */
final class SegmentIndexes {
    static final int OFFSET_ENTRY = 8;
    static final int TIME_ENTRY = 12;
    static final long NO_TIMESTAMP = -1;
    static final long NOT_INDEXED = -1;

    private static final int TAIL_ENTRIES = 512;
    private static final int POSITION = 4;
    private static final int TIME_OFFSET = 8;
    private static final IndexFile.Key BY_OFFSET = (entries, at) -> entries.getInt(at);
    private static final IndexFile.Key BY_POSITION = (entries, at) -> entries.getInt(at + POSITION);
    private static final IndexFile.Key BY_TIME_OFFSET = (entries, at) -> entries.getInt(at + TIME_OFFSET);
    private static final IndexFile.Key BY_TIME = (entries, at) -> entries.getLong(at);

    private final long baseOffset;
    private final IndexFile offsets;
    private final IndexFile times;
    private long bytesSinceEntry;
    private long lastTimeEntry = NO_TIMESTAMP;
    private long indexedOffset = NOT_INDEXED;

    /** The largest timestamp so far and the last offset of the first batch that has it. */
    record Latest(long timestampMs, long offset) {
        static final Latest NONE = new Latest(NO_TIMESTAMP, -1);
    }

    /** An entry of the offset index. */
    record OffsetEntry(long lastOffset, int position) {}

    private volatile Latest latest = Latest.NONE;

    SegmentIndexes(OpenFiles files, Path directory, long baseOffset) {
        this.baseOffset = baseOffset;
        offsets = new IndexFile(
                files.file(SegmentName.path(directory, baseOffset, SegmentName.OFFSET_INDEX)), OFFSET_ENTRY);
        times = new IndexFile(files.file(SegmentName.path(directory, baseOffset, SegmentName.TIME_INDEX)), TIME_ENTRY);
    }

    /** Begins with nothing. */
    void begin() {
        offsets.startAt(0);
        times.startAt(0);
    }

    /**
     * Goes on from what is certainly in the files: entries up to an offset, and to batches before a position. Returns the last of
     * them, null if there is none.
     */
    @Nullable
    OffsetEntry resume(Disk disk, long indexedOffset, int beforePosition) throws IOException {
        int kept = 0;
        if (disk.exists(offsets.file().path()) && disk.exists(times.file().path())) {
            offsets.takeWholeEntries();
            times.takeWholeEntries();
            kept = 1
                    + Math.min(
                            offsets.floorIndex(indexedOffset - baseOffset, BY_OFFSET),
                            offsets.floorIndex(beforePosition - 1L, BY_POSITION));
        }
        OffsetEntry last = kept == 0 ? null : offset(offsets.entry(kept - 1));
        int keptTimes = last == null ? 0 : 1 + times.floorIndex(last.lastOffset() - baseOffset, BY_TIME_OFFSET);
        cutTo(disk, kept, keptTimes);
        return last;
    }

    /** Keeps so many entries. */
    void cutTo(Disk disk, int offsetEntries, int timeEntries) throws IOException {
        latest = timeEntries == 0 ? Latest.NONE : time(times.entry(timeEntries - 1));
        lastTimeEntry = latest.timestampMs();
        indexedOffset = offsetEntries == 0
                ? NOT_INDEXED
                : baseOffset + offsets.entry(offsetEntries - 1).getInt(0);
        offsets.cutTo(disk, offsetEntries);
        times.cutTo(disk, timeEntries);
    }

    /** What has been noted so far. */
    record Mark(int offsetEntries, int timeEntries, long bytesSinceEntry, long lastTimeEntry, Latest latest) {}

    Mark mark() throws IOException {
        return new Mark(offsets.entries(), times.entries(), bytesSinceEntry, lastTimeEntry, latest);
    }

    /** Forgets what was noted since, none of which is in the files. */
    void backTo(Mark mark) {
        offsets.forgetFrom(mark.offsetEntries());
        times.forgetFrom(mark.timeEntries());
        bytesSinceEntry = mark.bytesSinceEntry();
        lastTimeEntry = mark.lastTimeEntry();
        latest = mark.latest();
    }

    /** Takes note of a batch that goes in behind the others. */
    void note(int position, int sizeInBytes, long lastOffset, long maxTimestampMs, int indexIntervalBytes)
            throws IOException {
        if (maxTimestampMs > latest.timestampMs()) {
            latest = new Latest(maxTimestampMs, lastOffset);
        }
        if (bytesSinceEntry > indexIntervalBytes) {
            offsets.next().putInt(relative(lastOffset)).putInt(position);
            offsets.added();
            noteTime();
            bytesSinceEntry = 0;
        }
        bytesSinceEntry += sizeInBytes;
    }

    /** Adds what the time index must end with when its segment is finished, or its file to be complete. */
    void noteTime() throws IOException {
        Latest now = latest;
        if (now.timestampMs() > lastTimeEntry) {
            times.next().putLong(now.timestampMs()).putInt(relative(now.offset()));
            times.added();
            lastTimeEntry = now.timestampMs();
        }
    }

    /** Whether so many entries are in memory only that they should be written. */
    boolean hasLongTail() {
        return offsets.inMemory() >= TAIL_ENTRIES;
    }

    void writeTails(Disk disk) throws IOException {
        times.writeTail(disk);
        offsets.writeTail(disk);
        int entries = offsets.entries();
        indexedOffset = entries == 0
                ? NOT_INDEXED
                : baseOffset + offsets.entry(entries - 1).getInt(0);
    }

    /** Puts the contents of both files on disk. */
    void force(Disk disk) throws IOException {
        times.force(disk);
        offsets.force(disk);
    }

    /** Up to here both files have all entries, forced or not; {@link #NOT_INDEXED} if they have none. The adding thread's. */
    long indexedOffset() {
        return indexedOffset;
    }

    /** Whether one more entry might not fit into an index of this many bytes. */
    boolean isFull(int maxIndexBytes) throws IOException {
        return offsets.entries() >= maxIndexBytes / OFFSET_ENTRY || times.entries() >= maxIndexBytes / TIME_ENTRY - 1;
    }

    /** The last entry at or before an offset. */
    @Nullable
    OffsetEntry floorByOffset(long offset) throws IOException {
        return offset(offsets.floor(offset - baseOffset, BY_OFFSET));
    }

    /** The last entry at or before a position. */
    @Nullable
    OffsetEntry floorByPosition(long position) throws IOException {
        return offset(offsets.floor(position, BY_POSITION));
    }

    /** The last entry of the time index that is not later. */
    Latest floorByTime(long timestampMs) throws IOException {
        ByteBuffer entry = times.floor(timestampMs, BY_TIME);
        return entry == null ? Latest.NONE : time(entry);
    }

    /** The largest timestamp noted; of a finished segment, what its time index ends with. */
    Latest latest() throws IOException {
        if (latest.timestampMs() == NO_TIMESTAMP && times.entries() > 0) {
            latest = time(times.entry(times.entries() - 1));
        }
        return latest;
    }

    boolean isEmpty() throws IOException {
        return times.entries() == 0;
    }

    private @Nullable OffsetEntry offset(@Nullable ByteBuffer entry) {
        return entry == null ? null : new OffsetEntry(baseOffset + entry.getInt(0), entry.getInt(POSITION));
    }

    private Latest time(ByteBuffer entry) {
        return new Latest(entry.getLong(0), baseOffset + entry.getInt(TIME_OFFSET));
    }

    private int relative(long offset) {
        return Math.toIntExact(offset - baseOffset);
    }

    IndexFile offsetFile() {
        return offsets;
    }

    IndexFile timeFile() {
        return times;
    }
}
