package io.millrace.metadata.config;

import static io.millrace.metadata.config.ConfigKey.broker;
import static org.apache.kafka.common.config.ConfigDef.Type.BOOLEAN;
import static org.apache.kafka.common.config.ConfigDef.Type.DOUBLE;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LIST;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.jspecify.annotations.Nullable;

/** Broker keys of topics and logs: most are what holds for a topic that says nothing itself. */
final class BrokerLogKeys {
    private BrokerLogKeys() {}

    static List<ConfigKey> topics() {
        return List.of(
                broker(BrokerConfigs.NUM_PARTITIONS, INT, "1", Range.atLeast(1))
                        .doc("Partitions of a topic whose creator does not say."),
                broker(BrokerConfigs.DEFAULT_REPLICATION_FACTOR, INT, "1", Range.atLeast(1))
                        .doc("Replicas of a topic whose creator does not say."),
                broker(BrokerConfigs.AUTO_CREATE_TOPICS_ENABLE, BOOLEAN, "true", Range.any())
                        .doc("Whether asking for a topic that does not exist makes it."),
                broker(BrokerConfigs.DELETE_TOPIC_ENABLE, BOOLEAN, "true", Range.any())
                        .doc("Whether topics can be deleted."),
                broker(BrokerConfigs.PRODUCER_ID_EXPIRATION_MS, INT, "86400000", Range.atLeast(1))
                        .doc("How long a partition remembers the last batches of an idle idempotent producer.")
                        .clusterWide(),
                topicDefault("min.insync.replicas", INT, "1", Range.atLeast(1))
                        .doc("In-sync replicas without which a produce with acks=all is refused."),
                topicDefault("unclean.leader.election.enable", BOOLEAN, "false", Range.any())
                        .doc("Whether a replica that is not in sync may become leader.")
                        .withoutEffect());
    }

    static List<ConfigKey> segments() {
        return List.of(
                broker(TopicConfigs.DURABILITY, STRING, "disk", Range.oneOf("disk", "memory"))
                        .doc(
                                "When an append is acknowledged: once it is on disk, or once it is in the page cache as in Kafka.")
                        .clusterWide(),
                topicDefault("log.segment.bytes", INT, "1073741824", Range.atLeast(1 << 20))
                        .doc("Size at which a segment file is closed and the next one begun."),
                topicDefault("log.roll.ms", LONG, null, Range.atLeast(1))
                        .doc("Age at which a segment file is closed; without it, log.roll.hours."),
                broker("log.roll.hours", INT, "168", Range.atLeast(1)).doc("Age at which a segment file is closed."),
                topicDefault("log.roll.jitter.ms", LONG, null, Range.atLeast(0))
                        .doc("Up to so much is taken off log.roll.ms at random.")
                        .withoutEffect(),
                broker("log.roll.jitter.hours", INT, "0", Range.atLeast(0))
                        .doc("Up to so much is taken off log.roll.hours at random.")
                        .withoutEffect(),
                topicDefault("log.index.size.max.bytes", INT, "10485760", Range.atLeast(4))
                        .doc("Size at which an index file is full."),
                topicDefault("log.index.interval.bytes", INT, "4096", Range.atLeast(0))
                        .doc("Bytes of records between two entries of the offset index."),
                topicDefault("log.segment.delete.delay.ms", LONG, "60000", Range.atLeast(0))
                        .doc("Time between a segment's end in the log and the deletion of its files."),
                topicDefault("log.preallocate", BOOLEAN, "false", Range.any())
                        .doc("Whether a segment file gets its full size when it is made.")
                        .withoutEffect(),
                topicDefault("log.flush.interval.messages", LONG, "9223372036854775807", Range.atLeast(1))
                        .doc("Records after which Kafka flushes; here durability decides.")
                        .withoutEffect(),
                topicDefault("log.flush.interval.ms", LONG, null, Range.atLeast(0))
                        .doc("Time after which Kafka flushes; here durability decides.")
                        .withoutEffect(),
                broker("log.flush.scheduler.interval.ms", LONG, "9223372036854775807", Range.any())
                        .doc("How often Kafka looks for what to flush; here durability decides.")
                        .withoutEffect());
    }

