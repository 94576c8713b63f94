package io.millrace.broker.network;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes of one connection into frames, copying as little as it can: it hands out the buffer that the socket is read
 * into next. Small frames are slices of a chunk that many of them share; a frame that does not fit into what is left of the
 * chunk gets a buffer of its own, which the socket then fills directly and exactly to its end.
 *
 * <p>A frame is {@code size (4 bytes) bytes...}; frames are given out without the size. Owned by the event loop.
 */
final class FrameReader {
    /** What one read from the socket may bring. */
    static final int CHUNK_BYTES = 64 << 10;
    /** No read is tried into less. */
    private static final int ROOM_MIN = 4 << 10;
    /** Up to here a frame's buffer is allocated whole; above, it doubles with what really arrives. */
    static final int TRUSTED_BYTES = 2 << 20;
    /** A rest of up to this size does not keep a chunk. */
    private static final int REST_MAX = 1 << 10;

    private static final int SIZE_FIELD = 4;

    private final int frameBytesMax;
    private @Nullable ByteBuf chunk;
    private @Nullable ByteBuf large;
    private int largeBytes;
    private boolean released;

    FrameReader(int frameBytesMax) {
        this.frameBytesMax = frameBytesMax;
    }

    /** Where the next read goes, retained for the reader; give it back through {@link #received}. */
    ByteBuf target(ByteBufAllocator allocator) {
        if (released) {
            return allocator.directBuffer(ROOM_MIN);
        }
        if (large != null) {
            makeRoom(large);
            return large.retain();
        }
        if (chunk == null) {
            chunk = allocator.directBuffer(CHUNK_BYTES, CHUNK_BYTES);
        } else if (chunk.writableBytes() < ROOM_MIN && chunk.readableBytes() < SIZE_FIELD) {
            // Else the rest of the frame that has begun fits into it.
            ByteBuf full = chunk;
            chunk = allocator.directBuffer(CHUNK_BYTES, CHUNK_BYTES).writeBytes(full);
            full.release();
        }
        return chunk.retain();
    }

    private void makeRoom(ByteBuf frame) {
        if (!frame.isWritable()) {
            frame.capacity((int) Math.min(largeBytes, frame.capacity() * 2L));
        }
    }

    /** What was read into a {@link #target} is there. */
    void received(ByteBuf target) {
        target.release();
    }

    /** In the middle of a frame that has its own buffer. */
    boolean underWay() {
        return large != null;
    }

    /**
     * Size of the next frame, which may not be complete; -1 if not even its size is there.
     *
     * @throws InvalidRequestException for an impossible size
     */
    int nextSize() {
        if (large != null) {
            return largeBytes;
        }
        if (chunk == null || chunk.readableBytes() < SIZE_FIELD) {
            return -1;
        }
        int size = chunk.getInt(chunk.readerIndex());
        if (size < 0 || size > frameBytesMax) {
            throw new InvalidRequestException("a frame of " + size + " bytes; allowed are 0 to " + frameBytesMax);
        }
        return size;
    }

    /**
     * The next frame, without its size, if it is whole; else null, and if need be a buffer for it is there to read into.
     *
     * @param size what {@link #nextSize} gave
     */
    @Nullable
    ByteBuf next(int size, ByteBufAllocator allocator) {
        if (large != null) {
            return large.writerIndex() < largeBytes ? null : takeLarge(large);
        }
        ByteBuf from = chunk;
        if (from == null) {
            return null;
        }
        if (from.readableBytes() - SIZE_FIELD >= size) {
            from.skipBytes(SIZE_FIELD);
            return from.readRetainedSlice(size);
        }
        if (from.writableBytes() < SIZE_FIELD + size - from.readableBytes()) {
            beginLarge(from, size, allocator);
        }
        return null;
    }

    private ByteBuf takeLarge(ByteBuf frame) {
        large = null;
        return frame;
    }

    private void beginLarge(ByteBuf from, int size, ByteBufAllocator allocator) {
        from.skipBytes(SIZE_FIELD);
        int capacity = Math.min(size, Math.max(TRUSTED_BYTES, from.readableBytes()));
        large = allocator.directBuffer(capacity, size).writeBytes(from);
        largeBytes = size;
        from.release();
        chunk = null;
    }

    /** Nothing more to read for now: lets go of a chunk that holds nothing, or next to nothing. */
    void idle(ByteBufAllocator allocator) {
        ByteBuf held = chunk;
        if (held == null || held.readableBytes() > REST_MAX) {
            return;
        }
        chunk = null;
        if (held.isReadable()) {
            int frame = held.readableBytes() < SIZE_FIELD ? 0 : held.getInt(held.readerIndex());
            int room = Math.min(CHUNK_BYTES, SIZE_FIELD + Math.max(frame, REST_MAX));
            chunk = allocator.directBuffer(room, room).writeBytes(held);
        }
        held.release();
    }

    /** Whatever is still read is thrown away. */
    void release() {
        released = true;
        if (chunk != null) {
            chunk.release();
            chunk = null;
        }
        if (large != null) {
            large.release();
            large = null;
        }
    }
}
