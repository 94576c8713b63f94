package io.millrace.broker;

import io.millrace.broker.api.AdminApis;
import io.millrace.broker.api.ApiHandler;
import io.millrace.broker.api.RequestDispatcher;
import io.millrace.broker.groups.CoordinatorElections;
import io.millrace.broker.groups.InternalTopicLog;
import io.millrace.broker.network.NetworkServer;
import io.millrace.coordinator.CoordinatorThreads;
import io.millrace.coordinator.group.GroupCoordinator;
import io.millrace.coordinator.group.Groups;
import io.millrace.metadata.BrokerRegistration;
import io.millrace.metadata.BrokerRegistration.Endpoint;
import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.CommandResult;
import io.millrace.metadata.Commands;
import io.millrace.metadata.MetadataCommand;
import io.millrace.metadata.MetadataCommand.FoundCluster;
import io.millrace.metadata.MetadataCommand.RegisterBroker;
import io.millrace.metadata.MetadataLog;
import io.millrace.metadata.config.BrokerConfigs;
import io.millrace.metadata.config.EffectiveConfig;
import io.millrace.metadata.local.LocalMetadataLog;
import io.millrace.metadata.local.NodeIdentity;
import io.millrace.replication.Replicas;
import io.millrace.storage.LogDirectories;
import io.millrace.storage.LogStore;
import io.millrace.storage.LogStoreConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running broker: opens what is below it, registers, and listens last. Closing goes the other way round. {@link #start} and
 * {@link #close} on one thread; the rest on any.
 */
public final class BrokerServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerServer.class);

    private final Opened opened;
    private final NodeIdentity identity;
    private final Map<String, InetSocketAddress> addresses;

    private BrokerServer(Opened opened, NodeIdentity identity, Map<String, InetSocketAddress> addresses) {
        this.opened = opened;
        this.identity = identity;
        this.addresses = addresses;
    }

    /**
     * Returns when clients are served.
     *
     * @throws IOException if the data cannot be read or is in use, or an address cannot be listened on
     */
    public static BrokerServer start(BrokerConfig config) throws IOException {
        Opened opened = new Opened();
        try {
            return new Start(config, opened).broker();
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    public int brokerId() {
        return identity.brokerId();
    }

    public Uuid clusterId() {
        return identity.clusterId();
    }

    /** Where it listens, by listener name, with the ports as they were bound. */
    public Map<String, InetSocketAddress> addresses() {
        return addresses;
    }

    /** Takes no more requests, gives those under way a moment, makes everything durable. */
    @Override
    public void close() {
        opened.close();
    }
}
