package io.millrace.storage;

/**
 * How compaction goes about it, for all logs of a store.
 *
 * @param threads {@code log.cleaner.threads}: logs that are cleaned at once; 0: none is
 * @param maxBytesPerSecond {@code log.cleaner.io.max.bytes.per.second}: what all threads together may read and write
 * @param keyBytes {@code log.cleaner.dedupe.buffer.size}: memory that all threads together may use for keys
 * @param keyLoadFactor {@code log.cleaner.io.buffer.load.factor}: how full that memory gets before a log takes another pass
 * @param backoffMs {@code log.cleaner.backoff.ms}: pause between two looks for something to clean
 */
public record CleanerConfig(
        int threads, double maxBytesPerSecond, long keyBytes, double keyLoadFactor, long backoffMs) {
    private static final double LEAST_LOAD = 0.01;

    public CleanerConfig {
        maxBytesPerSecond = Math.max(1.0, maxBytesPerSecond);
        keyLoadFactor = Math.clamp(keyLoadFactor, LEAST_LOAD, 1.0);
    }

    public static final CleanerConfig DEFAULTS = new CleanerConfig(1, Double.MAX_VALUE, 128 << 20, 0.9, 15_000);
}
