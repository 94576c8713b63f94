package io.millrace.metadata.config;

import static io.millrace.metadata.config.ConfigKey.broker;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LIST;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;

import java.util.List;

/** Broker keys of the node and its network. */
final class BrokerNodeKeys {
    private BrokerNodeKeys() {}

    static List<ConfigKey> node() {
        return List.of(
                broker(BrokerConfigs.NODE_ID, INT, null, Range.atLeast(0))
                        .doc("The broker's id; without it, that of its data directory, and 0 for the first broker."),
                broker(BrokerConfigs.BROKER_RACK, STRING, null, Range.any())
                        .doc("The rack or zone the broker stands in."),
                broker(BrokerConfigs.LOG_DIR, LIST, "data", Range.notEmpty())
                        .doc("The data directory, if log.dirs does not name it."),
                broker(BrokerConfigs.LOG_DIRS, LIST, null, Range.notEmpty()).doc("The data directory."));
    }

    static List<ConfigKey> network() {
        return List.of(
                broker(BrokerConfigs.LISTENERS, LIST, "PLAINTEXT://127.0.0.1:9092", Range.notEmpty())
                        .doc("Addresses to listen on, as NAME://HOST:PORT."),
                broker(BrokerConfigs.ADVERTISED_LISTENERS, LIST, null, Range.notEmpty())
                        .doc("Addresses clients are told, as NAME://HOST:PORT; without it, those of listeners."),
                broker(BrokerConfigs.SOCKET_REQUEST_MAX_BYTES, INT, "104857600", Range.atLeast(1))
                        .doc("Largest request accepted; a larger one closes its connection."),
                broker(BrokerConfigs.SOCKET_SEND_BUFFER_BYTES, INT, "262144", Range.positiveOrUnlimited())
                        .doc("Send buffer of a connection in bytes (SO_SNDBUF); -1: what the system gives."),
                broker(BrokerConfigs.SOCKET_RECEIVE_BUFFER_BYTES, INT, "102400", Range.positiveOrUnlimited())
                        .doc("Receive buffer of a connection in bytes (SO_RCVBUF); -1: what the system gives."),
                broker(BrokerConfigs.QUEUED_MAX_REQUEST_BYTES, LONG, "-1", Range.positiveOrUnlimited())
                        .doc("Bytes of requests that may be in work at once; -1: chosen from the memory there is."),
                broker(BrokerConfigs.MAX_CONNECTIONS, INT, "2147483647", Range.atLeast(0))
                        .doc("Connections at once.")
                        .clusterWide(),
                broker(BrokerConfigs.MAX_CONNECTIONS_PER_IP, INT, "2147483647", Range.atLeast(0))
                        .doc("Connections at once from one address.")
                        .clusterWide(),
                broker(BrokerConfigs.CONNECTIONS_MAX_IDLE_MS, LONG, "600000", Range.any())
                        .doc("Time after which a connection without requests is closed."),
                broker(BrokerConfigs.MAX_REQUEST_PARTITION_SIZE_LIMIT, INT, "2000", Range.atLeast(1))
                        .doc("Most partitions in one answer to DescribeTopicPartitions."),
                broker(BrokerConfigs.MAX_INCREMENTAL_FETCH_SESSION_CACHE_SLOTS, INT, "1000", Range.atLeast(0))
                        .doc("Incremental fetch sessions kept at once."),
                broker(BrokerConfigs.FETCH_MAX_BYTES, INT, "57671680", Range.atLeast(1024))
                        .doc("Most bytes in the answer to one fetch."));
    }
}
