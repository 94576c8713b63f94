package io.millrace.storage;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.common.TopicIdPartition;

/**
 * How a store behaves.
 *
 * @param directories log directories ({@code log.dirs}); made where missing
 * @param clock tells the time for append times, roll and retention
 * @param configs what is configured for a stored log that is not open, for retention; empty for a log nobody knows of
 * @param retentionCheckIntervalMs {@code log.retention.check.interval.ms}
 * @param checkpointIntervalMs pause between two checkpoints, which bound what recovery reads
 * @param checkpointBytes a checkpoint records the producers of a log of which this much was written since the last time
 * @param producerIdExpirationMs {@code producer.id.expiration.ms}
 * @param maxProducersPerPartition how many producers a log remembers
 * @param maxOpenFiles how many files are kept open for readers that may come back
 * @param reserveBytes with less than this free on a directory's volume, its logs refuse appends
 * @param cleaner how compaction goes about it
 */
public record LogStoreConfig(
        List<Path> directories,
        InstantSource clock,
        Function<TopicIdPartition, Optional<LogConfig>> configs,
        long retentionCheckIntervalMs,
        long checkpointIntervalMs,
        int checkpointBytes,
        long producerIdExpirationMs,
        int maxProducersPerPartition,
        int maxOpenFiles,
        long reserveBytes,
        CleanerConfig cleaner) {
    public LogStoreConfig {
        directories = List.copyOf(directories);
        if (directories.isEmpty()) {
            throw new IllegalArgumentException("a broker needs at least one log directory");
        }
    }

    /** One or more directories and Kafka's defaults. */
    public static LogStoreConfig of(Path... directories) {
        return new LogStoreConfig(
                List.of(directories),
                InstantSource.system(),
                log -> Optional.empty(),
                300_000,
                5_000,
                16 << 20,
                86_400_000,
                100_000,
                512,
                64 << 20,
                CleanerConfig.DEFAULTS);
    }

    public LogStoreConfig withConfigs(Function<TopicIdPartition, Optional<LogConfig>> ofLogs) {
        return new LogStoreConfig(
                directories,
                clock,
                ofLogs,
                retentionCheckIntervalMs,
                checkpointIntervalMs,
                checkpointBytes,
                producerIdExpirationMs,
                maxProducersPerPartition,
                maxOpenFiles,
                reserveBytes,
                cleaner);
    }

    public LogStoreConfig withClock(InstantSource source) {
        return new LogStoreConfig(
                directories,
                source,
                configs,
                retentionCheckIntervalMs,
                checkpointIntervalMs,
                checkpointBytes,
                producerIdExpirationMs,
                maxProducersPerPartition,
                maxOpenFiles,
                reserveBytes,
                cleaner);
    }

    public LogStoreConfig withCleaner(CleanerConfig changed) {
        return new LogStoreConfig(
                directories,
                clock,
                configs,
                retentionCheckIntervalMs,
                checkpointIntervalMs,
                checkpointBytes,
                producerIdExpirationMs,
                maxProducersPerPartition,
                maxOpenFiles,
                reserveBytes,
                changed);
    }
}
