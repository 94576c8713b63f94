package io.millrace.broker.api;

import io.millrace.broker.topics.AutoTopics;
import io.millrace.metadata.BrokerRegistration;
import io.millrace.metadata.BrokerRegistration.Endpoint;
import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.MetadataLog;
import io.millrace.metadata.PartitionImage;
import io.millrace.metadata.TopicImage;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataRequestData.MetadataRequestTopic;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseBroker;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponsePartition;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * Metadata, versions 0 to 13: brokers, topics and who leads their partitions (KIP-4, 36, 226, 320, 430, 516).
 *
 * <p>An unknown topic that may be created is created behind the answer, which says UNKNOWN_TOPIC_OR_PARTITION the first time.
 */
final class MetadataHandler implements ApiHandler<MetadataRequestData> {
    /** Replicas nobody can reach were an error of the partition, and left out of its lists. */
    private static final short VERSION_WITH_UNAVAILABLE_REPLICA_ERRORS = 0;

    private static final short FIRST_VERSION_WITH_LISTENER_ERROR = 6;
    private static final short FIRST_VERSION_WITH_TOPIC_IDS = 12;

    private final MetadataLog metadata;
    private final AutoTopics autoTopics;
    private final boolean autoCreate;

    /** @param autoCreate auto.create.topics.enable */
    MetadataHandler(MetadataLog metadata, AutoTopics autoTopics, boolean autoCreate) {
        this.metadata = metadata;
        this.autoTopics = autoTopics;
        this.autoCreate = autoCreate;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.METADATA;
    }

    @Override
    public Class<MetadataRequestData> requestType() {
        return MetadataRequestData.class;
    }

    @Override
    public CompletionStage<MetadataResponseData> handle(RequestContext context, MetadataRequestData request) {
        requireShape(context.apiVersion(), request);
        ListenerView view = new ListenerView(metadata.image(), context.listenerName());
        MetadataResponseData response = new MetadataResponseData()
                .setClusterId(view.image().clusterId().toString())
                .setControllerId(view.controllerId())
                .setClusterAuthorizedOperations(AuthorizedOperations.of(
                        AuthorizedOperations.CLUSTER, request.includeClusterAuthorizedOperations()));
        view.serving().forEach(broker -> addBroker(response, view, broker));
        addTopics(response, new Answer(context.apiVersion(), view, request));
        return CompletableFuture.completedFuture(response);
    }

    /** Topic ids stood in versions 10 and 11 before brokers knew what to do with them. */
    private static void requireShape(short version, MetadataRequestData request) {
        if (request.topics() == null) {
            return;
        }
        for (MetadataRequestTopic topic : request.topics()) {
            boolean byId = !topic.topicId().equals(Uuid.ZERO_UUID);
            if (version < FIRST_VERSION_WITH_TOPIC_IDS && (byId || topic.name() == null)) {
                throw new InvalidRequestException(
                        "Topic ids cannot be used in version " + version + " of this request.");
            }
            if (!byId && topic.name() == null) {
                throw new InvalidRequestException("A topic needs a name or an id.");
            }
        }
    }

    private static void addBroker(MetadataResponseData response, ListenerView view, BrokerRegistration broker) {
        Endpoint endpoint = view.endpoint(broker).orElseThrow();
        response.brokers()
                .add(new MetadataResponseBroker()
                        .setNodeId(broker.id())
                        .setHost(endpoint.host())
                        .setPort(endpoint.port())
                        .setRack(broker.rack()));
    }

