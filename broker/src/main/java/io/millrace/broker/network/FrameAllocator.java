package io.millrace.broker.network;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/** Has a channel read into the buffers of its {@link FrameReader}. */
final class FrameAllocator extends DefaultMaxMessagesRecvByteBufAllocator {
    private final FrameReader reader;

    FrameAllocator(FrameReader reader) {
        this.reader = reader;
    }

    @Override
    public FrameHandle newHandle() {
        return new FrameHandle();
    }

    final class FrameHandle extends MaxMessageHandle {
        @Override
        public int guess() {
            return FrameReader.CHUNK_BYTES;
        }

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            return reader.target(allocator);
        }
    }
}
