package io.millrace.storage.segment;

import io.millrace.storage.disk.Disk;
import io.millrace.storage.segment.SegmentIndexes.Latest;
import io.millrace.storage.segment.SegmentIndexes.OffsetEntry;
import java.io.IOException;
import java.nio.channels.FileChannel;
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
    private final Trusted trusted;
    private final int fileSize;
    private long nextOffset;

    private SegmentRecovery(Disk disk, Segment segment, Trusted trusted) {
        this.disk = disk;
        this.segment = segment;
        this.trusted = trusted;
        this.fileSize = segment.sizeInBytes();
        this.nextOffset = segment.baseOffset();
    }

    /**
     * What was on disk for certain.
     *
     * @param bytes recovery point: all before it
     * @param nextOffset the offset behind that
     * @param indexedOffset up to here the index files were on disk; -1 if not at all
     */
    public record Trusted(int bytes, long nextOffset, long indexedOffset) {
        public static final Trusted NOTHING = new Trusted(0, -1, -1);
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
     */
    public static Recovered recover(Disk disk, Segment segment, Trusted trusted, Observer observer) throws IOException {
        return new SegmentRecovery(disk, segment, trusted).recover(observer);
    }

    private Recovered recover(Observer observer) throws IOException {
        int from = resumeIndexes();
        int end = walk(from, observer);
        if (end < trusted.bytes()) {
            LOG.error(
                    "{}: there is no batch at position {}, where one was on disk; what lies behind it is kept",
                    segment.log().path(),
                    end);
            nextOffset = trusted.nextOffset();
            end = walk(trusted.bytes(), observer);
            segment.checkedFrom(trusted.bytes());
        } else {
            segment.checkedFrom(from);
        }
        if (end < fileSize) {
            LOG.warn(
                    "{}: cut from {} to {} bytes, behind offset {}",
                    segment.log().path(),
                    fileSize,
                    end,
                    nextOffset);
        }
        if (fileSize > trusted.bytes()) {
            cutAndForce(end);
        }
        segment.grewTo(end);
        return new Recovered(nextOffset, fileSize - end);
    }

    private int walk(int from, Observer observer) throws IOException {
        return segment.log().using(channel -> walk(channel, from, observer));
    }

    private int walk(FileChannel channel, int from, Observer observer) throws IOException {
        BatchCursor cursor = new BatchCursor(channel, from, fileSize, chunkBytes(from));
        while (cursor.next() && isGood(cursor)) {
            nextOffset = cursor.lastOffset() + 1;
            segment.indexes()
                    .note(
                            cursor.position(),
                            cursor.sizeInBytes(),
                            cursor.lastOffset(),
                            cursor.maxTimestamp(),
                            segment.indexIntervalBytes());
            if (cursor.position() >= trusted.bytes()) {
                observer.batch(cursor);
            }
        }
        return cursor.position();
    }

    private int chunkBytes(int from) {
        return fileSize - from > BatchCursor.SCAN_BYTES ? BatchCursor.SCAN_BYTES : BatchCursor.LOOK_UP_BYTES;
    }

    private boolean isGood(BatchCursor cursor) throws IOException {
        return cursor.baseOffset() >= nextOffset
                && cursor.lastOffset() - segment.baseOffset() <= Integer.MAX_VALUE
                && (cursor.position() < trusted.bytes() || cursor.isIntact());
    }

    private void cutAndForce(int end) throws IOException {
        try (FileChannel channel = disk.openToWrite(segment.log().path())) {
            channel.truncate(end);
            channel.force(true);
        }
    }

    /** Keeps of the indexes what can be trusted. Returns where to start walking. */
    private int resumeIndexes() throws IOException {
        OffsetEntry last = segment.indexes().resume(disk, trusted.indexedOffset(), Math.min(trusted.bytes(), fileSize));
        if (last == null) {
            return 0;
        }
        Latest latest = segment.indexes().latest();
        boolean leadsToBatch = segment.log().using(channel -> {
            BatchCursor cursor = new BatchCursor(channel, last.position(), fileSize, 0);
            return cursor.next()
                    && cursor.lastOffset() == last.lastOffset()
                    && cursor.maxTimestamp() <= latest.timestampMs();
        });
        leadsToBatch &= segment.fits(latest);
        if (!leadsToBatch) {
            LOG.warn("{}: its index is damaged, and is made anew", segment.log().path());
            segment.indexes().cutTo(disk, 0, 0);
        }
        return leadsToBatch ? last.position() : 0;
    }
}
