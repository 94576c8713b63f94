package io.millrace.storage.segment;

import io.millrace.protocol.RecordBatchFormat;
import io.millrace.storage.disk.Disk;
import io.millrace.storage.disk.OpenFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * A segment that compaction writes, with its indexes, beside those whose place it is to take. For one thread.
 */
public final class CleanedSegment {
    /** The files it consists of. */
    public static final List<String> SUFFIXES =
            List.of(SegmentName.LOG, SegmentName.OFFSET_INDEX, SegmentName.TIME_INDEX);

    private static final int BUFFER_BYTES = 256 * 1024;

    private final OpenFiles files;
    private final Disk disk;
    private final Path directory;
    private final long baseOffset;
    private final int indexIntervalBytes;
    private final SegmentIndexes indexes;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    private int size;

    /** Begins one; what an earlier attempt has left is overwritten. */
    public CleanedSegment(OpenFiles files, Path directory, long baseOffset, int indexIntervalBytes) throws IOException {
        this.files = files;
        this.disk = files.disk();
        this.directory = directory;
        this.baseOffset = baseOffset;
        this.indexIntervalBytes = indexIntervalBytes;
        this.indexes = new SegmentIndexes(files, directory, baseOffset, SegmentName.CLEANED);
        this.channel = disk.openToWrite(file(directory, baseOffset, SegmentName.LOG));
        channel.truncate(0);
        indexes.begin();
        indexes.createFiles(disk);
    }

    /** Where one of its files is until it takes its place. */
    public static Path file(Path directory, long baseOffset, String suffix) {
        return SegmentName.path(directory, baseOffset, suffix + SegmentName.CLEANED);
    }

    public int sizeInBytes() {
        return size;
    }

    /** Adds a whole batch, from position 0 to its limit. */
    public void append(ByteBuffer batch) throws IOException {
        indexes.note(
                size,
                batch.limit(),
                RecordBatchFormat.lastOffset(batch, 0),
                RecordBatchFormat.recordCount(batch, 0) == 0
                        ? SegmentIndexes.NO_TIMESTAMP
                        : RecordBatchFormat.maxTimestamp(batch, 0),
                indexIntervalBytes);
        size += batch.limit();
        if (buffer.remaining() < batch.limit()) {
            writeBuffered();
        }
        if (batch.limit() > buffer.capacity()) {
            write(batch.duplicate().position(0));
        } else {
            buffer.put(batch.duplicate().position(0));
        }
    }

    private void writeBuffered() throws IOException {
        write(buffer.flip());
        buffer.clear();
    }

    private void write(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Brings it to disk. Its names are durable when {@link Disk#syncDirectory} has been called. */
    public Segment finish() throws IOException {
        writeBuffered();
        channel.force(true);
        channel.close();
        indexes.noteTime();
        indexes.writeTails(disk);
        indexes.force(disk);
        return new Segment(files, directory, indexes, baseOffset, size, indexIntervalBytes);
    }

    /** Removes it, unless it has taken its place. */
    public void discard() throws IOException {
        channel.close();
        discard(disk, directory, baseOffset);
    }

    /** Removes the files of one that has not taken its place. */
    public static void discard(Disk disk, Path directory, long baseOffset) throws IOException {
        for (String suffix : SUFFIXES) {
            disk.delete(file(directory, baseOffset, suffix));
        }
    }
}