    private void addTopics(MetadataResponseData response, Answer answer) {
        List<MetadataRequestTopic> asked = answer.request.topics();
        if (asked == null || (asked.isEmpty() && answer.version == 0)) {
            answer.image().topics().values().forEach(topic -> response.topics().add(answer.topic(topic)));
        } else if (asked.stream().anyMatch(topic -> !topic.topicId().equals(Uuid.ZERO_UUID))) {
            Set<Uuid> ids = new LinkedHashSet<>();
            asked.forEach(topic -> ids.add(topic.topicId()));
            ids.remove(Uuid.ZERO_UUID);
            ids.forEach(id -> response.topics().add(byId(answer, id)));
        } else {
            Set<String> names = new LinkedHashSet<>();
            asked.forEach(topic -> names.add(topic.name()));
            names.forEach(name -> response.topics().add(byName(answer, name)));
        }
    }

    private static MetadataResponseTopic byId(Answer answer, Uuid id) {
        return answer.image()
                .topic(id)
                .map(answer::topic)
                .orElseGet(() -> new MetadataResponseTopic()
                        .setErrorCode(Errors.UNKNOWN_TOPIC_ID.code())
                        .setName(null)
                        .setTopicId(id));
    }

    private MetadataResponseTopic byName(Answer answer, String name) {
        Optional<TopicImage> topic = answer.image().topic(name);
        return topic.isPresent() ? answer.topic(topic.get()) : unknown(answer, name);
    }

    private MetadataResponseTopic unknown(Answer answer, String name) {
        boolean valid = Topic.isValid(name);
        if (valid && autoCreate && answer.request.allowAutoTopicCreation()) {
            autoTopics.create(name);
        }
        return new MetadataResponseTopic()
                .setErrorCode((valid ? Errors.UNKNOWN_TOPIC_OR_PARTITION : Errors.INVALID_TOPIC_EXCEPTION).code())
                .setName(name)
                .setIsInternal(Topic.isInternal(name));
    }

    /** One request being answered from one image. */
    private record Answer(short version, ListenerView view, MetadataRequestData request) {
        ClusterImage image() {
            return view.image();
        }

        MetadataResponseTopic topic(TopicImage topic) {
            MetadataResponseTopic answer = new MetadataResponseTopic()
                    .setName(topic.name())
                    .setTopicId(topic.id())
                    .setIsInternal(Topic.isInternal(topic.name()))
                    .setTopicAuthorizedOperations(AuthorizedOperations.of(
                            AuthorizedOperations.TOPIC, request.includeTopicAuthorizedOperations()));
            for (int index = 0; index < topic.partitions().size(); index++) {
                answer.partitions().add(partition(index, topic.partitions().get(index)));
            }
            return answer;
        }

        private MetadataResponsePartition partition(int index, PartitionImage partition) {
            List<Integer> offline = view.offline(partition);
            Errors error = error(partition, offline);
            boolean leads = view.leaderError(partition) == Errors.NONE;
            return new MetadataResponsePartition()
                    .setErrorCode(error.code())
                    .setPartitionIndex(index)
                    .setLeaderId(leads ? partition.leader() : PartitionImage.NO_LEADER)
                    .setLeaderEpoch(partition.leaderEpoch())
                    .setReplicaNodes(shown(partition.replicas(), offline))
                    .setIsrNodes(shown(partition.inSync(), offline))
                    .setOfflineReplicas(offline);
        }

        private Errors error(PartitionImage partition, List<Integer> offline) {
            Errors error = view.leaderError(partition);
            if (error == Errors.LISTENER_NOT_FOUND && version < FIRST_VERSION_WITH_LISTENER_ERROR) {
                return Errors.LEADER_NOT_AVAILABLE;
            }
            return error == Errors.NONE && version == VERSION_WITH_UNAVAILABLE_REPLICA_ERRORS && !offline.isEmpty()
                    ? Errors.REPLICA_NOT_AVAILABLE
                    : error;
        }

        private List<Integer> shown(List<Integer> replicas, List<Integer> offline) {
            return version == VERSION_WITH_UNAVAILABLE_REPLICA_ERRORS
                    ? replicas.stream()
                            .filter(replica -> !offline.contains(replica))
                            .toList()
                    : replicas;
        }
    }
}
