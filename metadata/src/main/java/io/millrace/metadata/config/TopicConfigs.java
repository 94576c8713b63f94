package io.millrace.metadata.config;

import static org.apache.kafka.common.config.ConfigDef.Type.BOOLEAN;
import static org.apache.kafka.common.config.ConfigDef.Type.DOUBLE;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LIST;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import io.millrace.metadata.config.ConfigKey.Synonym;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.TopicConfig;

/** The keys of a topic: all of Kafka 4.4's, and our own {@code durability}. Names are kafka-clients' {@link TopicConfig}. */
public final class TopicConfigs {
    /** When an append counts as written: on disk, or in the page cache as in Kafka. */
    public static final String DURABILITY = "durability";

    static final long MINUTE_MS = 60_000;
    static final long HOUR_MS = 60 * MINUTE_MS;

    private static final ConfigCatalogue CATALOGUE = new ConfigCatalogue(
            "topic",
            Stream.of(segments(), retention(), messages(), compression(), replication(), tiering())
                    .flatMap(List::stream)
                    .toList());

    private TopicConfigs() {}

    public static ConfigCatalogue catalogue() {
        return CATALOGUE;
    }

    private static List<ConfigKey> segments() {
        return List.of(
                key(DURABILITY, STRING, "disk", Range.oneOf("disk", "memory"))
                        .doc(
                                "When an append is acknowledged: once it is on disk, or once it is in the page cache as in Kafka.")
                        .from(DURABILITY),
                key(TopicConfig.SEGMENT_BYTES_CONFIG, INT, "1073741824", Range.atLeast(1 << 20))
                        .doc("Size at which a segment file is closed and the next one begun.")
                        .from("log.segment.bytes"),
                key(TopicConfig.SEGMENT_MS_CONFIG, LONG, "604800000", Range.atLeast(1))
                        .doc("Age at which a segment file is closed, full or not.")
                        .from(new Synonym("log.roll.ms", 1), new Synonym("log.roll.hours", HOUR_MS)),
                key(TopicConfig.SEGMENT_JITTER_MS_CONFIG, LONG, "0", Range.atLeast(0))
                        .doc("Up to so much is taken off segment.ms at random, so that not all segments close at once.")
                        .from(new Synonym("log.roll.jitter.ms", 1), new Synonym("log.roll.jitter.hours", HOUR_MS))
                        .withoutEffect(),
                key(TopicConfig.SEGMENT_INDEX_BYTES_CONFIG, INT, "10485760", Range.atLeast(4))
                        .doc("Size at which an index file is full, which closes its segment.")
                        .from("log.index.size.max.bytes"),
                key(TopicConfig.INDEX_INTERVAL_BYTES_CONFIG, INT, "4096", Range.atLeast(0))
                        .doc("Bytes of records between two entries of the offset index.")
                        .from("log.index.interval.bytes"),
                key(TopicConfig.PREALLOCATE_CONFIG, BOOLEAN, "false", Range.any())
                        .doc("Whether a segment file gets its full size when it is made.")
                        .from("log.preallocate")
                        .withoutEffect(),
                key(TopicConfig.FLUSH_MESSAGES_INTERVAL_CONFIG, LONG, "9223372036854775807", Range.atLeast(1))
                        .doc("Records after which Kafka flushes; here durability decides.")
                        .from("log.flush.interval.messages")
                        .withoutEffect(),
                key(TopicConfig.FLUSH_MS_CONFIG, LONG, "9223372036854775807", Range.atLeast(0))
                        .doc("Time after which Kafka flushes; here durability decides.")
                        .from(
                                new Synonym("log.flush.interval.ms", 1),
                                new Synonym("log.flush.scheduler.interval.ms", 1))
                        .withoutEffect(),
                key(TopicConfig.FILE_DELETE_DELAY_MS_CONFIG, LONG, "60000", Range.atLeast(0))
                        .doc("Time between a segment's end in the log and the deletion of its files.")
                        .from("log.segment.delete.delay.ms"));
    }

    private static List<ConfigKey> retention() {
        return List.of(
                key(TopicConfig.CLEANUP_POLICY_CONFIG, LIST, "delete", Range.listOf("compact", "delete"))
                        .doc(
                                "What becomes of old records: deleted by age and size, or compacted to the last one of each key, or both, or neither.")
                        .from("log.cleanup.policy"),
                key(TopicConfig.RETENTION_MS_CONFIG, LONG, "604800000", Range.atLeast(-1))
                        .doc("Age from which records are deleted; -1: never.")
                        .from(
                                new Synonym("log.retention.ms", 1),
                                new Synonym("log.retention.minutes", MINUTE_MS),
                                new Synonym("log.retention.hours", HOUR_MS)),
                key(TopicConfig.RETENTION_BYTES_CONFIG, LONG, "-1", Range.any())
                        .doc("Size of a partition from which its oldest segments are deleted; -1: no limit.")
                        .from("log.retention.bytes"),
                key(TopicConfig.DELETE_RETENTION_MS_CONFIG, LONG, "86400000", Range.atLeast(0))
                        .doc("How long compaction keeps tombstones.")
                        .from("log.cleaner.delete.retention.ms"),
                key(TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG, DOUBLE, "0.5", new Range.Fraction())
                        .doc("Share of uncompacted bytes from which a log is compacted.")
                        .from("log.cleaner.min.cleanable.ratio"),
                key(TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG, LONG, "0", Range.atLeast(0))
                        .doc("How long a record stays uncompacted at least.")
                        .from("log.cleaner.min.compaction.lag.ms"),
                key(TopicConfig.MAX_COMPACTION_LAG_MS_CONFIG, LONG, "9223372036854775807", Range.atLeast(1))
                        .doc("How long a record stays uncompacted at most.")
                        .from("log.cleaner.max.compaction.lag.ms"));
    }

