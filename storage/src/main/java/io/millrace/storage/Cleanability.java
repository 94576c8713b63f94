package io.millrace.storage;

import io.millrace.storage.LogConfig.Compaction;
import io.millrace.storage.compact.CleanableLog;
import io.millrace.storage.segment.Segment;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks at a log to see how much of it can be cleaned. Reads headers and indexes, if the configuration makes ages matter.
 */
final class Cleanability {
    private final LogState state;
    private final SegmentList segments;
    private final Compaction config;
    private final long cleanedTo;
    private final long nowMs;
    private final long bound;
    private final long committedEnd;

    private Cleanability(LogState state, Compaction config, long cleanedTo, long nowMs) {
        this.state = state;
        this.config = config;
        this.cleanedTo = cleanedTo;
        this.nowMs = nowMs;
        // In this order: what is dirty, undecided or not durable can only move on.
        this.bound = bound(state);
        this.committedEnd = Math.min(state.flushed().offset(), state.durable().offset());
        this.segments = state.segments();
    }

    /**
     * What compaction sees of a log.
     *
     * @param cleanedTo up to where it was cleaned
     */
    static Cleanability of(LogState state, long cleanedTo, long nowMs) {
        return new Cleanability(state, state.config().cleanup().compaction(), cleanedTo, nowMs);
    }

    /**
     * Nothing at or behind it is touched: what recovery might write anew, what is not committed, what is not decided. Of a log of
     * a single broker, the high watermark is the durable end.
     */
    private static long bound(LogState state) {
        long bound = state.recoveryPoint().segmentBaseOffset();
        bound = Math.min(bound, state.flushed().offset());
        bound = Math.min(bound, state.durable().offset());
        return Math.min(bound, state.firstUnstable().orElse(Long.MAX_VALUE));
    }

    LogState state() {
        return state;
    }

    SegmentList segments() {
        return segments;
    }

    /** The log's end that nothing takes back, from which on a reader may wait. */
    long committedEnd() {
        return committedEnd;
    }

    Compaction config() {
        return config;
    }

    CleanableLog look() throws IOException {
        return look(bound);
    }

    /** As {@link #look()}, but for what lies before an offset. */
    CleanableLog look(long before) throws IOException {
        List<CleanableLog.Part> parts = new ArrayList<>();
        for (int i = 0; i + 1 < segments.size(); i++) {
            parts.add(part(segments.get(i), segments.get(i + 1).baseOffset()));
        }
        return CleanableLog.of(
                parts,
                cleanedTo,
                Math.min(before, bound),
                new CleanableLog.Lag(config.minLagMs(), config.maxLagMs(), nowMs));
    }

    private CleanableLog.Part part(Segment segment, long end) throws IOException {
        boolean dirty = end > cleanedTo;
        boolean ages = dirty && config.maxLagMs() < Long.MAX_VALUE;
        return new CleanableLog.Part(
                segment.baseOffset(),
                end,
                segment.sizeInBytes(),
                ages ? segment.firstTimestampMs() : -1,
                dirty && config.minLagMs() > 0 ? segment.maxTimestampMs() : -1);
    }
}
