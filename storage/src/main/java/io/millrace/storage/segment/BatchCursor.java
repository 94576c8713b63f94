package io.millrace.storage.segment;

import io.millrace.protocol.RecordBatchFormat;
import io.millrace.storage.disk.Reads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Walks over the batches of a segment's file, from one batch boundary on. It stops at the limit, or before the first thing that
 * is not a whole batch of format v2 with a sane header, at an offset behind the batch before. For one thread.
 */
public final class BatchCursor {
    /** Enough for a few headers where batches are small: what a look-up wants. */
    public static final int LOOK_UP_BYTES = 4096;

    /** For walks over much of a file. */
    public static final int SCAN_BYTES = 128 * 1024;

    private final FileChannel channel;
    private final int limit;
    private ByteBuffer chunk;
    private int chunkStart;
    private int position;
    private int size;
    private long nextOffset;

    public BatchCursor(FileChannel channel, int from, int limit, int chunkBytes) {
        this.channel = channel;
        this.limit = limit;
        this.chunk = ByteBuffer.allocate(
                        Math.max(RecordBatchFormat.HEADER_SIZE, Math.min(chunkBytes, Math.max(0, limit - from))))
                .limit(0);
        this.chunkStart = from;
        this.position = from;
    }

    /** Goes to the next batch (the first one, when called first). */
    public boolean next() throws IOException {
        position += size;
        size = 0;
        if (limit - position < RecordBatchFormat.HEADER_SIZE || !load(RecordBatchFormat.HEADER_SIZE)) {
            return false;
        }
        int bytes = RecordBatchFormat.sizeInBytes(chunk, at());
        if (!isSane(bytes)) {
            return false;
        }
        size = bytes;
        nextOffset = lastOffset() + 1;
        return true;
    }

    /**
     * Whether a walk that has ended did so where it should: at its limit. Else there is something that is no batch where only whole
     * batches should be.
     */
    public boolean isAtLimit() {
        return endPosition() >= limit;
    }

    private boolean isSane(int bytes) {
        return RecordBatchFormat.magic(chunk, at()) == RecordBatchFormat.MAGIC_V2
                && bytes >= RecordBatchFormat.HEADER_SIZE
                && bytes <= limit - position
                && RecordBatchFormat.baseOffset(chunk, at()) >= nextOffset
                && RecordBatchFormat.lastOffsetDelta(chunk, at()) >= 0;
    }

    /** Makes the next {@code bytes} from the position on available in the chunk. */
    private boolean load(int bytes) throws IOException {
        if (position >= chunkStart && position + bytes <= chunkStart + chunk.limit()) {
            return true;
        }
        if (chunk.capacity() < bytes) {
            chunk = ByteBuffer.allocate(bytes);
        }
        chunk.clear().limit(Math.min(chunk.capacity(), limit - position));
        chunkStart = position;
        Reads.fully(channel, chunk, chunkStart);
        chunk.flip();
        return chunk.limit() >= bytes;
    }

    private int at() {
        return position - chunkStart;
    }

    /** Where the current batch begins; after the last, where the walk ended. */
    public int position() {
        return position;
    }

    public int sizeInBytes() {
        return size;
    }

    public int endPosition() {
        return position + size;
    }

    public long baseOffset() {
        return RecordBatchFormat.baseOffset(chunk, at());
    }

    public long lastOffset() {
        return RecordBatchFormat.lastOffset(chunk, at());
    }

    public long maxTimestamp() {
        return RecordBatchFormat.maxTimestamp(chunk, at());
    }

    public int leaderEpoch() {
        return RecordBatchFormat.leaderEpoch(chunk, at());
    }

    /** A buffer that holds the current header; see {@link #headerAt}. Valid until the next call of any method that reads. */
    public ByteBuffer header() {
        return chunk;
    }

    /** Where in {@link #header} the current batch begins. */
    public int headerAt() {
        return at();
    }

    /** The whole current batch, valid until the cursor moves. */
    public ByteBuffer batch() throws IOException {
        if (!load(size)) {
            throw new IOException("the file ends within the batch at " + position);
        }
        return chunk.slice(at(), size);
    }

    /** Whether the current batch is what its checksum says. */
    public boolean isIntact() throws IOException {
        ByteBuffer batch = batch();
        return RecordBatchFormat.computeCrc(batch, 0) == RecordBatchFormat.crc(batch, 0);
    }
}
