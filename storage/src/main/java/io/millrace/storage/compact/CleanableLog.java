package io.millrace.storage.compact;

import java.util.List;

/**
 * A log as compaction sees it: how much of it is clean, how much may be cleaned now, and whether it is time to.
 *
 * @param firstDirtyOffset what lies before has been cleaned
 * @param cleanableTo what lies between may be cleaned now: the base offset of a segment
 * @param overdue whether a record has waited for longer than max.compaction.lag.ms
 */
public record CleanableLog(
        long firstDirtyOffset, long cleanableTo, long cleanBytes, long cleanableBytes, boolean overdue) {

    /**
     * A finished segment.
     *
     * @param endOffset base offset of the next
     * @param firstMs timestamp of its first batch
     * @param latestMs its largest timestamp
     */
    public record Part(long baseOffset, long endOffset, long sizeInBytes, long firstMs, long latestMs) {}

    /** min.compaction.lag.ms, max.compaction.lag.ms, and the present time. */
    public record Lag(long minMs, long maxMs, long nowMs) {}

    /**
     * Looks at a log.
     *
     * @param parts its finished segments that certainly are on disk, in order
     * @param cleanedTo up to where it was cleaned before
     * @param bound nothing at or behind it is touched
     */
    public static CleanableLog of(List<Part> parts, long cleanedTo, long bound, Lag lag) {
        long start = parts.isEmpty() ? 0 : parts.getFirst().baseOffset();
        long end = parts.isEmpty() ? 0 : parts.getLast().endOffset();
        long firstDirty = cleanedTo < start || cleanedTo > end ? start : cleanedTo;
        long to = firstDirty;
        long cleanBytes = 0;
        long cleanableBytes = 0;
        long earliestMs = Long.MAX_VALUE;
        for (Part part : parts) {
            if (part.endOffset() <= firstDirty) {
                cleanBytes += part.sizeInBytes();
            } else if (part.endOffset() <= bound && !isYoung(part, lag)) {
                cleanableBytes += part.sizeInBytes();
                to = part.endOffset();
                earliestMs = part.firstMs() > 0 ? Math.min(earliestMs, part.firstMs()) : earliestMs;
            } else {
                break;
            }
        }
        boolean overdue = earliestMs < lag.nowMs() - lag.maxMs();
        return new CleanableLog(firstDirty, to, cleanBytes, cleanableBytes, overdue);
    }

    private static boolean isYoung(Part part, Lag lag) {
        return lag.minMs() > 0 && part.latestMs() > lag.nowMs() - lag.minMs();
    }

    /** Share of what is not clean in what would be gone through. */
    public double dirtyRatio() {
        long total = cleanBytes + cleanableBytes;
        return total == 0 ? 0 : (double) cleanableBytes / total;
    }

    /** Whether it is time to clean it. */
    public boolean isDue(double minDirtyRatio) {
        return cleanableBytes > 0 && (overdue || dirtyRatio() > minDirtyRatio);
    }
}
