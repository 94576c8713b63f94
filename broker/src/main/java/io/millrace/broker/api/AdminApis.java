package io.millrace.broker.api;

import io.millrace.broker.topics.AutoTopics;
import io.millrace.broker.topics.TopicDefaults;
import io.millrace.coordinator.group.GroupCoordinator;
import io.millrace.metadata.MetadataLog;
import io.millrace.metadata.config.ConfigAlterations;
import io.millrace.metadata.config.EffectiveConfig;
import io.millrace.replication.Replicas;
import io.millrace.storage.LogStore;
import java.util.List;

/** The handlers of everything but records: the cluster, topics, configuration, consumer groups. */
public final class AdminApis {
    private AdminApis() {}

    /**
     * What they work on.
     *
     * @param groups of this broker
     */
    public record Ports(
            int brokerId,
            MetadataLog metadata,
            EffectiveConfig effective,
            LogStore logs,
            Replicas replicas,
            GroupCoordinator groups) {}

    /**
     * How they behave.
     *
     * @param autoCreateTopics auto.create.topics.enable
     * @param deleteTopics delete.topic.enable
     * @param partitionsPerDescription max.request.partition.size.limit
     */
    public record Rules(
            TopicDefaults topicDefaults,
            boolean autoCreateTopics,
            boolean deleteTopics,
            int partitionsPerDescription) {}

    public static List<ApiHandler<?>> cluster(Ports ports, Rules rules) {
        MetadataLog metadata = ports.metadata();
        AutoTopics autoTopics = new AutoTopics(metadata, rules.topicDefaults());
        return List.of(
                new MetadataHandler(metadata, autoTopics, rules.autoCreateTopics()),
                new FindCoordinatorHandler(metadata, ports.groups(), autoTopics),
                new DescribeClusterHandler(metadata),
                new DescribeTopicPartitionsHandler(metadata, rules.partitionsPerDescription()),
                new DescribeLogDirsHandler(ports.brokerId(), metadata, ports.logs(), ports.replicas()),
                new DescribeClientQuotasHandler());
    }

    public static List<ApiHandler<?>> topicsAndConfigs(Ports ports, Rules rules) {
        MetadataLog metadata = ports.metadata();
        ConfigAlterations alterations = new ConfigAlterations(ports.effective());
        return List.of(
                new CreateTopicsHandler(metadata, rules.topicDefaults(), ports.effective(), alterations),
                new DeleteTopicsHandler(metadata, rules.deleteTopics()),
                new CreatePartitionsHandler(metadata, rules.topicDefaults()),
                new DescribeConfigsHandler(ports.brokerId(), metadata, ports.effective()),
                new AlterConfigsHandler(metadata, alterations),
                new IncrementalAlterConfigsHandler(metadata, alterations),
                new ListConfigResourcesHandler(metadata));
    }

    public static List<ApiHandler<?>> groups(Ports ports) {
        GroupCoordinator groups = ports.groups();
        return List.of(
                new JoinGroupHandler(groups),
                new SyncGroupHandler(groups),
                new HeartbeatHandler(groups),
                new LeaveGroupHandler(groups),
                new OffsetCommitHandler(ports.metadata(), groups),
                new OffsetFetchHandler(ports.metadata(), groups),
                new OffsetDeleteHandler(ports.metadata(), groups),
                new DescribeGroupsHandler(groups),
                new ListGroupsHandler(groups),
                new DeleteGroupsHandler(groups));
    }
}
