package io.millrace.storage;

import io.millrace.storage.disk.CheckedFile;
import io.millrace.storage.disk.Disk;
import io.millrace.storage.producer.ProducerSnapshot;
import io.millrace.storage.producer.ProducerStates;
import io.millrace.storage.segment.SegmentName;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The snapshots of a log's producers, as files. Compaction takes batches that could else tell after a crash what a producer has
 * sent last; so it stays below an offset of which there is a snapshot that is certainly on disk, and of those there is always
 * one left that recovery will take.
 */
final class ProducerSnapshots {
    private ProducerSnapshots() {}

    /** Offsets of all there are, in order. */
    static List<Long> offsets(Disk disk, Path log) throws IOException {
        List<Long> offsets = new ArrayList<>();
        for (String name : disk.list(log)) {
            SegmentName.offsetOf(name, SegmentName.SNAPSHOT).ifPresent(offsets::add);
        }
        offsets.sort(null);
        return offsets;
    }

    /** The last of some offsets that is not above another, -1 if all are. */
    static long floor(List<Long> offsets, long limit) {
        return offsets.stream()
                .mapToLong(Long::longValue)
                .filter(offset -> offset <= limit)
                .max()
                .orElse(-1);
    }

    static void force(Disk disk, Path log, long offset) throws IOException {
        try (FileChannel channel = disk.openToWrite(SegmentName.path(log, offset, SegmentName.SNAPSHOT))) {
            channel.force(true);
        }
        disk.syncDirectory(log);
    }

    /**
     * Brings all snapshots to disk, and says up to where compaction may go because of them.
     *
     * @param limit a log's end that is on disk, so that recovery takes what lies up to it
     * @return offset of the last snapshot up to the limit, -1 without one
     */
    static long makeDurable(Disk disk, Path log, long limit, int maxProducers) throws IOException {
        long last = -1;
        for (long offset : offsets(disk, log)) {
            Path file = SegmentName.path(log, offset, SegmentName.SNAPSHOT);
            boolean whole = ProducerSnapshot.read(CheckedFile.readAll(disk, file), new ProducerStates(maxProducers));
            if (whole) {
                force(disk, log, offset);
                last = offset <= limit ? offset : last;
            }
        }
        return last;
    }
}
