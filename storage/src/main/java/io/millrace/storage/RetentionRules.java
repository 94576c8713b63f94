package io.millrace.storage;

import java.util.List;

/** Decides which of a log's oldest segments may go, as Kafka does. */
final class RetentionRules {
    private RetentionRules() {}

    /**
     * One segment.
     *
     * @param endOffset the offset behind its last
     * @param latestMs largest timestamp in it, or when it was last written if it has none
     */
    record Aged(long endOffset, long sizeInBytes, long latestMs) {}

    /**
     * The offset that the log may begin at: a segment's end, or the present start if none may go.
     *
     * @param segments all, the oldest first, with the active one last
     * @param bound what lies at or behind it stays (the high watermark, or what stands for it)
     */
    static long startAfter(List<Aged> segments, LogConfig config, long start, long bound, long nowMs) {
        if (!config.cleanup().deletes()) {
            return start;
        }
        long excess = segments.stream().mapToLong(Aged::sizeInBytes).sum() - config.retentionBytes();
        boolean bySize = config.retentionBytes() >= 0;
        boolean byTime = config.retentionMs() >= 0;
        long newStart = start;
        int seen = 0;
        for (Aged segment : segments) {
            boolean tooMuch = bySize && excess - segment.sizeInBytes() >= 0;
            boolean tooOld = byTime && nowMs - segment.latestMs() > config.retentionMs();
            seen++;
            boolean emptyActive = segment.sizeInBytes() == 0 && seen == segments.size();
            if (emptyActive || segment.endOffset() > bound || !(tooMuch || tooOld)) {
                break;
            }
            newStart = Math.max(newStart, segment.endOffset());
            excess -= segment.sizeInBytes();
        }
        return newStart;
    }
}
