package io.millrace.storage;

import io.millrace.storage.disk.Disk;
import io.millrace.storage.journal.JournalEntry;
import io.millrace.storage.journal.JournalFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Spares a flush of many logs the forcing of each one's file: what is new in them is copied into the journal's file, which is forced
 * once. The logs whose own files are behind are remembered, and forced before the journal's file is dropped. With few dirty logs,
 * or much that is new in one, forcing the logs themselves is as fast and writes nothing twice: see decision 0008.
 *
 * <p>A crash leaves what {@link JournalReplay} puts back. Belongs to the flusher.
 */
final class Journal {
    private static final int SMALL_BYTES = 32 << 10;
    private static final long FILE_BYTES = 32 << 20;

    private final LogDirectory directory;
    private final Set<LogFlush> behind = new LinkedHashSet<>();
    private @Nullable ByteBuffer buffer;
    private @Nullable JournalFile file;
    private long generation;

    /** @param generation number of the newest file there is */
    Journal(LogDirectory directory, long generation) {
        this.directory = directory;
        this.generation = generation;
    }

    /** Makes small appends durable if there are many of them; the logs that are still to be forced. */
    List<LogFlush> take(List<LogFlush> round) throws IOException {
        if (round.size() < directory.config().journalFromLogs()) {
            return round;
        }
        List<LogFlush> large = new ArrayList<>();
        List<LogFlush.Unforced> small = new ArrayList<>();
        for (LogFlush log : round) {
            LogFlush.Unforced unforced = log.unforced(SMALL_BYTES);
            if (unforced == null) {
                large.add(log);
            } else {
                small.add(unforced);
            }
        }
        if (small.size() < directory.config().journalFromLogs()) {
            return round;
        }
        write(small);
        return large;
    }

    private void write(List<LogFlush.Unforced> small) throws IOException {
        JournalFile journal = file();
        for (LogFlush.Unforced log : small) {
            journal.add(log.place(), log.bytes(), log.writer()::read);
        }
        journal.force();
        for (LogFlush.Unforced log : small) {
            behind.add(log.log());
            log.log().journaled(log.target());
        }
    }

    private JournalFile file() throws IOException {
        JournalFile open = file;
        if (open == null) {
            ByteBuffer shared = buffer == null ? JournalFile.buffer() : buffer;
            buffer = shared;
            Path path = JournalReplay.pathOf(directory.journal(), ++generation);
            open = JournalFile.create(directory.disk(), path, generation, shared);
            file = open;
        }
        return open;
    }

    boolean isFull() {
        return file != null && file.size() >= FILE_BYTES;
    }

    /** Logs that only the journal has whole. */
    List<LogFlush> behind() {
        return List.copyOf(behind);
    }

    /** The log's files are closed, and it wants nothing more. */
    void forget(LogFlush log) {
        behind.remove(log);
    }

    /** All that were {@link #behind} have been forced: the file can go. */
    void drop() throws IOException {
        behind.clear();
        JournalFile done = file;
        if (done != null) {
            file = null;
            done.close();
            Disk disk = directory.disk();
            disk.delete(JournalReplay.pathOf(directory.journal(), generation));
        }
    }

    static JournalEntry place(LogState log, LogPosition from, LogPosition to) {
        return new JournalEntry(
                log.partition(), from.segmentBaseOffset(), from.position(), to.offset(), ByteBuffer.allocate(0));
    }
}
