package io.millrace.broker.api;

import io.millrace.broker.topics.TopicDefaults;
import io.millrace.broker.topics.TopicPlan;
import io.millrace.broker.topics.TopicPlan.Planned;
import io.millrace.broker.topics.TopicPlan.Refused;
import io.millrace.broker.topics.TopicPlanner;
import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.MetadataCommand.CreateTopic;
import io.millrace.metadata.MetadataLog;
import io.millrace.metadata.config.ConfigAlterations;
import io.millrace.metadata.config.DescribedConfig;
import io.millrace.metadata.config.EffectiveConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.CreateTopicsRequestData;
import org.apache.kafka.common.message.CreateTopicsRequestData.CreatableTopic;
import org.apache.kafka.common.message.CreateTopicsResponseData;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicConfigs;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiError;

/**
 * CreateTopics, versions 2 to 7 (KIP-4, 195, 361, 464, 525, 599). Every topic stands or falls for itself; the answer comes
 * when all that were accepted are durable and can be used.
 */
final class CreateTopicsHandler implements ApiHandler<CreateTopicsRequestData> {
    private static final int PLACEMENT_STARTS = 1 << 16;

    private final MetadataLog metadata;
    private final TopicDefaults defaults;
    private final EffectiveConfig effective;
    private final ConfigAlterations alterations;

    CreateTopicsHandler(
            MetadataLog metadata, TopicDefaults defaults, EffectiveConfig effective, ConfigAlterations alterations) {
        this.metadata = metadata;
        this.defaults = defaults;
        this.effective = effective;
        this.alterations = alterations;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.CREATE_TOPICS;
    }

    @Override
    public Class<CreateTopicsRequestData> requestType() {
        return CreateTopicsRequestData.class;
    }

    @Override
    public CompletionStage<CreateTopicsResponseData> handle(RequestContext context, CreateTopicsRequestData request) {
        ClusterImage image = metadata.image();
        TopicPlanner planner = new TopicPlanner(image, defaults, configs -> problem(image, configs));
        Map<String, Integer> occurrences = new HashMap<>();
        request.topics().forEach(topic -> occurrences.merge(topic.name(), 1, Integer::sum));
        Optional<String> tooMany = PartitionBudget.problem(
                image, request.topics().stream().mapToLong(planner::partitions).sum());
        List<CompletableFuture<CreatableTopicResult>> results = new ArrayList<>();
        for (CreatableTopic topic : request.topics()) {
            Integer times = occurrences.remove(topic.name());
            if (times != null) {
                TopicPlan plan = plan(planner, topic, times, tooMany);
                results.add(carriedOut(plan, topic.name(), planner.image(), request));
            }
        }
        return CommandAnswers.all(results).thenApply(done -> response(results));
    }

    private Optional<String> problem(ClusterImage image, Map<String, String> configs) {
        try {
            alterations.newTopic(image, configs);
            return Optional.empty();
        } catch (ApiException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static TopicPlan plan(TopicPlanner planner, CreatableTopic topic, int times, Optional<String> tooMany) {
        if (times > 1) {
            return new Refused(Errors.INVALID_REQUEST, "The request names this topic more than once.");
        }
        if (topic.name().equals(Topic.CLUSTER_METADATA_TOPIC_NAME)) {
            return new Refused(Errors.INVALID_REQUEST, "This name is not free for topics.");
        }
        return tooMany.<TopicPlan>map(message -> new Refused(Errors.POLICY_VIOLATION, message))
                .orElseGet(() -> planner.create(
                        topic, Uuid.randomUuid(), ThreadLocalRandom.current().nextInt(PLACEMENT_STARTS)));
    }

    /** @param image with the topic in it, if it is not refused */
    private CompletableFuture<CreatableTopicResult> carriedOut(
            TopicPlan plan, String name, ClusterImage image, CreateTopicsRequestData request) {
        return switch (plan) {
            case Refused refused ->
                CompletableFuture.completedFuture(result(name, new ApiError(refused.error(), refused.message())));
            case Planned(CreateTopic command)
            when request.validateOnly() -> CompletableFuture.completedFuture(created(command, image));
            case Planned(CreateTopic command) ->
                CommandAnswers.submit(metadata, command, request.timeoutMs())
                        .thenApply(error -> error.isSuccess() ? created(command, image) : result(name, error));
            case Planned other -> throw new IllegalStateException("not a creation: " + other);
        };
    }

    private CreatableTopicResult created(CreateTopic command, ClusterImage image) {
        return result(command.name(), ApiError.NONE)
                .setTopicId(command.id())
                .setNumPartitions(command.assignment().size())
                .setReplicationFactor((short) command.assignment().getFirst().size())
                .setConfigs(effective.describeTopic(image, command.name()).stream()
                        .map(CreateTopicsHandler::shown)
                        .toList());
    }

    private static CreatableTopicConfigs shown(DescribedConfig config) {
        return new CreatableTopicConfigs()
                .setName(config.key().name())
                .setValue(config.value())
                .setReadOnly(config.readOnly())
                .setConfigSource(config.source().id())
                .setIsSensitive(config.key().sensitive());
    }

    private static CreatableTopicResult result(String name, ApiError error) {
        return new CreatableTopicResult()
                .setName(name)
                .setErrorCode(error.error().code())
                .setErrorMessage(error.isFailure() ? error.messageWithFallback() : null);
    }

    private static CreateTopicsResponseData response(List<CompletableFuture<CreatableTopicResult>> results) {
        CreateTopicsResponseData response = new CreateTopicsResponseData();
        results.forEach(result -> response.topics().add(result.join()));
        return response;
    }
}
