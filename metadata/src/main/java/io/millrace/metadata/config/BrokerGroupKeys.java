package io.millrace.metadata.config;

import static io.millrace.metadata.config.ConfigKey.broker;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.SHORT;

import java.util.List;

/** Broker keys of consumer groups and their offsets. */
final class BrokerGroupKeys {
    private BrokerGroupKeys() {}

    static List<ConfigKey> groups() {
        return List.of(
                broker(BrokerConfigs.GROUP_MIN_SESSION_TIMEOUT_MS, INT, "6000", Range.atLeast(0))
                        .doc("Shortest session timeout a group member may ask for."),
                broker(BrokerConfigs.GROUP_MAX_SESSION_TIMEOUT_MS, INT, "1800000", Range.atLeast(0))
                        .doc("Longest session timeout a group member may ask for."),
                broker(BrokerConfigs.GROUP_INITIAL_REBALANCE_DELAY_MS, INT, "3000", Range.atLeast(0))
                        .doc("How long a new group waits for further members before it first assigns partitions."),
                broker(BrokerConfigs.GROUP_MAX_SIZE, INT, "2147483647", Range.atLeast(1))
                        .doc("Members of one group."));
    }

    static List<ConfigKey> offsets() {
        return List.of(
                broker(BrokerConfigs.OFFSETS_TOPIC_NUM_PARTITIONS, INT, "50", Range.atLeast(1))
                        .doc("Partitions of __consumer_offsets when it is made; not to be changed later."),
                broker(BrokerConfigs.OFFSETS_TOPIC_REPLICATION_FACTOR, SHORT, "3", Range.atLeast(1))
                        .doc("Replicas of __consumer_offsets when it is made; never more than there are brokers."),
                broker(BrokerConfigs.OFFSETS_TOPIC_SEGMENT_BYTES, INT, "104857600", Range.atLeast(1))
                        .doc("Segment size of __consumer_offsets."),
                broker(BrokerConfigs.OFFSETS_TOPIC_COMPRESSION_CODEC, INT, "0", Range.between(0, 4))
                        .doc("Compression of __consumer_offsets: 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd."),
                broker(BrokerConfigs.OFFSETS_RETENTION_MINUTES, INT, "10080", Range.atLeast(1))
                        .doc("How long the offsets of a group without members are kept."),
                broker(BrokerConfigs.OFFSETS_RETENTION_CHECK_INTERVAL_MS, LONG, "600000", Range.atLeast(1))
                        .doc("How often expired offsets are looked for."),
                broker(BrokerConfigs.OFFSETS_COMMIT_TIMEOUT_MS, INT, "5000", Range.atLeast(1))
                        .doc("How long an offset commit may wait to be written."),
                broker(BrokerConfigs.OFFSETS_LOAD_BUFFER_SIZE, INT, "5242880", Range.atLeast(1))
                        .doc("Bytes read at once when offsets are loaded."),
                broker(BrokerConfigs.OFFSET_METADATA_MAX_BYTES, INT, "4096", Range.atLeast(0))
                        .doc("Longest text a client may leave with a committed offset."));
    }
}
