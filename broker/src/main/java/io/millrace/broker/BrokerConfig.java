package io.millrace.broker;

import io.millrace.broker.network.NetworkConfig;
import io.millrace.broker.network.NetworkConfig.ConnectionLimits;
import io.millrace.broker.topics.TopicDefaults;
import io.millrace.coordinator.group.GroupConfig;
import io.millrace.metadata.config.BrokerConfigs;
import io.millrace.metadata.config.ConfigValues;
import io.millrace.metadata.config.EffectiveConfig;
import io.millrace.metadata.config.StaticConfig;
import io.millrace.storage.CleanerConfig;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.jspecify.annotations.Nullable;

/**
 * What a broker is started with. Three keys are the command's own: {@code data.dir} (log.dirs), {@code listen} (HOST:PORT, a
 * listener named PLAINTEXT) and {@code insecure}; the others are those of {@link BrokerConfigs}.
 *
 * @param directories data directories; the first one also holds the metadata
 * @param nodeId empty: that of the data directory
 * @param listeners where to listen
 * @param advertised what clients are told instead, by listener name
 * @param properties everything that was set, checked
 */
public record BrokerConfig(
        List<Path> directories,
        OptionalInt nodeId,
        Optional<String> rack,
        List<ListenerConfig> listeners,
        Map<String, ListenerConfig> advertised,
        StaticConfig properties) {
    private static final String DATA_DIR = "data.dir";
    private static final String LISTEN = "listen";
    private static final String INSECURE = "insecure";
    private static final List<String> OWN_KEYS = List.of(DATA_DIR, LISTEN, INSECURE);

    /** Kafka has no limit here; ours keeps the threads few. */
    private static final int MOST_EVENT_LOOPS = 8;

    public BrokerConfig {
        directories = List.copyOf(directories);
        listeners = List.copyOf(listeners);
        advertised = Map.copyOf(advertised);
    }

    /**
     * Flags win over the environment, the environment over the file.
     *
     * @param environment all environment variables; only those named MILLRACE_ and a key are looked at
     * @throws InvalidConfigurationException one line for each key that is unknown or cannot have its value, naming key, value
     *     and range
     */
    public static BrokerConfig of(
            Map<String, String> file, Map<String, String> environment, Map<String, String> flags) {
        Map<String, String> merged = new HashMap<>(present(file));
        merged.putAll(present(fromEnvironment(environment)));
        merged.putAll(present(flags));
        return of(merged);
    }

    private static Map<String, String> fromEnvironment(Map<String, String> environment) {
        Map<String, String> found = new HashMap<>(StaticConfig.fromEnvironment(environment));
        for (String key : OWN_KEYS) {
            @Nullable String value = environment.get(StaticConfig.environmentVariable(key));
            if (value != null) {
                found.put(key, value);
            }
        }
        return found;
    }

    /** The command's own keys under the names they stand for, so that a layer's spelling does not matter to the next. */
    private static Map<String, String> present(Map<String, String> layer) {
        Map<String, String> properties = new HashMap<>(layer);
        @Nullable String dataDir = properties.remove(DATA_DIR);
        if (dataDir != null) {
            properties.put(BrokerConfigs.LOG_DIRS, dataDir);
        }
        @Nullable String listen = properties.remove(LISTEN);
        if (listen != null) {
            properties.put(BrokerConfigs.LISTENERS, "PLAINTEXT://" + listen);
        }
        return properties;
    }

    private static BrokerConfig of(Map<String, String> merged) {
        boolean insecure = insecure(merged.remove(INSECURE));
        StaticConfig properties = StaticConfig.parse(merged);
        ConfigValues values = EffectiveConfig.staticValues(properties);
        ListenerConfigs addresses = new ListenerConfigs(merged);
        List<ListenerConfig> listeners = addresses.bound(values.list(BrokerConfigs.LISTENERS), insecure);
        return new BrokerConfig(
                directories(values),
                values.find(BrokerConfigs.NODE_ID)
                        .map(id -> OptionalInt.of((Integer) id))
                        .orElse(OptionalInt.empty()),
                values.find(BrokerConfigs.BROKER_RACK).map(String.class::cast),
                listeners,
                addresses.advertised(listOrNothing(values, BrokerConfigs.ADVERTISED_LISTENERS), listeners),
                properties);
    }

    private static boolean insecure(@Nullable String text) {
        if (text == null || text.trim().equals("false")) {
            return false;
        }
        if (!text.trim().equals("true")) {
            throw new InvalidConfigurationException(
                    "Invalid value " + text + " for configuration insecure: must be true or false");
        }
        return true;
    }

    private static List<Path> directories(ConfigValues values) {
        List<String> named = listOrNothing(values, BrokerConfigs.LOG_DIRS);
        return (named.isEmpty() ? values.list(BrokerConfigs.LOG_DIR) : named)
                .stream().map(Path::of).toList();
    }

    private static List<String> listOrNothing(ConfigValues values, String key) {
        return values.find(key).isPresent() ? values.list(key) : List.of();
    }

    private ConfigValues values() {
        return EffectiveConfig.staticValues(properties);
    }

    /** Holds the metadata. */
    Path metadataDirectory() {
        return directories.getFirst().resolve("meta");
    }

    NetworkConfig network() {
        ConfigValues values = values();
        NetworkConfig defaults = NetworkConfig.DEFAULTS;
        long queued = values.longValue(BrokerConfigs.QUEUED_MAX_REQUEST_BYTES);
        long idleMs = values.longValue(BrokerConfigs.CONNECTIONS_MAX_IDLE_MS);
        return new NetworkConfig(
                Math.min(MOST_EVENT_LOOPS, Runtime.getRuntime().availableProcessors()),
                values.intValue(BrokerConfigs.SOCKET_REQUEST_MAX_BYTES),
                queued < 0 ? defaults.queuedRequestBytesMax() : queued,
                new ConnectionLimits(
                        defaults.connections().queuedBytesMax(),
                        defaults.connections().requestsMax(),
                        values.intValue(BrokerConfigs.MAX_CONNECTIONS),
                        values.intValue(BrokerConfigs.MAX_CONNECTIONS_PER_IP),
                        idleMs < 0 ? Long.MAX_VALUE : idleMs),
                values.intValue(BrokerConfigs.SOCKET_SEND_BUFFER_BYTES),
                values.intValue(BrokerConfigs.SOCKET_RECEIVE_BUFFER_BYTES));
    }

    TopicDefaults topicDefaults() {
        ConfigValues values = values();
        return new TopicDefaults(
                values.intValue(BrokerConfigs.NUM_PARTITIONS),
                (short) values.intValue(BrokerConfigs.DEFAULT_REPLICATION_FACTOR),
                values.intValue(BrokerConfigs.OFFSETS_TOPIC_NUM_PARTITIONS),
                (short) values.intValue(BrokerConfigs.OFFSETS_TOPIC_REPLICATION_FACTOR),
                values.intValue(BrokerConfigs.OFFSETS_TOPIC_SEGMENT_BYTES));
    }

    CleanerConfig cleaner() {
        ConfigValues values = values();
        return new CleanerConfig(
                values.bool(BrokerConfigs.LOG_CLEANER_ENABLE) ? values.intValue(BrokerConfigs.LOG_CLEANER_THREADS) : 0,
                values.doubleValue(BrokerConfigs.LOG_CLEANER_IO_MAX_BYTES_PER_SECOND),
                Math.min(
                        values.longValue(BrokerConfigs.LOG_CLEANER_DEDUPE_BUFFER_SIZE),
                        Runtime.getRuntime().maxMemory() / 4),
                values.doubleValue(BrokerConfigs.LOG_CLEANER_IO_BUFFER_LOAD_FACTOR),
                Math.max(1, values.longValue(BrokerConfigs.LOG_CLEANER_BACKOFF_MS)));
    }

    /** @param offsetsTopicPartitions of the topic as it is, or is going to be made */
    GroupConfig groups(int offsetsTopicPartitions) {
        ConfigValues values = values();
        GroupConfig defaults = GroupConfig.DEFAULTS;
        return new GroupConfig(
                offsetsTopicPartitions,
                values.intValue(BrokerConfigs.GROUP_MIN_SESSION_TIMEOUT_MS),
                values.intValue(BrokerConfigs.GROUP_MAX_SESSION_TIMEOUT_MS),
                values.intValue(BrokerConfigs.GROUP_INITIAL_REBALANCE_DELAY_MS),
                values.intValue(BrokerConfigs.GROUP_MAX_SIZE),
                values.intValue(BrokerConfigs.OFFSET_METADATA_MAX_BYTES),
                TimeUnit.MINUTES.toMillis(values.intValue(BrokerConfigs.OFFSETS_RETENTION_MINUTES)),
                values.longValue(BrokerConfigs.OFFSETS_RETENTION_CHECK_INTERVAL_MS),
                values.intValue("message.max.bytes"),
                defaults.maxPendingMembers(),
                defaults.maxWaitingRequests());
    }

    boolean flag(String key) {
        return values().bool(key);
    }

    int number(String key) {
        return values().intValue(key);
    }

    long longNumber(String key) {
        return values().longValue(key);
    }
}
