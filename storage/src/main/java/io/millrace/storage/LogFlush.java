package io.millrace.storage;

import io.millrace.storage.disk.Disk;
import io.millrace.storage.journal.JournalEntry;
import io.millrace.storage.segment.SegmentWriter;
import java.io.IOException;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The flusher thread's side of a log: which of its files are to be forced. The appender adds to it, always before it moves the
 * flush target, so that a flush up to the target finds all that it must force.
 */
final class LogFlush {
    private final Disk disk;
    private final LogState state;
    private final Queue<SegmentWriter> writers = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean requested = new AtomicBoolean();
    private volatile @Nullable Runnable whenClosed;
    private volatile boolean newNames;
    private LogPosition covered;

    LogFlush(Disk disk, LogState state) {
        this.disk = disk;
        this.state = state;
        this.covered = state.end();
    }

    LogState state() {
        return state;
    }

    /** The appender writes to a segment that had no file. */
    void began(SegmentWriter writer) {
        writers.add(writer);
        newNames = true;
    }

    /** The appender goes on in a segment that was there. */
    void resumed(SegmentWriter writer) {
        writers.add(writer);
    }

    /** Whether the caller is the one to queue the log. */
    boolean request() {
        return !requested.get() && requested.compareAndSet(false, true);
    }

    void begins() {
        requested.set(false);
    }

    /**
     * What a flush has brought to disk.
     *
     * @param newDirectory whether the name of the log's directory is still to be made durable
     */
    record Forced(LogPosition target, boolean newDirectory) {}

    /** Forces what the log consists of, up to its flush target. */
    Forced force() throws IOException {
        LogPosition target = state.flushTarget();
        boolean newDirectory = state.hasNewDirectory();
        if (newDirectory) {
            PartitionMetadata.force(disk, state.path());
        }
        Iterator<SegmentWriter> each = writers.iterator();
        while (each.hasNext()) {
            SegmentWriter writer = each.next();
            boolean finished = writer.segment().isSealed();
            writer.force();
            if (writer.takeNewName()) {
                newNames = true;
            }
            if (finished) {
                writer.forceIndexes();
                writer.close();
                each.remove();
            }
        }
        if (newNames) {
            newNames = false;
            disk.syncDirectory(state.path());
        }
        covered = target;
        return new Forced(target, newDirectory);
    }

    /** What is new in a log, and lies in one file whose name is durable. */
    record Unforced(LogFlush log, SegmentWriter writer, LogPosition from, LogPosition target) {
        int bytes() {
            return target.position() - from.position();
        }

        JournalEntry place() {
            return Journal.place(log.state, from, target);
        }
    }

    /** What a journal may take instead of a {@link #force}: null if it is more than so many bytes, or not that simple. */
    @Nullable
    Unforced unforced(int bytesMax) {
        LogPosition target = state.flushTarget(); // first: a segment begun since then shows among the writers
        SegmentWriter writer = writers.peek();
        if (writer == null
                || writers.size() > 1
                || newNames
                || state.hasNewDirectory()
                || state.config().durability() != LogConfig.Durability.DISK) {
            return null;
        }
        long segment = writer.segment().baseOffset();
        boolean simple = covered.segmentBaseOffset() == segment && target.segmentBaseOffset() == segment;
        int bytes = target.position() - covered.position();
        return simple && bytes > 0 && bytes <= bytesMax ? new Unforced(this, writer, covered, target) : null;
    }

    /** A journal has it, up to here. */
    void journaled(LogPosition target) {
        covered = target;
        state.advanceDurable(target);
    }

    /** The appender is done with the log: the next flush closes its files instead, and then goes on with this. */
    void closeThen(Runnable next) {
        whenClosed = next;
    }

    /** What is to be done instead of a flush. */
    @Nullable
    Runnable whenClosed() {
        return whenClosed;
    }

    void close() throws IOException {
        for (SegmentWriter writer : writers) {
            writer.close();
        }
        writers.clear();
    }
}
