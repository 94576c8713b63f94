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

    /** cleanup.policy; {@code NONE} is the empty list. */
    public enum Cleanup {
        DELETE,
        COMPACT,
        COMPACT_AND_DELETE,
        NONE
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
