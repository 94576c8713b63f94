package io.millrace.storage.journal;

import io.millrace.storage.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.kafka.common.TopicIdPartition;

/** A journal's file being written, by one thread. An entry is durable when the {@link #force} after it has returned. */
public final class JournalFile implements AutoCloseable {
    /** An entry's bytes may be up to this many. */
    public static final int ENTRY_BYTES_MAX = 64 << 10;

    private static final int FRAME_BYTES_MAX = 512 << 10;
    private static final int NAME_BYTES_MAX = 1 << 10;

    private final FileChannel channel;
    private final ByteBuffer frame;
    private long size;

    private JournalFile(FileChannel channel, ByteBuffer frame) {
        this.channel = channel;
        this.frame = frame;
    }

    /** What all files of a journal may share, one after the other. */
    public static ByteBuffer buffer() {
        return ByteBuffer.allocateDirect(FRAME_BYTES_MAX + ENTRY_BYTES_MAX + NAME_BYTES_MAX);
    }

    /** Begins a file, whose name is durable when this returns. */
    public static JournalFile create(Disk disk, Path file, long generation, ByteBuffer buffer) throws IOException {
        JournalFile journal = new JournalFile(disk.openToWrite(file), buffer);
        journal.writeAll(JournalFormatV1.head(generation));
        journal.beginFrame();
        Path parent = file.getParent();
        if (parent != null) {
            disk.syncDirectory(parent);
        }
        return journal;
    }

    /** Where an entry's bytes come from. */
    public interface Source {
        /** Fills the buffer from a position of the segment on. */
        void read(ByteBuffer into, int from) throws IOException;
    }

    /** Adds an entry of at most {@link #ENTRY_BYTES_MAX}; {@link #force} makes it durable. */
    public void add(JournalEntry place, int bytes, Source source) throws IOException {
        TopicIdPartition log = place.partition();
        byte[] name = log.topic().getBytes(StandardCharsets.UTF_8);
        frame.putLong(log.topicId().getMostSignificantBits())
                .putLong(log.topicId().getLeastSignificantBits())
                .putInt(log.partition())
                .putLong(place.segmentBaseOffset())
                .putInt(place.position())
                .putLong(place.endOffset())
                .putShort((short) name.length)
                .putInt(bytes)
                .put(name);
        source.read(frame.slice(frame.position(), bytes), place.position());
        frame.position(frame.position() + bytes);
        if (frame.position() >= FRAME_BYTES_MAX) {
            writeFrame();
        }
    }

    private void beginFrame() {
        frame.clear().position(JournalFormatV1.FRAME_HEAD_BYTES);
    }

    private void writeFrame() throws IOException {
        frame.flip();
        int bytes = frame.limit() - JournalFormatV1.FRAME_HEAD_BYTES;
        if (bytes > 0) {
            ByteBuffer entries = frame.slice(JournalFormatV1.FRAME_HEAD_BYTES, bytes);
            frame.putInt(0, bytes).putInt(JournalFormatV1.FRAME_CRC, JournalFormatV1.crc(entries));
            writeAll(frame);
        }
        beginFrame();
    }

    private void writeAll(ByteBuffer bytes) throws IOException {
        size += bytes.remaining();
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Makes all that was added durable. */
    public void force() throws IOException {
        writeFrame();
        channel.force(false);
    }

    /** Bytes written. */
    public long size() {
        return size;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