    static List<ConfigKey> retention() {
        return List.of(
                topicDefault("log.cleanup.policy", LIST, "delete", Range.listOf("compact", "delete"))
                        .doc("What becomes of old records: deleted, compacted, both, or neither."),
                topicDefault("log.retention.ms", LONG, null, Range.positiveOrUnlimited())
                        .doc("Age from which records are deleted, -1: never; without it, log.retention.minutes."),
                broker("log.retention.minutes", INT, null, Range.positiveOrUnlimited())
                        .doc("Age from which records are deleted, -1: never; without it, log.retention.hours."),
                broker("log.retention.hours", INT, "168", Range.positiveOrUnlimited())
                        .doc("Age from which records are deleted; -1: never."),
                topicDefault("log.retention.bytes", LONG, "-1", Range.any())
                        .doc("Size of a partition from which its oldest segments are deleted; -1: no limit."),
                broker(BrokerConfigs.LOG_RETENTION_CHECK_INTERVAL_MS, LONG, "300000", Range.atLeast(1))
                        .doc("How often segments to delete are looked for."),
                topicDefault("log.cleaner.delete.retention.ms", LONG, "86400000", Range.atLeast(0))
                        .doc("How long compaction keeps tombstones."),
                topicDefault("log.cleaner.min.cleanable.ratio", DOUBLE, "0.5", new Range.Fraction())
                        .doc("Share of uncompacted bytes from which a log is compacted."),
                topicDefault("log.cleaner.min.compaction.lag.ms", LONG, "0", Range.atLeast(0))
                        .doc("How long a record stays uncompacted at least."),
                topicDefault("log.cleaner.max.compaction.lag.ms", LONG, "9223372036854775807", Range.atLeast(1))
                        .doc("How long a record stays uncompacted at most."),
                topicDefault("log.local.retention.ms", LONG, "-2", Range.atLeast(-2))
                        .doc("Age from which a tiered segment's local copy goes.")
                        .withoutEffect(),
                topicDefault("log.local.retention.bytes", LONG, "-2", Range.atLeast(-2))
                        .doc("Size from which tiered segments' local copies go.")
                        .withoutEffect(),
                topicDefault("log.remote.copy.lag.ms", LONG, "0", Range.atLeast(-1))
                        .doc("How long a closed segment waits before it moves to the object store.")
                        .withoutEffect(),
                topicDefault("log.remote.copy.lag.bytes", LONG, "-1", Range.atLeast(-1))
                        .doc("How many bytes of closed segments wait before they move to the object store.")
                        .withoutEffect());
    }

    static List<ConfigKey> cleaner() {
        return List.of(
                broker(BrokerConfigs.LOG_CLEANER_ENABLE, BOOLEAN, "true", Range.any())
                        .doc("Whether logs are compacted at all."),
                broker(BrokerConfigs.LOG_CLEANER_THREADS, INT, "1", Range.atLeast(0))
                        .doc("How many logs are compacted at once.")
                        .clusterWide(),
                broker(BrokerConfigs.LOG_CLEANER_IO_MAX_BYTES_PER_SECOND, DOUBLE, "1.7976931348623157E308", Range.any())
                        .doc("Bytes that compaction reads and writes per second.")
                        .clusterWide(),
                broker(BrokerConfigs.LOG_CLEANER_DEDUPE_BUFFER_SIZE, LONG, "134217728", Range.any())
                        .doc("Memory for keys during compaction, at most a quarter of the heap; more keys take several passes.")
                        .clusterWide(),
                broker(BrokerConfigs.LOG_CLEANER_IO_BUFFER_LOAD_FACTOR, DOUBLE, "0.9", Range.any())
                        .doc("How full the memory for keys gets before a log takes another pass.")
                        .clusterWide(),
                broker(BrokerConfigs.LOG_CLEANER_BACKOFF_MS, LONG, "15000", Range.atLeast(0))
                        .doc("Pause between two looks for a log to compact.")
                        .clusterWide());
    }

    static List<ConfigKey> messages() {
        return List.of(
                topicDefault("message.max.bytes", INT, "1048588", Range.atLeast(0))
                        .doc("Largest record batch accepted, as it comes (compressed, if it is)."),
                topicDefault("max.decompressed.message.bytes", INT, "2147483639", Range.between(1, 2147483639))
                        .doc("Largest record batch accepted, decompressed.")
                        .withoutEffect(),
                topicDefault(
                                "log.message.timestamp.type",
                                STRING,
                                "CreateTime",
                                Range.oneOf("CreateTime", "LogAppendTime"))
                        .doc("Whose time a record bears: its producer's, or that of its append."),
                topicDefault("log.message.timestamp.before.max.ms", LONG, "9223372036854775807", Range.atLeast(0))
                        .doc("How far a producer's timestamp may lie in the past."),
                topicDefault("log.message.timestamp.after.max.ms", LONG, "3600000", Range.atLeast(0))
                        .doc("How far a producer's timestamp may lie in the future."),
                topicDefault(
                                "compression.type",
                                STRING,
                                "producer",
                                Range.oneOf("uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"))
                        .doc("How batches are stored: as their producer compressed them, or otherwise."),
                topicDefault("compression.gzip.level", INT, "-1", new Range.Numbers(1, 9, -1L))
                        .doc("Level for gzip, where batches are compressed here."),
                topicDefault("compression.lz4.level", INT, "9", Range.between(1, 17))
                        .doc("Level for lz4, where batches are compressed here."),
                topicDefault("compression.zstd.level", INT, "3", Range.between(-131072, 22))
                        .doc("Level for zstd, where batches are compressed here."));
    }

    /** What a topic's key falls back to: can be changed while the broker runs. */
    private static ConfigKey topicDefault(
            String name, ConfigDef.Type type, @Nullable String defaultValue, Range range) {
        return broker(name, type, defaultValue, range).clusterWide();
    }
}
