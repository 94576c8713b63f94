package io.millrace.storage;

import org.apache.kafka.common.record.TimestampType;

/**
 * How one log behaves: the topic configuration as far as the log sees it. Names, units and defaults are those of Kafka's
 * topic configurations; a retention of -1 means without limit.
 */
public record LogConfig(
        Durability durability,
        Cleanup cleanup,
        int segmentBytes,
        long segmentMs,
        int segmentIndexBytes,
        int indexIntervalBytes,
        long retentionMs,
        long retentionBytes,
        long fileDeleteDelayMs,
        int maxMessageBytes,
        TimestampType timestampType) {

    /** When an append counts as durable. */
    public enum Durability {
        /** When it is on disk. */
        DISK,
        /** When it is in the page cache, as in Kafka. */
        MEMORY
    }

    /**
     * cleanup.policy, and how compaction goes about it.
     *
     * @param deletes whether old segments go, by retention.ms and retention.bytes
     * @param compacts whether of each key only the last record stays
     */
    public record Cleanup(boolean deletes, boolean compacts, Compaction compaction) {
        public static final Cleanup DELETE = new Cleanup(true, false, Compaction.DEFAULTS);
        public static final Cleanup COMPACT = new Cleanup(false, true, Compaction.DEFAULTS);
        public static final Cleanup COMPACT_AND_DELETE = new Cleanup(true, true, Compaction.DEFAULTS);

        /** The empty list. */
        public static final Cleanup NONE = new Cleanup(false, false, Compaction.DEFAULTS);

        public Cleanup with(Compaction changed) {
            return new Cleanup(deletes, compacts, changed);
        }
    }

    /**
     * When a log is compacted.
     *
     * @param minLagMs min.compaction.lag.ms: younger records are left alone
     * @param maxLagMs max.compaction.lag.ms: older ones make it time, whatever else there is
     * @param minDirtyRatio min.cleanable.dirty.ratio: more than this share of the log makes it time
     * @param deleteRetentionMs delete.retention.ms: how long tombstones stay after they were first seen
     */
    public record Compaction(long minLagMs, long maxLagMs, double minDirtyRatio, long deleteRetentionMs) {
        public static final Compaction DEFAULTS = new Compaction(0, Long.MAX_VALUE, 0.5, 86_400_000);
    }

    /** Age at which a segment is finished: what is in the active one cannot be compacted. */
    long rollMs() {
        return cleanup.compacts() ? Math.min(segmentMs, cleanup.compaction().maxLagMs()) : segmentMs;
    }

    /** Kafka's defaults, at {@code durability=disk}. */
    public static final LogConfig DEFAULTS = new LogConfig(
            Durability.DISK,
            Cleanup.DELETE,
            1 << 30,
            7 * 24 * 3_600_000L,
            10 << 20,
            4096,
            7 * 24 * 3_600_000L,
            -1,
            60_000,
            1_048_588,
            TimestampType.CREATE_TIME);
}
