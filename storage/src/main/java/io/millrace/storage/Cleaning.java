package io.millrace.storage;

import io.millrace.storage.compact.AbortedScan;
import io.millrace.storage.compact.BatchRewriter;
import io.millrace.storage.compact.CleanableLog;
import io.millrace.storage.compact.KeyOffsets;
import io.millrace.storage.compact.LastRecord;
import io.millrace.storage.compact.RecordRetention;
import io.millrace.storage.compact.SegmentGroups;
import io.millrace.storage.compact.Transactions;
import io.millrace.storage.segment.CleanedSegment;
import io.millrace.storage.segment.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One cleaning of one log, step by step: what the appender and the keeper do for it lies between two steps. The range is settled
 * before the appender says what each producer's last batch is, and only gets smaller after that: so no producer's last batch can
 * lie in the range without being known. For one thread at a time.
 */
final class Cleaning {
    private static final Logger LOG = LoggerFactory.getLogger(Cleaning.class);

    private final SegmentedLog log;
    private final Cleanability seen;
    private final CleanerConfig config;
    private final CleanerPace pace;
    private final CleanerScan scan;
    private final CompletableFuture<Map<Long, LastRecord>> lastRecords;
    private final Queue<List<Segment>> groups = new ArrayDeque<>();
    private @Nullable CompletableFuture<Boolean> replacing;
    private @Nullable Work work;
    private long bytesBefore;
    private long bytesAfter;

    /** What the second half of a cleaning needs: up to where it goes, and what remains. */
    private record Work(long cleanedTo, BatchRewriter rewriter) {}

    Cleaning(SegmentedLog log, Cleanability seen, CleanerConfig config, CleanerPace pace) {
        this.log = log;
        this.seen = seen;
        this.config = config;
        this.pace = pace;
        this.scan = new CleanerScan(pace);
        this.lastRecords = log.lastRecords();
    }

    SegmentedLog log() {
        return log;
    }

    /** What has to be done by somebody else before the next step. */
    CompletableFuture<?> waitsFor() {
        CompletableFuture<Boolean> present = replacing;
        return present == null ? lastRecords : present;
    }

    /**
     * The next step; nobody is waited for.
     *
     * @return whether there is another
     * @throws CleaningStoppedException if it cannot go on now
     * @throws org.apache.kafka.common.KafkaException if the log is such that it never will
     */
    boolean step() throws IOException {
        Work present = work;
        if (present == null) {
            work = prepare();
        } else {
            takeReplaced();
            List<Segment> next = groups.poll();
            if (next == null) {
                finish(present);
                return false;
            }
            replacing = log.replace(next, clean(next, present));
        }
        return true;
    }

    private void takeReplaced() throws IOException {
        CompletableFuture<Boolean> present = replacing;
        replacing = null;
        if (present != null && (present.isCompletedExceptionally() || !present.join())) {
            throw new CleaningStoppedException("a segment has left the log meanwhile");
        }
    }

    private Work prepare() throws IOException {
        if (lastRecords.isCompletedExceptionally()) {
            throw new CleaningStoppedException("the log has been closed");
        }
        long flushed = log.state().flushed().offset();
        long snapshot = ProducerSnapshots.makeDurable(
                log.directory().disk(),
                log.state().path(),
                flushed,
                log.directory().config().maxProducersPerPartition());
        CleanableLog range = seen.look(snapshot);
        AbortedScan aborted = scan.aborted(seen.segments(), range.cleanableTo(), flushed);
        range = seen.look(Math.min(snapshot, aborted.decidedTo()));
        if (range.cleanableBytes() == 0) {
            log.checkpoint(1); // in want of a snapshot, perhaps
            throw new CleaningStoppedException("nothing can be cleaned yet");
        }
        KeyOffsets keys = keysFor(range);
        scan.keys(seen.segments(), range.firstDirtyOffset(), range.cleanableTo(), aborted.aborted(), keys);
        if (keys.latestOffset() < range.firstDirtyOffset()) {
            throw new RecordTooLargeException("the keys of the batch at " + range.firstDirtyOffset()
                    + " alone need more memory than log.cleaner.dedupe.buffer.size");
        }
        group(keys.latestOffset() + 1);
        log.directory()
                .cleanedOffsets()
                .touch(
                        log.partition(),
                        range.cleanableTo(),
                        log.directory().assigned().values());
        return new Work(keys.latestOffset() + 1, rewriter(keys, aborted));
    }