    private static List<ConfigKey> messages() {
        return List.of(
                key(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, INT, "1048588", Range.atLeast(0))
                        .doc("Largest record batch accepted, as it comes (compressed, if it is).")
                        .from("message.max.bytes"),
                key("max.decompressed.message.bytes", INT, "2147483639", Range.between(1, 2147483639))
                        .doc("Largest record batch accepted, decompressed.")
                        .from("max.decompressed.message.bytes")
                        .withoutEffect(),
                key(
                                TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                                STRING,
                                "CreateTime",
                                Range.oneOf("CreateTime", "LogAppendTime"))
                        .doc("Whose time a record bears: its producer's, or that of its append.")
                        .from("log.message.timestamp.type"),
                key(TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG, LONG, "9223372036854775807", Range.atLeast(0))
                        .doc("How far a producer's timestamp may lie in the past.")
                        .from("log.message.timestamp.before.max.ms"),
                key(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, LONG, "3600000", Range.atLeast(0))
                        .doc("How far a producer's timestamp may lie in the future.")
                        .from("log.message.timestamp.after.max.ms"),
                key("errors.deadletterqueue.group.enable", BOOLEAN, "false", Range.any())
                        .doc("Whether share groups may use this topic for records they could not process.")
                        .withoutEffect());
    }

    private static List<ConfigKey> compression() {
        return List.of(
                key(
                                TopicConfig.COMPRESSION_TYPE_CONFIG,
                                STRING,
                                "producer",
                                Range.oneOf("uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"))
                        .doc("How batches are stored: as their producer compressed them, or otherwise.")
                        .from("compression.type"),
                key(TopicConfig.COMPRESSION_GZIP_LEVEL_CONFIG, INT, "-1", new Range.Numbers(1, 9, -1L))
                        .doc("Level for gzip, where batches are compressed here.")
                        .from("compression.gzip.level"),
                key(TopicConfig.COMPRESSION_LZ4_LEVEL_CONFIG, INT, "9", Range.between(1, 17))
                        .doc("Level for lz4, where batches are compressed here.")
                        .from("compression.lz4.level"),
                key(TopicConfig.COMPRESSION_ZSTD_LEVEL_CONFIG, INT, "3", Range.between(-131072, 22))
                        .doc("Level for zstd, where batches are compressed here.")
                        .from("compression.zstd.level"));
    }

    private static List<ConfigKey> replication() {
        return List.of(
                key(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, INT, "1", Range.atLeast(1))
                        .doc("In-sync replicas without which a produce with acks=all is refused.")
                        .from("min.insync.replicas"),
                key(TopicConfig.UNCLEAN_LEADER_ELECTION_ENABLE_CONFIG, BOOLEAN, "false", Range.any())
                        .doc("Whether a replica that is not in sync may become leader, at the price of records.")
                        .from("unclean.leader.election.enable")
                        .withoutEffect(),
                key("leader.replication.throttled.replicas", LIST, "", new Range.ThrottledReplicas())
                        .doc("Replicas whose replication is throttled at the leader.")
                        .withoutEffect(),
                key("follower.replication.throttled.replicas", LIST, "", new Range.ThrottledReplicas())
                        .doc("Replicas whose replication is throttled at the follower.")
                        .withoutEffect());
    }

    private static List<ConfigKey> tiering() {
        return List.of(
                key(TopicConfig.REMOTE_LOG_STORAGE_ENABLE_CONFIG, BOOLEAN, "false", Range.any())
                        .doc("Whether old segments move to an object store; only false for now."),
                key(TopicConfig.REMOTE_LOG_COPY_DISABLE_CONFIG, BOOLEAN, "false", Range.any())
                        .doc("Whether no further segments move to the object store.")
                        .withoutEffect(),
                key(TopicConfig.REMOTE_LOG_DELETE_ON_DISABLE_CONFIG, BOOLEAN, "false", Range.any())
                        .doc("Whether what is in the object store goes when tiering ends.")
                        .withoutEffect(),
                key("remote.copy.lag.ms", LONG, "0", Range.atLeast(-1))
                        .doc("How long a closed segment waits before it moves to the object store.")
                        .from("log.remote.copy.lag.ms")
                        .withoutEffect(),
                key("remote.copy.lag.bytes", LONG, "-1", Range.atLeast(-1))
                        .doc("How many bytes of closed segments wait before they move to the object store.")
                        .from("log.remote.copy.lag.bytes")
                        .withoutEffect(),
                key(TopicConfig.LOCAL_LOG_RETENTION_MS_CONFIG, LONG, "-2", Range.atLeast(-2))
                        .doc("Age from which a tiered segment's local copy goes; -2: as retention.ms.")
                        .from("log.local.retention.ms")
                        .withoutEffect(),
                key(TopicConfig.LOCAL_LOG_RETENTION_BYTES_CONFIG, LONG, "-2", Range.atLeast(-2))
                        .doc("Size from which tiered segments' local copies go; -2: as retention.bytes.")
                        .from("log.local.retention.bytes")
                        .withoutEffect());
    }

    private static ConfigKey key(String name, ConfigDef.Type type, String defaultValue, Range range) {
        return ConfigKey.topic(name, type, defaultValue, range);
    }
}
