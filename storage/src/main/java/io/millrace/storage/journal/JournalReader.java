package io.millrace.storage.journal;

import io.millrace.storage.disk.Disk;
import io.millrace.storage.disk.Reads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a journal's file up to its end, or to where a crash has torn it: what lies behind was never acknowledged. */
public final class JournalReader {
    private static final Logger LOG = LoggerFactory.getLogger(JournalReader.class);

    /** What becomes of an entry, whose bytes are valid during the call only. */
    public interface Sink {
        void take(JournalEntry entry) throws IOException;
    }

    private JournalReader() {}

    public static void read(Disk disk, Path file, Sink sink) throws IOException {
        try (FileChannel channel = disk.openToRead(file)) {
            long size = channel.size();
            ByteBuffer head = ByteBuffer.allocate(JournalFormatV1.HEAD_BYTES);
            if (!Reads.fully(channel, head, 0) || !JournalFormatV1.isHead(head)) {
                LOG.warn("{} was not begun wholly, and holds nothing", file);
                return;
            }
            long at = JournalFormatV1.HEAD_BYTES;
            ByteBuffer entries = frame(channel, at, size);
            while (entries.hasRemaining()) {
                at += JournalFormatV1.FRAME_HEAD_BYTES + entries.remaining();
                while (entries.hasRemaining()) {
                    sink.take(entry(entries));
                }
                entries = frame(channel, at, size);
            }
            if (at < size) {
                LOG.warn("{}: {} bytes from position {} on are torn, and left out", file, size - at, at);
            }
        }
    }

    /** The entries of the frame at a position; none if there is no whole frame. */
    private static ByteBuffer frame(FileChannel channel, long at, long size) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(JournalFormatV1.FRAME_HEAD_BYTES);
        if (!Reads.fully(channel, head, at)) {
            return ByteBuffer.allocate(0);
        }
        int bytes = head.getInt(0);
        if (bytes <= 0 || bytes > size - at - JournalFormatV1.FRAME_HEAD_BYTES) {
            return ByteBuffer.allocate(0);
        }
        ByteBuffer entries = ByteBuffer.allocate(bytes);
        boolean whole = Reads.fully(channel, entries, at + JournalFormatV1.FRAME_HEAD_BYTES);
        entries.flip();
        return whole && JournalFormatV1.crc(entries) == head.getInt(JournalFormatV1.FRAME_CRC)
                ? entries
                : ByteBuffer.allocate(0);
    }

    private static JournalEntry entry(ByteBuffer from) {
        Uuid topicId = new Uuid(from.getLong(), from.getLong());
        int partition = from.getInt();
        long segmentBaseOffset = from.getLong();
        int position = from.getInt();
        long endOffset = from.getLong();
        byte[] name = new byte[from.getShort()];
        int bytes = from.getInt();
        from.get(name);
        ByteBuffer batches = from.slice(from.position(), bytes);
        from.position(from.position() + bytes);
        return new JournalEntry(
                new TopicIdPartition(topicId, partition, new String(name, StandardCharsets.UTF_8)),
                segmentBaseOffset,
                position,
                endOffset,
                batches);
    }
}
