package io.millrace.broker;

import io.millrace.broker.api.AdminApis;
import io.millrace.broker.api.ApiHandler;
import io.millrace.broker.api.ApiVersionsHandler;
import io.millrace.broker.api.RecordApis;
import io.millrace.broker.api.RequestDispatcher;
import io.millrace.broker.groups.CoordinatorElections;
import io.millrace.broker.groups.InternalTopicLog;
import io.millrace.broker.network.NetworkServer;
import io.millrace.coordinator.CoordinatorThreads;
import io.millrace.coordinator.group.GroupCoordinator;
import io.millrace.coordinator.group.Groups;
import io.millrace.metadata.BrokerRegistration;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The start of a broker, from the disk up: identity and metadata, logs, replicas and coordinators, network. What it opens is
 * the caller's to close. One thread.
 */
final class BrokerStart {
    private static final Logger LOG = LoggerFactory.getLogger(BrokerStart.class);
    private static final int COORDINATOR_WORKERS = 4;

    private final BrokerConfig config;
    private final Opened opened;
    private final NodeIdentity identity;
    private final MetadataLog metadata;
    private final EffectiveConfig effective;
    private final LogStore logs;
    private final Replicas replicas;

    /** Opens what is on disk; nothing reaches it yet. */
    BrokerStart(BrokerConfig config, Opened opened) throws IOException {
        this.config = config;
        this.opened = opened;
        identity = NodeIdentity.readOrCreate(config.metadataDirectory(), config.nodeId());
        metadata = opened.add(LocalMetadataLog.open(config.metadataDirectory()));
        identity.requireCluster(metadata.image());
        effective = new EffectiveConfig(
                identity.brokerId(),
                config.properties().with(BrokerConfigs.NODE_ID, Integer.toString(identity.brokerId())));
        TopicSettingsResolver settings = new TopicSettingsResolver(identity.brokerId(), effective);
        logs = opened.add(LogDirectories.open(logStoreConfig(config, settings, metadata)));
        replicas = new Replicas(identity.brokerId(), logs, settings);
    }

    NodeIdentity identity() {
        return identity;
    }

    private static LogStoreConfig logStoreConfig(
            BrokerConfig config, TopicSettingsResolver settings, MetadataLog metadata) {
        LogStoreConfig defaults = LogStoreConfig.of(config.directories().getFirst());
        return new LogStoreConfig(
                config.directories(),
                defaults.clock(),
                log -> metadata.image()
                        .topic(log.topicId())
                        .map(topic -> settings.settings(metadata.image(), topic.name())
                                .log()),
                config.longNumber(BrokerConfigs.LOG_RETENTION_CHECK_INTERVAL_MS),
                defaults.checkpointIntervalMs(),
                defaults.checkpointBytes(),
                config.longNumber(BrokerConfigs.PRODUCER_ID_EXPIRATION_MS),
                defaults.maxProducersPerPartition(),
                defaults.maxOpenFiles(),
                defaults.reserveBytes(),
                config.cleaner());
    }

    /**
     * Registers and listens, in this order unless a port is any free one: clients are told the port, so it must be known, and
     * nobody can know it before that.
     *
     * @return what is listened on, by listener name
     */
    Map<String, InetSocketAddress> serve() throws IOException {
        warnOfKeysWithoutEffect();
        if (metadata.image().clusterId().equals(Uuid.ZERO_UUID)) {
            apply(new FoundCluster(identity.clusterId(), Commands.LATEST_FEATURE_LEVEL));
        }
        GroupCoordinator groups = groups();
        NetworkServer network = network(groups);
        opened.add(groups);
        boolean anyPort = config.listeners().stream().anyMatch(listener -> listener.port() == 0);
        Map<String, InetSocketAddress> bound = anyPort ? listen(network) : Map.of();
        register(bound);
        metadata.subscribe(replicas);
        metadata.subscribe(new CoordinatorElections(identity.brokerId(), groups));
        if (!anyPort) {
            bound = listen(network);
        }
        Thread.ofVirtual().name("delete-strays").start(() -> deleteStrays());
        return bound;
    }

