package io.millrace.storage.segment;

/**
 * The part of a segment's file that was written, recovered or walked over since the broker started, so that batch is known to follow
 * batch in it. One range: it grows where reading goes on, and begins anew elsewhere. Any thread; of two that change it at once, one wins.
 */
final class CheckedRange {
    private volatile Range range = new Range(0, 0);

    private record Range(int from, int to) {}

    void reset(int from, int to) {
        range = new Range(from, to);
    }

    boolean covers(int from, int to) {
        Range now = range;
        return now.from <= from && to <= now.to;
    }

    /** From where on a range that begins here still has to be looked at. */
    int uncheckedFrom(int from) {
        Range now = range;
        return now.from <= from && from <= now.to ? now.to : from;
    }

    /** Batches were seen to follow each other from one boundary to another. */
    void add(int from, int to) {
        Range now = range;
        range = now.from <= from && from <= now.to ? new Range(now.from, Math.max(now.to, to)) : new Range(from, to);
    }
}
