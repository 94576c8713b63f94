package io.millrace.broker.network;

import io.millrace.protocol.ResponseFrame;
import io.millrace.storage.LogSlice;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.Writable;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.utils.internals.ByteUtils;
import org.jspecify.annotations.Nullable;

/**
 * Writes replies to a channel: what is made here goes into buffers, several replies into one; slices of logs go as file ranges,
 * or, if they are small, are read into the buffer, which costs less than a system call of their own. Owned by the event loop.
 */
final class ReplyWriter implements Writable {
    /** Slices up to this size are copied. */
    static final int COPIED_SLICE_MAX = 16 << 10;

    private static final int ROOM_MIN = 256;

    private final Channel channel;
    private @Nullable ByteBuf buffer;

    ReplyWriter(Channel channel) {
        this.channel = channel;
    }

    /**
     * Adds a reply.
     *
     * @throws UncheckedIOException if a slice could not be read: the channel has half a reply then and must be closed
     */
    void write(ResponseFrame frame) {
        room(frame.sizeExcludingZeroCopy());
        frame.writeTo(this);
    }

    /** Passes on what is still here; the caller flushes. */
    void finish() {
        ByteBuf last = buffer;
        if (last != null) {
            buffer = null;
            var _ = channel.write(last, channel.voidPromise());
        }
    }

    /** Drops what was not passed on. */
    void abandon() {
        if (buffer != null) {
            buffer.release();
            buffer = null;
        }
    }

    private ByteBuf room(int bytes) {
        if (buffer == null) {
            buffer = channel.alloc().directBuffer(Math.max(ROOM_MIN, bytes));
        }
        return buffer.ensureWritable(bytes);
    }

    @Override
    public void writeByte(byte value) {
        room(Byte.BYTES).writeByte(value);
    }

    @Override
    public void writeShort(short value) {
        room(Short.BYTES).writeShort(value);
    }

    @Override
    public void writeInt(int value) {
        room(Integer.BYTES).writeInt(value);
    }

    @Override
    public void writeLong(long value) {
        room(Long.BYTES).writeLong(value);
    }

    @Override
    public void writeDouble(double value) {
        room(Double.BYTES).writeDouble(value);
    }

    @Override
    public void writeByteArray(byte[] bytes) {
        room(bytes.length).writeBytes(bytes);
    }

    @Override
    public void writeUnsignedVarint(int value) {
        ByteBuf target = room(ByteUtils.sizeOfUnsignedVarint(value));
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            target.writeByte((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        target.writeByte(rest);
    }

    @Override
    public void writeVarint(int value) {
        writeUnsignedVarint((value << 1) ^ (value >> 31));
    }

    @Override
    public void writeVarlong(long value) {
        ByteBuf target = room(ByteUtils.sizeOfVarlong(value));
        long rest = (value << 1) ^ (value >> 63);
        while ((rest & ~0x7fL) != 0) {
            target.writeByte((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        target.writeByte((int) rest);
    }

    @Override
    public void writeByteBuffer(ByteBuffer bytes) {
        room(bytes.remaining()).writeBytes(bytes.duplicate());
    }

    @Override
    public void writeRecords(BaseRecords records) {
        switch (records) {
            case LogSlice slice -> writeSlice(slice);
            case MemoryRecords memory -> writeByteBuffer(memory.buffer());
            default -> throw new IllegalArgumentException("records of " + records.getClass());
        }
    }

    private void writeSlice(LogSlice slice) {
        if (slice.sizeInBytes() > COPIED_SLICE_MAX) {
            finish();
            var _ = channel.write(new SliceRegion(slice), channel.voidPromise());
        } else if (slice.isEmpty()) {
            slice.release();
        } else {
            copy(slice);
        }
    }

    private void copy(LogSlice slice) {
        int size = slice.sizeInBytes();
        ByteBuf target = room(size);
        try {
            int copied = slice.copyTo(target.internalNioBuffer(target.writerIndex(), size), 0);
            if (copied < size) {
                throw new EOFException("the segment's file ends " + (size - copied) + " bytes early");
            }
            target.writerIndex(target.writerIndex() + size);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } finally {
            slice.release();
        }
    }
}