    private void warnOfKeysWithoutEffect() {
        List<String> keys = config.properties().withoutEffect();
        if (!keys.isEmpty()) {
            LOG.warn("Set, but without effect here: {}", String.join(", ", keys));
        }
    }

    private GroupCoordinator groups() {
        CoordinatorThreads threads = opened.add(new CoordinatorThreads(COORDINATOR_WORKERS));
        InternalTopicLog log = opened.add(new InternalTopicLog(
                Topic.GROUP_METADATA_TOPIC_NAME, replicas, config.number(BrokerConfigs.OFFSETS_LOAD_BUFFER_SIZE)));
        int partitions = metadata.image()
                .topic(Topic.GROUP_METADATA_TOPIC_NAME)
                .map(topic -> topic.partitions().size())
                .orElse(config.topicDefaults().offsetsTopicPartitions());
        return Groups.coordinator(config.groups(partitions), threads.ports(log));
    }

    private NetworkServer network(GroupCoordinator groups) {
        AdminApis.Ports ports = new AdminApis.Ports(identity.brokerId(), metadata, effective, logs, replicas, groups);
        AdminApis.Rules rules = new AdminApis.Rules(
                config.topicDefaults(),
                config.flag(BrokerConfigs.AUTO_CREATE_TOPICS_ENABLE),
                config.flag(BrokerConfigs.DELETE_TOPIC_ENABLE),
                config.number(BrokerConfigs.MAX_REQUEST_PARTITION_SIZE_LIMIT));
        List<ApiHandler<?>> handlers = new ArrayList<>();
        handlers.addAll(AdminApis.cluster(ports, rules));
        handlers.addAll(AdminApis.topicsAndConfigs(ports, rules));
        handlers.addAll(AdminApis.groups(ports));
        handlers.addAll(RecordApis.handlers(
                identity.brokerId(),
                metadata,
                replicas,
                config.number(BrokerConfigs.FETCH_MAX_BYTES),
                config.number(BrokerConfigs.MAX_INCREMENTAL_FETCH_SESSION_CACHE_SLOTS)));
        handlers.add(new ApiVersionsHandler(identity.brokerId(), List.copyOf(handlers), metadata::image));
        ExecutorService blocking = Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("request-", 0).factory());
        opened.add(blocking::shutdown);
        return opened.add(new NetworkServer(config.network(), new RequestDispatcher(handlers), blocking));
    }

    private Map<String, InetSocketAddress> listen(NetworkServer network) throws IOException {
        Map<String, InetSocketAddress> bound = new LinkedHashMap<>();
        for (ListenerConfig listener : config.listeners()) {
            bound.put(listener.name(), network.listen(listener.name(), listener.address()));
        }
        return bound;
    }

    private void register(Map<String, InetSocketAddress> bound) throws IOException {
        apply(new RegisterBroker(new BrokerRegistration(
                identity.brokerId(),
                Uuid.randomUuid(),
                0,
                AdvertisedEndpoints.of(config, bound),
                config.rack().orElse(null),
                false)));
    }

    private void apply(MetadataCommand command) throws IOException {
        try {
            CommandResult result = metadata.submit(command).get().result();
            if (result instanceof CommandResult.Refused refused) {
                throw new IllegalStateException(command + " was refused: " + refused.message());
            }
        } catch (ExecutionException e) {
            throw new IOException("The metadata log does not take the broker's registration", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while starting", e);
        }
    }

    /** Looks through the data directories, which nothing waits for. */
    private void deleteStrays() {
        var _ = replicas.deleteStrays(metadata.image()).whenComplete((done, failure) -> {
            if (failure != null) {
                LOG.warn("Logs of topics that are gone are still there; the next start tries again", failure);
            }
        });
    }
}
