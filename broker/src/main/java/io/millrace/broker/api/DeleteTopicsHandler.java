package io.millrace.broker.api;

import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.MetadataCommand.DeleteTopic;
import io.millrace.metadata.MetadataLog;
import io.millrace.metadata.TopicImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.DeleteTopicsRequestData;
import org.apache.kafka.common.message.DeleteTopicsRequestData.DeleteTopicState;
import org.apache.kafka.common.message.DeleteTopicsResponseData;
import org.apache.kafka.common.message.DeleteTopicsResponseData.DeletableTopicResult;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiError;
import org.jspecify.annotations.Nullable;

/** DeleteTopics, versions 1 to 6 (KIP-4, 516, 599): by name, from version 6 also by id. Files go in the background. */
final class DeleteTopicsHandler implements ApiHandler<DeleteTopicsRequestData> {
    private static final short FIRST_VERSION_WITH_TOPIC_STATES = 6;
    private static final short FIRST_VERSION_WITH_DELETION_DISABLED = 3;

    private final MetadataLog metadata;
    private final boolean enabled;

    /** @param enabled delete.topic.enable */
    DeleteTopicsHandler(MetadataLog metadata, boolean enabled) {
        this.metadata = metadata;
        this.enabled = enabled;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.DELETE_TOPICS;
    }

    @Override
    public Class<DeleteTopicsRequestData> requestType() {
        return DeleteTopicsRequestData.class;
    }

    @Override
    public CompletionStage<DeleteTopicsResponseData> handle(RequestContext context, DeleteTopicsRequestData request) {
        List<DeleteTopicState> topics = topics(context.apiVersion(), request);
        ClusterImage image = metadata.image();
        Map<Object, Integer> occurrences = new HashMap<>();
        topics.forEach(topic -> occurrences.merge(identity(topic, image), 1, Integer::sum));
        List<CompletableFuture<DeletableTopicResult>> results = new ArrayList<>();
        for (DeleteTopicState topic : topics) {
            Integer times = occurrences.remove(identity(topic, image));
            if (times != null) {
                results.add(deleted(topic, times, image, new Terms(context.apiVersion(), request.timeoutMs())));
            }
        }
        return CommandAnswers.all(results).thenApply(done -> response(results));
    }

    private static List<DeleteTopicState> topics(short version, DeleteTopicsRequestData request) {
        return version >= FIRST_VERSION_WITH_TOPIC_STATES
                ? request.topics()
                : request.topicNames().stream()
                        .map(name -> new DeleteTopicState().setName(name))
                        .toList();
    }

    /** The topic's id where there is such a topic, so that a name and an id of the same topic are found to be one. */
    private static Object identity(DeleteTopicState topic, ClusterImage image) {
        if (topic.name() == null) {
            return topic.topicId();
        }
        return image.topic(topic.name()).<Object>map(TopicImage::id).orElse(topic.name());
    }

    private CompletableFuture<DeletableTopicResult> deleted(
            DeleteTopicState topic, int times, ClusterImage image, Terms terms) {
        Optional<TopicImage> found = topic.name() == null ? image.topic(topic.topicId()) : image.topic(topic.name());
        Optional<ApiError> problem = problem(topic, times, found, terms);
        if (problem.isPresent()) {
            String name = times > 1 ? found.map(TopicImage::name).orElse(topic.name()) : topic.name();
            return CompletableFuture.completedFuture(result(name, topic.topicId(), problem.get()));
        }
        TopicImage target = found.orElseThrow();
        return CommandAnswers.submit(metadata, new DeleteTopic(target.id()), terms.timeoutMs())
                .thenApply(error -> result(target.name(), target.id(), error));
    }

    private Optional<ApiError> problem(DeleteTopicState topic, int times, Optional<TopicImage> found, Terms terms) {
        boolean byId = !topic.topicId().equals(Uuid.ZERO_UUID);
        if (!enabled) {
            return Optional.of(new ApiError(
                    terms.version() >= FIRST_VERSION_WITH_DELETION_DISABLED
                            ? Errors.TOPIC_DELETION_DISABLED
                            : Errors.INVALID_REQUEST));
        }
        if (byId == (topic.name() != null)) {
            return invalid("A topic is named either by its name or by its id.");
        }
        if (times > 1) {
            return invalid("The request names this topic more than once.");
        }
        return found.isPresent()
                ? Optional.empty()
                : Optional.of(new ApiError(byId ? Errors.UNKNOWN_TOPIC_ID : Errors.UNKNOWN_TOPIC_OR_PARTITION));
    }

    private static Optional<ApiError> invalid(String message) {
        return Optional.of(new ApiError(Errors.INVALID_REQUEST, message));
    }

    private static DeletableTopicResult result(@Nullable String name, Uuid id, ApiError error) {
        return new DeletableTopicResult()
                .setName(name)
                .setTopicId(id)
                .setErrorCode(error.error().code())
                .setErrorMessage(error.isFailure() ? error.messageWithFallback() : null);
    }

    private static DeleteTopicsResponseData response(List<CompletableFuture<DeletableTopicResult>> results) {
        DeleteTopicsResponseData response = new DeleteTopicsResponseData();
        results.forEach(result -> response.responses().add(result.join()));
        return response;
    }

    /** How the request is to be served. */
    private record Terms(short version, int timeoutMs) {}
}
