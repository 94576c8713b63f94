package io.millrace.broker.api;

import io.millrace.broker.topics.TopicDefaults;
import io.millrace.broker.topics.TopicPlan;
import io.millrace.broker.topics.TopicPlan.Planned;
import io.millrace.broker.topics.TopicPlan.Refused;
import io.millrace.broker.topics.TopicPlanner;
import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.MetadataLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.common.message.CreatePartitionsRequestData;
import org.apache.kafka.common.message.CreatePartitionsRequestData.CreatePartitionsTopic;
import org.apache.kafka.common.message.CreatePartitionsResponseData;
import org.apache.kafka.common.message.CreatePartitionsResponseData.CreatePartitionsTopicResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiError;

/** CreatePartitions, versions 0 to 3 (KIP-195, 599): more partitions for topics that are there. */
final class CreatePartitionsHandler implements ApiHandler<CreatePartitionsRequestData> {
    private static final int PLACEMENT_STARTS = 1 << 16;

    private final MetadataLog metadata;
    private final TopicDefaults defaults;

    CreatePartitionsHandler(MetadataLog metadata, TopicDefaults defaults) {
        this.metadata = metadata;
        this.defaults = defaults;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.CREATE_PARTITIONS;
    }

    @Override
    public Class<CreatePartitionsRequestData> requestType() {
        return CreatePartitionsRequestData.class;
    }

    @Override
    public CompletionStage<CreatePartitionsResponseData> handle(
            RequestContext context, CreatePartitionsRequestData request) {
        ClusterImage image = metadata.image();
        TopicPlanner planner = new TopicPlanner(image, defaults, configs -> Optional.empty());
        Map<String, Integer> occurrences = new HashMap<>();
        request.topics().forEach(topic -> occurrences.merge(topic.name(), 1, Integer::sum));
        Optional<String> tooMany = PartitionBudget.problem(
                image, request.topics().stream().mapToLong(planner::increase).sum());
        List<CompletableFuture<CreatePartitionsTopicResult>> results = new ArrayList<>();
        for (CreatePartitionsTopic topic : request.topics()) {
            Integer times = occurrences.remove(topic.name());
            if (times != null) {
                results.add(carriedOut(plan(planner, topic, times, tooMany), topic.name(), request));
            }
        }
        return CommandAnswers.all(results)
                .thenApply(done -> new CreatePartitionsResponseData()
                        .setResults(
                                results.stream().map(CompletableFuture::join).toList()));
    }

    private static TopicPlan plan(
            TopicPlanner planner, CreatePartitionsTopic topic, int times, Optional<String> tooMany) {
        if (times > 1) {
            return new Refused(Errors.INVALID_REQUEST, "The request names this topic more than once.");
        }
        return tooMany.<TopicPlan>map(message -> new Refused(Errors.POLICY_VIOLATION, message))
                .orElseGet(
                        () -> planner.extend(topic, ThreadLocalRandom.current().nextInt(PLACEMENT_STARTS)));
    }

    private CompletableFuture<CreatePartitionsTopicResult> carriedOut(
            TopicPlan plan, String name, CreatePartitionsRequestData request) {
        return switch (plan) {
            case Refused refused ->
                CompletableFuture.completedFuture(result(name, new ApiError(refused.error(), refused.message())));
            case Planned planned
            when request.validateOnly() -> CompletableFuture.completedFuture(result(name, ApiError.NONE));
            case Planned planned ->
                CommandAnswers.submit(metadata, planned.command(), request.timeoutMs())
                        .thenApply(error -> result(name, error));
        };
    }

    private static CreatePartitionsTopicResult result(String name, ApiError error) {
        return new CreatePartitionsTopicResult()
                .setName(name)
                .setErrorCode(error.error().code())
                .setErrorMessage(error.isFailure() ? error.messageWithFallback() : null);
    }
}
