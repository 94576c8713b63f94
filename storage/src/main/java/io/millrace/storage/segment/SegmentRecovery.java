package io.millrace.storage.segment;

import io.millrace.storage.disk.Disk;
import io.millrace.storage.disk.Reads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a segment that may have been written to when the broker stopped into a state in which it can be written to again:
 * batches behind the recovery point are checked and the file is cut before the first bad one; what of the indexes cannot be
 * trusted is dropped, and what is missing in them is added.
 */
public final class SegmentRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentRecovery.class);

    private final Disk disk;
    private final Segment segment;
    private final int fileSize;
    private long nextOffset;

    private SegmentRecovery(Disk disk, Segment segment) {
        this.disk = disk;
        this.segment = segment;
        this.fileSize = segment.sizeInBytes();
        this.nextOffset = segment.baseOffset();
    }

    /**
     * What was found.
     *
     * @param nextOffset the offset behind the last good batch
     * @param bytesCut how much of the file's end was bad and is gone
     */
    public record Recovered(long nextOffset, int bytesCut) {}

    /** Is shown each batch behind the recovery point, in order. */
    public interface Observer {
        void batch(BatchCursor batch) throws IOException;
    }

    /**
     * Recovers a segment.
     *
     * @param segment not sealed, and as large as its file
     * @param trustedBytes recovery point: what lies before it was on disk
     * @param stoppedCleanly whether the indexes can be taken as they are
     */
    public static Recovered recover(
            Disk disk, Segment segment, int trustedBytes, boolean stoppedCleanly, Observer observer)
            throws IOException {
        return new SegmentRecovery(disk, segment).recover(trustedBytes, stoppedCleanly, observer);
    }

    private Recovered recover(int trustedBytes, boolean stoppedCleanly, Observer observer) throws IOException {
        int from = trimIndexes(trustedBytes, stoppedCleanly);
        int end = segment.log().using(channel -> walk(channel, from, trustedBytes, observer));
        if (end < fileSize) {
            LOG.warn(
                    "{}: cut from {} to {} bytes, behind offset {}",
                    segment.log().path(),
                    fileSize,
                    end,
                    nextOffset);
        }
        if (fileSize > trustedBytes) {
            cutAndForce(end);
        }
        segment.grewTo(end);
        return new Recovered(nextOffset, fileSize - end);
    }

    private int walk(FileChannel channel, int from, int trustedBytes, Observer observer) throws IOException {
        BatchCursor cursor = new BatchCursor(channel, from, fileSize, chunkBytes(from));
        while (cursor.next() && isGood(cursor, trustedBytes)) {
            nextOffset = cursor.lastOffset() + 1;
            segment.indexes()
                    .note(
                            cursor.position(),
                            cursor.sizeInBytes(),
                            cursor.lastOffset(),
                            cursor.maxTimestamp(),
                            segment.indexIntervalBytes());
            if (cursor.position() >= trustedBytes) {
                observer.batch(cursor);
            }
        }
        return cursor.position();
    }

    private int chunkBytes(int from) {
        return fileSize - from > BatchCursor.SCAN_BYTES ? BatchCursor.SCAN_BYTES : BatchCursor.LOOK_UP_BYTES;
    }

    private boolean isGood(BatchCursor cursor, int trustedBytes) throws IOException {
        return cursor.baseOffset() >= nextOffset
                && cursor.lastOffset() - segment.baseOffset() <= Integer.MAX_VALUE
                && (cursor.position() < trustedBytes || cursor.isIntact());
    }

    private void cutAndForce(int end) throws IOException {
        try (FileChannel channel = disk.openToWrite(segment.log().path())) {
            channel.truncate(end);
            channel.force(true);
        }
    }

    /** Keeps of the indexes what can be trusted. Returns where to start walking. */
    private int trimIndexes(int trustedBytes, boolean stoppedCleanly) throws IOException {
        ByteBuffer offsets = contents(segment.indexes().offsetFile(), SegmentIndexes.OFFSET_ENTRY);
        int offsetEntries = goodOffsetEntries(offsets, Math.min(trustedBytes, fileSize), stoppedCleanly);
        int last = (offsetEntries - 1) * SegmentIndexes.OFFSET_ENTRY;
        int from = offsetEntries == 0 ? 0 : offsets.getInt(last + 4);
        if (offsetEntries > 0 && !leadsToBatch(offsets.getInt(last), from)) {
            offsetEntries = 0;
            from = 0;
        }
        ByteBuffer times = contents(segment.indexes().timeFile(), SegmentIndexes.TIME_ENTRY);
        int timeEntries = offsetEntries == 0 ? 0 : goodTimeEntries(times, offsets.getInt(last));
        cut(segment.indexes().offsetFile(), offsets.limit(), offsetEntries * SegmentIndexes.OFFSET_ENTRY);
        cut(segment.indexes().timeFile(), times.limit(), timeEntries * SegmentIndexes.TIME_ENTRY);
        segment.indexes().resume(offsetEntries, timeEntries);
        return from;
    }

    private boolean leadsToBatch(int relativeOffset, int position) throws IOException {
        return segment.log().using(channel -> {
            BatchCursor cursor = new BatchCursor(channel, position, fileSize, 0);
            return cursor.next() && cursor.lastOffset() == segment.baseOffset() + relativeOffset;
        });
    }

    private static int goodOffsetEntries(ByteBuffer entries, int trustedBytes, boolean stoppedCleanly) {
        int good = 0;
        int offset = -1;
        int position = 0;
        int count = entries.limit() / SegmentIndexes.OFFSET_ENTRY;
        if (stoppedCleanly && count > 0 && entries.getInt(entries.limit() - 4) < trustedBytes) {
            return count;
        }
        while (good < count) {
            int at = good * SegmentIndexes.OFFSET_ENTRY;
            if (entries.getInt(at) <= offset
                    || entries.getInt(at + 4) <= position
                    || entries.getInt(at + 4) >= trustedBytes) {
                break;
            }
            offset = entries.getInt(at);
            position = entries.getInt(at + 4);
            good++;
        }
        return good;
    }

    private static int goodTimeEntries(ByteBuffer entries, int lastOffset) {
        int good = 0;
        long timestamp = SegmentIndexes.NO_TIMESTAMP;
        int offset = -1;
        while (good < entries.limit() / SegmentIndexes.TIME_ENTRY) {
            int at = good * SegmentIndexes.TIME_ENTRY;
            int entryOffset = entries.getInt(at + 8);
            if (entries.getLong(at) <= timestamp || entryOffset < offset || entryOffset > lastOffset) {
                break;
            }
            timestamp = entries.getLong(at);
            offset = entryOffset;
            good++;
        }
        return good;
    }

    private ByteBuffer contents(IndexFile index, int entrySize) throws IOException {
        Path path = index.file().path();
        if (!disk.exists(path)) {
            return ByteBuffer.allocate(0);
        }
        return index.file().using(channel -> {
            int whole = Math.toIntExact(channel.size() / entrySize * entrySize);
            ByteBuffer bytes = ByteBuffer.allocate(whole);
            Reads.fully(channel, bytes, 0);
            return bytes.flip();
        });
    }

    private void cut(IndexFile index, int from, int to) throws IOException {
        if (to < from) {
            try (FileChannel channel = disk.openToWrite(index.file().path())) {
                channel.truncate(to);
            }
        }
    }
}
