package io.millrace.storage;

import io.millrace.storage.disk.Disk;
import io.millrace.storage.segment.Segment;
import io.millrace.storage.segment.SegmentName;
import io.millrace.storage.segment.TimeIndexEnd;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicIdPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Applies {@link RetentionRules} to logs. Reads files: not for the threads that write. */
final class Retention {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

    static final long NEVER_MS = Long.MAX_VALUE;

    private Retention() {}

    /** Lets a log go as far as its configuration says. Completes with its start offset, when the segments are out of use. */
    static CompletableFuture<Long> apply(SegmentedLog log) {
        LogState state = log.state();
        LogPosition end = state.durable();
        long start = state.startOffset();
        SegmentList segments = state.segments();
        List<RetentionRules.Aged> aged = new ArrayList<>();
        try {
            for (int i = 0; i < segments.size(); i++) {
                aged.add(age(log, segments.get(i), segments.endOf(i, state.end().offset())));
            }
        } catch (NoSuchFileException e) {
            return CompletableFuture.completedFuture(state.startOffset()); // it has lost segments meanwhile
        } catch (IOException e) {
            log.directory().fail(e);
            return CompletableFuture.failedFuture(log.directory().offline());
        }
        long newStart = RetentionRules.startAfter(
                aged, state.config(), start, end.offset(), log.directory().nowMs());
        if (newStart == start) {
            return CompletableFuture.completedFuture(start);
        }
        LOG.info("{} begins at {} now, its segments before are past their retention", state.partition(), newStart);
        return log.advanceStart(newStart, newStart);
    }

    private static RetentionRules.Aged age(SegmentedLog log, Segment segment, long endOffset) throws IOException {
        long latest = segment.maxTimestampMs();
        return new RetentionRules.Aged(
                endOffset,
                segment.sizeInBytes(),
                latest >= 0
                        ? latest
                        : log.directory().disk().lastModifiedMs(segment.log().path()));
    }

    /**
     * From when on a log that is not open may have something to let go, by the names, sizes and time index of its files:
     * {@link #NEVER_MS} if that cannot be for as long as nothing is written to it.
     */
    static long dueMs(LogDirectory directory, TopicIdPartition partition, LogConfig config) throws IOException {
        Path path = directory.pathOf(partition);
        TreeSet<Long> bases = new TreeSet<>();
        try {
            long size = 0;
            for (String name : directory.disk().list(path)) {
                var base = SegmentName.offsetOf(name, SegmentName.LOG);
                if (base.isPresent()) {
                    bases.add(base.getAsLong());
                    size += directory.disk().size(path.resolve(name));
                }
            }
            if (size == 0) {
                return NEVER_MS;
            }
            if (config.retentionBytes() >= 0 && size > config.retentionBytes()) {
                return Long.MIN_VALUE;
            }
            return config.retentionMs() < 0 ? NEVER_MS : tooOldMs(directory, path, bases.first(), config.retentionMs());
        } catch (NoSuchFileException e) {
            return NEVER_MS; // it is being deleted, or was opened and has lost segments
        }
    }

    private static long tooOldMs(LogDirectory directory, Path path, long base, long retentionMs) throws IOException {
        Disk disk = directory.disk();
        long latest = TimeIndexEnd.read(disk, path, base)
                .orElse(disk.lastModifiedMs(SegmentName.path(path, base, SegmentName.LOG)));
        long tooOld = latest + retentionMs + 1;
        return tooOld < latest ? NEVER_MS : tooOld;
    }
}
