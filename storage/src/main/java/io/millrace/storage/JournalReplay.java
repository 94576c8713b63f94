package io.millrace.storage;

import io.millrace.storage.disk.Disk;
import io.millrace.storage.disk.Reads;
import io.millrace.storage.journal.JournalEntry;
import io.millrace.storage.journal.JournalReader;
import io.millrace.storage.segment.SegmentName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts back into the logs' files, after a crash, what only the journal had whole. Entries before a log's recovery point are left
 * aside: <b>whoever moves bytes of a segment (compaction) may do so only before the recovery point that the checkpoint on disk
 * has</b>. A segment that is gone was dropped on purpose, since its name was durable before anything of it came into the journal.
 *
 * <p>The journal's files stay until {@link #finish} has forced what was put back; doing it twice does no harm.
 */
final class JournalReplay {
    private static final Logger LOG = LoggerFactory.getLogger(JournalReplay.class);
    private static final String SUFFIX = ".journal";

    private final Disk disk;
    private final Path journal;
    private final Map<TopicIdPartition, Checkpoint.Point> points;
    private final Function<TopicIdPartition, Path> pathOf;
    private final Map<Path, Optional<Uuid>> owners = new HashMap<>();
    private final Set<Path> touched = new LinkedHashSet<>();
    private final List<Long> generations;

    /** @param pathOf directory of a log */
    JournalReplay(
            Disk disk,
            Path journal,
            Map<TopicIdPartition, Checkpoint.Point> points,
            Function<TopicIdPartition, Path> pathOf)
            throws IOException {
        this.disk = disk;
        this.journal = journal;
        this.points = points;
        this.pathOf = pathOf;
        this.generations = disk.list(journal).stream()
                .flatMapToLong(name -> SegmentName.offsetOf(name, SUFFIX).stream())
                .sorted()
                .boxed()
                .toList();
    }

    static Path pathOf(Path journal, long generation) {
        return SegmentName.path(journal, generation, SUFFIX);
    }

    /** Number of the newest file. */
    long generation() {
        return generations.isEmpty() ? 0 : generations.getLast();
    }

    /** Puts everything back. */
    void run() throws IOException {
        for (long generation : generations) {
            JournalReader.read(disk, pathOf(journal, generation), this::putBack);
        }
    }

    private void putBack(JournalEntry entry) throws IOException {
        Checkpoint.Point point = points.getOrDefault(entry.partition(), Checkpoint.NOTHING_KNOWN);
        Path log = pathOf.apply(entry.partition());
        Path file = SegmentName.path(log, entry.segmentBaseOffset(), SegmentName.LOG);
        if (entry.endOffset() <= point.recoveryPoint().offset() || !isOwner(log, entry) || !disk.exists(file)) {
            return;
        }
        if (!has(file, entry)) {
            try (FileChannel channel = disk.openToWrite(file)) {
                write(channel, entry);
            }
        }
        touched.add(file);
    }

    private boolean isOwner(Path log, JournalEntry entry) throws IOException {
        Optional<Uuid> owner = owners.get(log);
        if (owner == null) {
            owner = disk.exists(log) ? PartitionMetadata.read(disk, log) : Optional.empty();
            owners.put(log, owner);
        }
        return owner.equals(Optional.of(entry.partition().topicId()));
    }

    /** After the end of a process alone, the page cache has it all. */
    private boolean has(Path file, JournalEntry entry) throws IOException {
        try (FileChannel channel = disk.openToRead(file)) {
            ByteBuffer present = ByteBuffer.allocate(entry.bytes().remaining());
            return Reads.fully(channel, present, entry.position())
                    && present.flip().equals(entry.bytes());
        }
    }

    private static void write(FileChannel channel, JournalEntry entry) throws IOException {
        ByteBuffer bytes = entry.bytes().duplicate();
        channel.position(entry.position());
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Makes durable what was put back, and drops the journal's files. */
    void finish() throws IOException {
        for (Path file : touched) {
            force(file);
        }
        for (long generation : generations) {
            disk.delete(pathOf(journal, generation));
        }
    }

    /** A file that has been removed meanwhile needs nothing. */
    private void force(Path file) throws IOException {
        try (FileChannel channel = disk.openToRead(file)) {
            channel.force(false);
        } catch (NoSuchFileException removed) {
            LOG.debug("{} is gone before it was forced", file, removed);
        }
    }
}
