package io.millrace.replication;

import io.millrace.storage.LogConfig;
import org.apache.kafka.common.record.internal.CompressionType;
import org.jspecify.annotations.Nullable;

/**
 * A topic's configuration as far as its leader sees it. Names, units and defaults are those of Kafka's topic configurations.
 *
 * @param log what the log itself follows
 * @param minInSyncReplicas min.insync.replicas: fewer refuse acks=all
 * @param timestampBeforeMaxMs message.timestamp.before.max.ms
 * @param timestampAfterMaxMs message.timestamp.after.max.ms
 * @param compression compression.type; null is {@code producer}: batches stay as they came
 * @param compressionLevel compression.(gzip|lz4|zstd).level of that type; ignored by the others
 */
public record TopicSettings(
        LogConfig log,
        int minInSyncReplicas,
        long timestampBeforeMaxMs,
        long timestampAfterMaxMs,
        @Nullable CompressionType compression,
        int compressionLevel) {

    /** Kafka's defaults. */
    public static final TopicSettings DEFAULTS =
            new TopicSettings(LogConfig.DEFAULTS, 1, Long.MAX_VALUE, 3_600_000L, null, 0);

    public boolean compacted() {
        return log.cleanup().compacts();
    }
}
