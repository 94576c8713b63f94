package io.millrace.storage.segment;

import io.millrace.protocol.RecordBatchFormat;
import io.millrace.storage.disk.Disk;
import io.millrace.storage.disk.DiskFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * The end of a segment where batches go in. The appender thread alone writes; {@link #force} and {@link #close} are the
 * flusher's, which closes the file when the segment is finished and on disk.
 */
public final class SegmentWriter {
    private static final long UNKNOWN = -1;

    private final Disk disk;
    private final Segment segment;
    private final long createdMs;
    private volatile @Nullable FileChannel channel;
    private int position;
    private long firstTimestampMs = UNKNOWN;
    private volatile boolean dirty;
    private SegmentIndexes.@Nullable Mark written;

    private SegmentWriter(Disk disk, Segment segment, long createdMs) {
        this.disk = disk;
        this.segment = segment;
        this.createdMs = createdMs;
        this.position = segment.sizeInBytes();
    }

    /** Begins a new segment: its file is there at once, since its name holds the log's end. */
    public static SegmentWriter create(Disk disk, Segment segment, long nowMs) throws IOException {
        SegmentWriter writer = new SegmentWriter(disk, segment, nowMs);
        segment.indexes().begin();
        segment.checkedFrom(0);
        writer.open();
        writer.dirty = true;
        return writer;
    }

    /** Goes on at the end of a recovered segment. Its file is opened when something is written. */
    public static SegmentWriter resume(Disk disk, Segment segment, long createdMs) {
        return new SegmentWriter(disk, segment, createdMs);
    }

    public Segment segment() {
        return segment;
    }

    /** Bytes of the segment with all that has been noted, written or not. */
    public int position() {
        return position;
    }

    public boolean isEmpty() {
        return position == 0;
    }

    /** Whether an offset can be told relative to the segment's first. */
    public boolean canHold(long offset) {
        return offset - segment.baseOffset() <= Integer.MAX_VALUE;
    }

    public boolean isIndexFull(int maxIndexBytes) throws IOException {
        return segment.indexes().isFull(maxIndexBytes);
    }

    /** How long the segment has been filling, in ms: in record time if its first batch has one, else since it was made. */
    public long ageMs(long nowMs, long timestampMs) throws IOException {
        if (firstTimestampMs == UNKNOWN && position > 0) {
            firstTimestampMs = readFirstTimestamp();
        }
        return firstTimestampMs >= 0 ? timestampMs - firstTimestampMs : nowMs - createdMs;
    }

    private long readFirstTimestamp() throws IOException {
        if (segment.sizeInBytes() == 0) {
            return UNKNOWN;
        }
        return segment.log().using(file -> {
            BatchCursor cursor = new BatchCursor(file, 0, segment.sizeInBytes(), 0);
            return cursor.next() ? cursor.maxTimestamp() : UNKNOWN;
        });
    }

    /** Takes note of a batch that the next {@link #write} will put behind all before. */
    public void note(ByteBuffer batches, int at) throws IOException {
        if (written == null) {
            written = segment.indexes().mark();
        }
        int bytes = RecordBatchFormat.sizeInBytes(batches, at);
        long timestamp = RecordBatchFormat.maxTimestamp(batches, at);
        if (position == 0) {
            firstTimestampMs = timestamp;
        }
        segment.indexes()
                .note(
                        position,
                        bytes,
                        RecordBatchFormat.lastOffset(batches, at),
                        timestamp,
                        segment.indexIntervalBytes());
        position += bytes;
    }

    /** Writes noted batches; they can be read when this returns. */
    public void write(ByteBuffer[] buffers, int count) throws IOException {
        FileChannel file = channel;
        if (file == null) {
            file = open();
        }
        if (count == 1) {
            writeAll(file, buffers[0]);
        } else {
            writeAll(file, buffers, count);
        }
        dirty = true;
        written = null;
        segment.grewTo(position);
        writeLongIndexTails();
    }

    /**
     * A write has failed for lack of space: cuts what came of it, durably, since nobody expects to find it again; and forgets what was
     * noted for it.
     */
    public void undoWrite() throws IOException {
        FileChannel file = channel;
        if (file != null) {
            file.truncate(segment.sizeInBytes());
            file.force(true);
            file.position(segment.sizeInBytes());
        }
        position = segment.sizeInBytes();
        if (position == 0) {
            firstTimestampMs = UNKNOWN;
        }
        if (written != null) {
            segment.indexes().backTo(written);
            written = null;
        }
    }

    private static void writeAll(FileChannel file, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            file.write(buffer);
        }
    }

    private static void writeAll(FileChannel file, ByteBuffer[] buffers, int count) throws IOException {
        int first = 0;
        while (first < count) {
            file.write(buffers, first, count - first);
            while (first < count && !buffers[first].hasRemaining()) {
                first++;
            }
        }
    }

    private FileChannel open() throws IOException {
        FileChannel opened =
                disk.openToWrite(SegmentName.path(segment.directory(), segment.baseOffset(), SegmentName.LOG));
        opened.position(segment.sizeInBytes());
        channel = opened;
        return opened;
    }

    /**
     * Writes index entries that are in memory only, if there are so many that finding them again would take a while. Without space
     * they stay in memory.
     */
    public void writeLongIndexTails() throws IOException {
        if (segment.indexes().hasLongTail()) {
            try {
                segment.indexes().writeTails(disk);
            } catch (IOException e) {
                if (!DiskFault.isSpace(e)) {
                    throw e;
                }
            }
        }
    }

    /** Up to here the index files are complete, but perhaps not on disk; -1 if they are empty. */
    public long indexedOffset() {
        return segment.indexes().indexedOffset();
    }

    /** Nothing more will be written. */
    public void seal() throws IOException {
        segment.indexes().noteTime();
        segment.indexes().writeTails(disk);
        segment.seal();
    }

    /** Whether something was written since the last {@link #force}. */
    public boolean isDirty() {
        return dirty;
    }

    /** Puts all that was written before the call on disk. */
    public void force() throws IOException {
        FileChannel file = channel;
        if (dirty && file != null) {
            dirty = false;
            file.force(false);
        }
    }

    /** Puts what the index files contain on disk; their names are the caller's matter. */
    public void forceIndexes() throws IOException {
        segment.indexes().force(disk);
    }

    public void close() throws IOException {
        FileChannel file = channel;
        if (file != null) {
            file.close();
        }
    }
}
