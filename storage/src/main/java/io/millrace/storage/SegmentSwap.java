package io.millrace.storage;

import io.millrace.storage.disk.CheckedFile;
import io.millrace.storage.disk.CorruptFileException;
import io.millrace.storage.disk.Disk;
import io.millrace.storage.segment.CleanedSegment;
import io.millrace.storage.segment.Segment;
import io.millrace.storage.segment.SegmentName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the files of a segment that compaction has made take the place of those it was made from, in a way that a crash leaves
 * either the ones or the other:
 *
 * <ol>
 *   <li>the new files are on disk under names of their own;
 *   <li>a file {@code swap} says what is to replace what; once it is there, the swap will be done, now or when the log is opened;
 *   <li>the new files get the names of the first of the old ones, the files of the others go;
 *   <li>the file {@code swap} goes.
 * </ol>
 *
 * What is found without the file {@code swap} is removed. That file is a {@link CheckedFile} whose contents are
 *
 * <pre>
 *  0  4  number of segments that are replaced
 *  4     their base offsets, 8 bytes each; the first is also the new one's
 * </pre>
 *
 * Only segments wholly below the checkpointed recovery point are ever swapped, see {@link LogState#recoveryPoint}.
 */
final class SegmentSwap {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentSwap.class);
    private static final CheckedFile FORMAT = new CheckedFile(0x4d4c5357, (short) 1);
    private static final String FILE = "swap";

    private SegmentSwap() {}

    /** Swaps the files of the first; those of the others are the caller's to remove, before it calls {@link #finish}. */
    static void run(Disk disk, List<Segment> replaced, Segment by) throws IOException {
        disk.syncDirectory(by.directory());
        ByteBuffer contents =
                ByteBuffer.allocate(4 + replaced.size() * Long.BYTES).putInt(replaced.size());
        replaced.forEach(segment -> contents.putLong(segment.baseOffset()));
        FORMAT.write(disk, by.directory().resolve(FILE), contents.flip());
        replaced.getFirst().retire();
        by.takePlace();
        disk.delete(SegmentName.path(by.directory(), by.baseOffset(), SegmentName.TXN_INDEX));
    }

    static void finish(Disk disk, Path log) throws IOException {
        disk.syncDirectory(log);
        disk.delete(log.resolve(FILE));
        disk.syncDirectory(log);
    }

    /** Finishes a swap that a crash has interrupted, and removes what was not to be swapped yet. */
    static void recover(Disk disk, Path log) throws IOException {
        Optional<ByteBuffer> contents = read(disk, log);
        if (contents.isPresent()) {
            redo(disk, log, contents.get());
            finish(disk, log);
        }
        for (String name : disk.list(log)) {
            if (name.endsWith(SegmentName.CLEANED)) {
                disk.delete(log.resolve(name));
            }
        }
    }

    private static Optional<ByteBuffer> read(Disk disk, Path log) throws IOException {
        try {
            return FORMAT.read(disk, log.resolve(FILE));
        } catch (CorruptFileException e) {
            // It is written as a whole: a damaged one is damage of the disk, and whether it was carried out shows by
            // itself.
            LOG.error("{}; it is taken as not there", e.getMessage());
            return Optional.empty();
        }
    }

    private static void redo(Disk disk, Path log, ByteBuffer contents) throws IOException {
        int count = contents.getInt();
        long base = contents.getLong();
        for (String suffix : CleanedSegment.SUFFIXES) {
            Path fresh = CleanedSegment.file(log, base, suffix);
            if (disk.exists(fresh)) {
                disk.rename(fresh, SegmentName.path(log, base, suffix));
            }
        }
        disk.delete(SegmentName.path(log, base, SegmentName.TXN_INDEX));
        for (int i = 1; i < count; i++) {
            long other = contents.getLong();
            for (String suffix : CleanedSegment.SUFFIXES) {
                disk.delete(SegmentName.path(log, other, suffix));
            }
            disk.delete(SegmentName.path(log, other, SegmentName.TXN_INDEX));
        }
        LOG.info("{}: finished the compaction of segment {}", log, base);
    }
}
