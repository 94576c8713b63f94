package io.millrace.broker;

import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.config.ConfigValues;
import io.millrace.metadata.config.EffectiveConfig;
import io.millrace.metadata.config.TopicConfigs;
import io.millrace.replication.TopicSettings;
import io.millrace.replication.TopicSettingsSource;
import io.millrace.storage.LogConfig;
import io.millrace.storage.LogConfig.Cleanup;
import io.millrace.storage.LogConfig.Compaction;
import io.millrace.storage.LogConfig.Durability;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.jspecify.annotations.Nullable;

/**
 * A topic's configuration as its logs and leaders want it. Most topics say nothing of their own, so what the brokers' values
 * and a topic's own come to is remembered until the brokers' change. Safe for any thread.
 */
final class TopicSettingsResolver implements TopicSettingsSource {
    private static final int MOST_REMEMBERED = 10_000;

    private final EffectiveConfig effective;
    private final ConfigResource broker;
    private final ConfigResource allBrokers = new ConfigResource(ConfigResource.Type.BROKER, "");
    private volatile Remembered remembered = new Remembered(Map.of(), Map.of(), new ConcurrentHashMap<>());

    TopicSettingsResolver(int brokerId, EffectiveConfig effective) {
        this.effective = effective;
        this.broker = new ConfigResource(ConfigResource.Type.BROKER, Integer.toString(brokerId));
    }

    @Override
    public TopicSettings settings(ClusterImage image, String topic) {
        Map<String, String> own = image.configs(new ConfigResource(ConfigResource.Type.TOPIC, topic));
        return remembered(image).byOwn().computeIfAbsent(own, values -> settings(effective.topicValues(image, values)));
    }

    private Remembered remembered(ClusterImage image) {
        Map<String, String> ofBroker = image.configs(broker);
        Map<String, String> ofAll = image.configs(allBrokers);
        Remembered present = remembered;
        if (present.broker().equals(ofBroker)
                && present.allBrokers().equals(ofAll)
                && present.byOwn().size() < MOST_REMEMBERED) {
            return present;
        }
        Remembered fresh = new Remembered(ofBroker, ofAll, new ConcurrentHashMap<>());
        remembered = fresh;
        return fresh;
    }

    private static TopicSettings settings(ConfigValues values) {
        CompressionType compression = compression(values.string(TopicConfig.COMPRESSION_TYPE_CONFIG));
        return new TopicSettings(
                log(values),
                values.intValue(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG),
                values.longValue(TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG),
                values.longValue(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG),
                compression,
                level(compression, values));
    }

    private static LogConfig log(ConfigValues values) {
        return new LogConfig(
                Durability.valueOf(values.string(TopicConfigs.DURABILITY).toUpperCase(Locale.ROOT)),
                cleanup(values),
                values.intValue(TopicConfig.SEGMENT_BYTES_CONFIG),
                values.longValue(TopicConfig.SEGMENT_MS_CONFIG),
                values.intValue(TopicConfig.SEGMENT_INDEX_BYTES_CONFIG),
                values.intValue(TopicConfig.INDEX_INTERVAL_BYTES_CONFIG),
                values.longValue(TopicConfig.RETENTION_MS_CONFIG),
                values.longValue(TopicConfig.RETENTION_BYTES_CONFIG),
                values.longValue(TopicConfig.FILE_DELETE_DELAY_MS_CONFIG),
                values.intValue(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
                TimestampType.forName(values.string(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG)));
    }

    private static Cleanup cleanup(ConfigValues values) {
        List<String> policies = values.list(TopicConfig.CLEANUP_POLICY_CONFIG);
        return new Cleanup(
                policies.contains(TopicConfig.CLEANUP_POLICY_DELETE),
                policies.contains(TopicConfig.CLEANUP_POLICY_COMPACT),
                new Compaction(
                        values.longValue(TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG),
                        values.longValue(TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG),
                        values.doubleValue(TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG),
                        values.longValue(TopicConfig.DELETE_RETENTION_MS_CONFIG)));
    }

    private static @Nullable CompressionType compression(String name) {
        return switch (name) {
            case "producer" -> null;
            case "uncompressed" -> CompressionType.NONE;
            default -> CompressionType.forName(name);
        };
    }

    private static int level(@Nullable CompressionType compression, ConfigValues values) {
        return switch (compression) {
            case GZIP -> values.intValue(TopicConfig.COMPRESSION_GZIP_LEVEL_CONFIG);
            case LZ4 -> values.intValue(TopicConfig.COMPRESSION_LZ4_LEVEL_CONFIG);
            case ZSTD -> values.intValue(TopicConfig.COMPRESSION_ZSTD_LEVEL_CONFIG);
            case null, default -> 0;
        };
    }

    /** What one state of the brokers' own values makes of topics' own values. */
    private record Remembered(
            Map<String, String> broker,
            Map<String, String> allBrokers,
            Map<Map<String, String>, TopicSettings> byOwn) {}
}
