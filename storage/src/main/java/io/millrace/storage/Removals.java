package io.millrace.storage;

import io.millrace.storage.disk.Disk;
import io.millrace.storage.segment.Segment;
import io.millrace.storage.segment.SegmentName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Files and directories that are out of use, under names that say so, and are removed after a while. The keeper thread's. */
final class Removals {
    private static final List<String> SUFFIXES = List.of(
            SegmentName.LOG,
            SegmentName.OFFSET_INDEX,
            SegmentName.TIME_INDEX,
            SegmentName.TXN_INDEX,
            SegmentName.SNAPSHOT);

    /** So that a topic of thousands of partitions does not hold up what else the keeper does. */
    private static final int MAX_AT_ONCE = 256;

    private final Disk disk;
    private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.comparingLong(Due::atMs));

    private record Due(Path path, long atMs) {}

    Removals(Disk disk) {
        this.disk = disk;
    }

    void add(Path path, long atMs) {
        due.add(new Due(path, atMs));
    }

    /** Renames a segment's files now, and removes them later. */
    void add(Segment segment, long atMs) throws IOException {
        for (String suffix : SUFFIXES) {
            Path file = SegmentName.path(segment.directory(), segment.baseOffset(), suffix);
            if (disk.exists(file)) {
                Path doomed = file.resolveSibling(file.getFileName() + SegmentName.DELETED);
                disk.rename(file, doomed);
                add(doomed, atMs);
            }
        }
        segment.retire();
    }

    /** Removes what is due, or some of it if there is much: the next call goes on. */
    void removeDue(long nowMs) throws IOException {
        for (int i = 0; i < MAX_AT_ONCE && !due.isEmpty() && due.element().atMs() <= nowMs; i++) {
            remove(due.remove().path());
        }
    }

    private void remove(Path path) throws IOException {
        if (disk.isDirectory(path)) {
            for (String name : disk.list(path)) {
                disk.delete(path.resolve(name));
            }
        }
        disk.delete(path);
    }
}
