package io.millrace.storage;

import io.millrace.storage.LogConfig.Cleanup;
import io.millrace.storage.LogConfig.Durability;
import org.apache.kafka.common.record.TimestampType;

/** Log configurations that differ from the default in one or two points. */
final class TestConfigs {
    private TestConfigs() {}

    static LogConfig segmentBytes(int bytes) {
        return of(bytes, Long.MAX_VALUE, Long.MAX_VALUE, -1);
    }

    static LogConfig segmentMs(long ms) {
        return of(1 << 30, ms, Long.MAX_VALUE, -1);
    }

    static LogConfig retention(int segmentBytes, long retentionMs, long retentionBytes) {
        return of(segmentBytes, Long.MAX_VALUE, retentionMs, retentionBytes);
    }

    private static LogConfig of(int segmentBytes, long segmentMs, long retentionMs, long retentionBytes) {
        return new LogConfig(
                Durability.DISK,
                Cleanup.DELETE,
                segmentBytes,
                segmentMs,
                10 << 20,
                256,
                retentionMs,
                retentionBytes,
                0,
                1 << 20,
                TimestampType.CREATE_TIME);
    }

    static LogConfig appendTime() {
        return with(Durability.DISK, TimestampType.LOG_APPEND_TIME, 1 << 20);
    }

    static LogConfig memory() {
        return with(Durability.MEMORY, TimestampType.CREATE_TIME, 1 << 20);
    }

    static LogConfig maxMessageBytes(int bytes) {
        return with(Durability.DISK, TimestampType.CREATE_TIME, bytes);
    }

    private static LogConfig with(Durability durability, TimestampType timestampType, int maxMessageBytes) {
        return new LogConfig(
                durability,
                Cleanup.DELETE,
                1 << 30,
                Long.MAX_VALUE,
                10 << 20,
                4096,
                -1,
                -1,
                0,
                maxMessageBytes,
                timestampType);
    }
}
