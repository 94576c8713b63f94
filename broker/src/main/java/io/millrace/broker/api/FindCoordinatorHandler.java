package io.millrace.broker.api;

import io.millrace.broker.topics.AutoTopics;
import io.millrace.coordinator.group.GroupCoordinator;
import io.millrace.metadata.BrokerRegistration.Endpoint;
import io.millrace.metadata.MetadataLog;
import io.millrace.metadata.PartitionImage;
import io.millrace.metadata.TopicImage;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.FindCoordinatorRequestData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.FindCoordinatorResponseData.Coordinator;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.FindCoordinatorRequest.CoordinatorType;

/**
 * FindCoordinator, versions 0 to 6 (KIP-98, 699): which broker leads the partition that holds a group. The topic of group
 * state is made when it is first asked for; until then COORDINATOR_NOT_AVAILABLE lets the client ask again.
 *
 * <p>Gap: there are no transactions and no share groups yet. TRANSACTIONAL_ID_AUTHORIZATION_FAILED is the one answer that
 * every client takes as final (librdkafka retries all others until its time is up).
 */
final class FindCoordinatorHandler implements ApiHandler<FindCoordinatorRequestData> {
    private static final short FIRST_VERSION_WITH_BATCHES = 4;
    private static final int NOBODY = -1;

    private final MetadataLog metadata;
    private final GroupCoordinator groups;
    private final AutoTopics autoTopics;

    FindCoordinatorHandler(MetadataLog metadata, GroupCoordinator groups, AutoTopics autoTopics) {
        this.metadata = metadata;
        this.groups = groups;
        this.autoTopics = autoTopics;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.FIND_COORDINATOR;
    }

    @Override
    public Class<FindCoordinatorRequestData> requestType() {
        return FindCoordinatorRequestData.class;
    }

    @Override
    public CompletionStage<FindCoordinatorResponseData> handle(
            RequestContext context, FindCoordinatorRequestData request) {
        ListenerView view = new ListenerView(metadata.image(), context.listenerName());
        return CompletableFuture.completedFuture(
                context.apiVersion() < FIRST_VERSION_WITH_BATCHES ? one(view, request) : batch(view, request));
    }

    private FindCoordinatorResponseData batch(ListenerView view, FindCoordinatorRequestData request) {
        FindCoordinatorResponseData response = new FindCoordinatorResponseData();
        request.coordinatorKeys()
                .forEach(key -> response.coordinators().add(coordinator(view, request.keyType(), key)));
        return response;
    }

    private FindCoordinatorResponseData one(ListenerView view, FindCoordinatorRequestData request) {
        Coordinator found = coordinator(view, request.keyType(), request.key());
        return new FindCoordinatorResponseData()
                .setErrorCode(found.errorCode())
                .setErrorMessage(Errors.forCode(found.errorCode()).message())
                .setNodeId(found.nodeId())
                .setHost(found.host())
                .setPort(found.port());
    }

    private Coordinator coordinator(ListenerView view, byte keyType, String key) {
        if (keyType == CoordinatorType.GROUP.id()) {
            return ofGroup(view, key);
        }
        return keyType == CoordinatorType.TRANSACTION.id()
                ? nobody(key, Errors.TRANSACTIONAL_ID_AUTHORIZATION_FAILED)
                : nobody(key, Errors.INVALID_REQUEST).setErrorMessage(Errors.INVALID_REQUEST.message());
    }

    private Coordinator ofGroup(ListenerView view, String groupId) {
        Optional<TopicImage> topic = view.image().topic(Topic.GROUP_METADATA_TOPIC_NAME);
        if (topic.isEmpty()) {
            autoTopics.createOffsetsTopic();
            return nobody(groupId, Errors.COORDINATOR_NOT_AVAILABLE);
        }
        int partition = groups.partitionFor(groupId);
        if (partition >= topic.get().partitions().size()) {
            return nobody(groupId, Errors.COORDINATOR_NOT_AVAILABLE);
        }
        PartitionImage state = topic.get().partitions().get(partition);
        return view.endpoint(state.leader())
                .map(endpoint -> found(groupId, state.leader(), endpoint))
                .orElseGet(() -> nobody(groupId, Errors.COORDINATOR_NOT_AVAILABLE));
    }

    private static Coordinator found(String key, int broker, Endpoint endpoint) {
        return new Coordinator()
                .setKey(key)
                .setNodeId(broker)
                .setHost(endpoint.host())
                .setPort(endpoint.port());
    }

    private static Coordinator nobody(String key, Errors error) {
        return new Coordinator()
                .setKey(key)
                .setNodeId(NOBODY)
                .setHost("")
                .setPort(NOBODY)
                .setErrorCode(error.code());
    }
}
