package io.millrace.storage.segment;

import io.millrace.storage.disk.Disk;
import io.millrace.storage.disk.Reads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Walks over the fixed-width entries of an index file as they lie in it, a block at a time; nothing is looked for. For one thread. */
public final class EntryCursor implements AutoCloseable {
    public static final int OFFSET_ENTRY = SegmentIndexes.OFFSET_ENTRY;
    public static final int TIME_ENTRY = SegmentIndexes.TIME_ENTRY;

    /** Version, producer id, first and last offset, last stable offset (KIP-98). */
    public static final int TRANSACTION_ENTRY = 34;

    private static final int BLOCK_ENTRIES = 512;

    private final @Nullable FileChannel channel;
    private final int entrySize;
    private final long size;
    private ByteBuffer block = ByteBuffer.allocate(0);
    private long blockStart;
    private long position;

    private EntryCursor(@Nullable FileChannel channel, int entrySize, long size) {
        this.channel = channel;
        this.entrySize = entrySize;
        this.size = size;
        this.position = -entrySize;
    }

    /** A file's entries as they are now; none if there is no file. */
    public static EntryCursor open(Disk disk, Path file, int entrySize) throws IOException {
        if (!disk.exists(file)) {
            return new EntryCursor(null, entrySize, 0);
        }
        FileChannel channel = disk.openToRead(file);
        return new EntryCursor(channel, entrySize, channel.size());
    }

    /** Bytes of the file that are no whole entry. */
    public long remainder() {
        return size % entrySize;
    }

    /** Goes to the next entry (the first one, when called first). */
    public boolean next() throws IOException {
        position += entrySize;
        if (channel == null || position + entrySize > size) {
            return false;
        }
        if (position + entrySize > blockStart + block.limit()) {
            block = ByteBuffer.allocate((int) Math.min((long) BLOCK_ENTRIES * entrySize, size - position));
            blockStart = position;
            return Reads.fully(channel, block, blockStart);
        }
        return true;
    }

    /** Where in the file the entry lies. */
    public long position() {
        return position;
    }

    public int intAt(int field) {
        return block.getInt((int) (position - blockStart) + field);
    }

    public long longAt(int field) {
        return block.getLong((int) (position - blockStart) + field);
    }

    public short shortAt(int field) {
        return block.getShort((int) (position - blockStart) + field);
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