    /** No larger than the range can need: most logs are small. */
    private KeyOffsets keysFor(CleanableLog range) {
        long offsets = range.cleanableTo() - range.firstDirtyOffset();
        double wanted = (offsets + 1) / config.keyLoadFactor() * KeyOffsets.ENTRY_BYTES + KeyOffsets.ENTRY_BYTES;
        long most = config.keyBytes() / Math.max(1, config.threads());
        return new KeyOffsets((long) Math.min(wanted, (double) most), config.keyLoadFactor());
    }

    private BatchRewriter rewriter(KeyOffsets keys, AbortedScan aborted) {
        return new BatchRewriter(new RecordRetention(
                keys,
                new Transactions(aborted.aborted(), 0),
                lastRecords.join(),
                new RecordRetention.Times(
                        log.directory().nowMs(), seen.config().deleteRetentionMs(), seen.committedEnd())));
    }

    private void group(long to) throws IOException {
        SegmentList segments = seen.segments();
        List<SegmentGroups.Sized> sizes = new ArrayList<>();
        for (int i = 0; i + 1 < segments.size() && segments.get(i).baseOffset() < to; i++) {
            Segment segment = segments.get(i);
            long[] indexes = segment.indexBytes();
            sizes.add(new SegmentGroups.Sized(
                    segment.baseOffset(),
                    segments.get(i + 1).baseOffset(),
                    segment.sizeInBytes(),
                    indexes[0],
                    indexes[1]));
        }
        LogConfig logConfig = log.config();
        int at = 0;
        for (int length : SegmentGroups.lengths(
                sizes, new SegmentGroups.Limits(logConfig.segmentBytes(), logConfig.segmentIndexBytes()))) {
            groups.add(segments.all().subList(at, at + length));
            at += length;
        }
    }

    /** Writes what remains of some segments. */
    private Segment clean(List<Segment> group, Work present) throws IOException {
        checkSpace(group);
        CleanedSegment cleaned = new CleanedSegment(
                log.directory().openFiles(),
                log.state().path(),
                group.getFirst().baseOffset(),
                log.config().indexIntervalBytes());
        boolean finished = false;
        try {
            for (Segment segment : group) {
                bytesBefore += segment.sizeInBytes();
                scan.walk(segment, 0, batch -> {
                    ByteBuffer kept = present.rewriter.rewrite(CleanerScan.intact(batch, segment));
                    if (kept != null) {
                        cleaned.append(kept);
                        pace.did(kept.limit());
                    }
                    return true;
                });
            }
            bytesAfter += cleaned.sizeInBytes();
            Segment result = cleaned.finish();
            finished = true;
            return result;
        } finally {
            if (!finished) {
                cleaned.discard();
            }
        }
    }

    private void checkSpace(List<Segment> group) throws IOException {
        long bytes = group.stream().mapToLong(Segment::sizeInBytes).sum();
        LogDirectory directory = log.directory();
        if (directory.disk().usableBytes(directory.path()) - bytes
                < directory.config().reserveBytes()) {
            throw new CleaningStoppedException("there is not enough space to write it anew");
        }
    }

    private void finish(Work present) throws IOException {
        LogDirectory directory = log.directory();
        directory
                .cleanedOffsets()
                .cleaned(
                        log.partition(), present.cleanedTo, directory.assigned().values());
        LOG.info(
                "{}: compacted up to offset {}, from {} to {} bytes",
                log.partition(),
                present.cleanedTo,
                bytesBefore,
                bytesAfter);
        present.rewriter.close();
    }
}
