package io.millrace.metadata.local;

import static io.millrace.metadata.local.EntryFormat.COMMAND_OFFSET;
import static io.millrace.metadata.local.EntryFormat.CRC_OFFSET;
import static io.millrace.metadata.local.EntryFormat.DURABLE_VERSION_OFFSET;
import static io.millrace.metadata.local.EntryFormat.LENGTH_OFFSET;
import static io.millrace.metadata.local.EntryFormat.VERSION_OFFSET;

import java.nio.ByteBuffer;

/** The entries of one write. Not safe for threads. */
final class CommandBatch {
    private static final int FIRST_CAPACITY = 4096;

    private final long durableVersion;
    private ByteBuffer buffer = ByteBuffer.allocate(FIRST_CAPACITY);

    /** @param durableVersion image version that is on disk before this batch */
    CommandBatch(long durableVersion) {
        this.durableVersion = durableVersion;
    }

    void add(long version, ByteBuffer command) {
        int length = COMMAND_OFFSET - VERSION_OFFSET + command.remaining();
        int at = room(VERSION_OFFSET + length);
        buffer.putInt(at + LENGTH_OFFSET, length)
                .putLong(at + VERSION_OFFSET, version)
                .putLong(at + DURABLE_VERSION_OFFSET, durableVersion)
                .put(at + COMMAND_OFFSET, command, command.position(), command.remaining())
                .position(at + VERSION_OFFSET + length);
        buffer.putInt(at + CRC_OFFSET, FileHeader.crc(buffer, at + VERSION_OFFSET, length));
    }

    boolean isEmpty() {
        return buffer.position() == 0;
    }

    ByteBuffer toWrite() {
        return buffer.duplicate().flip();
    }

    private int room(int bytes) {
        int at = buffer.position();
        if (buffer.remaining() < bytes) {
            ByteBuffer larger = ByteBuffer.allocate(Math.max(Math.addExact(at, bytes), 2 * buffer.capacity()));
            buffer = larger.put(buffer.flip());
        }
        return at;
    }
}
