package io.millrace.broker.api;

import io.millrace.metadata.MetadataCommand.ConfigChange;
import io.millrace.metadata.MetadataLog;
import io.millrace.metadata.config.ConfigAlterations;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.AlterConfigsRequestData;
import org.apache.kafka.common.message.AlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.AlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.AlterConfigsResponseData;
import org.apache.kafka.common.message.AlterConfigsResponseData.AlterConfigsResourceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.ApiError;
import org.jspecify.annotations.Nullable;

/** AlterConfigs, versions 0 to 2 (KIP-133): the values given replace all that a resource had. */
final class AlterConfigsHandler implements ApiHandler<AlterConfigsRequestData> {
    private final MetadataLog metadata;
    private final ConfigAlterations alterations;

    AlterConfigsHandler(MetadataLog metadata, ConfigAlterations alterations) {
        this.metadata = metadata;
        this.alterations = alterations;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.ALTER_CONFIGS;
    }

    @Override
    public Class<AlterConfigsRequestData> requestType() {
        return AlterConfigsRequestData.class;
    }

    @Override
    public CompletionStage<AlterConfigsResponseData> handle(RequestContext context, AlterConfigsRequestData request) {
        ConfigChanges changes = new ConfigChanges(metadata, request.validateOnly());
        List<CompletableFuture<AlterConfigsResourceResponse>> results = new ArrayList<>();
        for (AlterConfigsResource resource : request.resources()) {
            int times = request.resources()
                    .findAll(resource.resourceType(), resource.resourceName())
                    .size();
            results.add(changes.carryOut(times, () -> change(resource)).thenApply(error -> response(resource, error)));
        }
        return CommandAnswers.all(results)
                .thenApply(done -> new AlterConfigsResponseData()
                        .setResponses(
                                results.stream().map(CompletableFuture::join).toList()));
    }

    private ConfigChange change(AlterConfigsResource resource) {
        Map<String, @Nullable String> values = new LinkedHashMap<>();
        for (AlterableConfig config : resource.configs()) {
            if (values.containsKey(config.name())) {
                throw new InvalidRequestException("The key " + config.name() + " is there twice.");
            }
            values.put(config.name(), config.value());
        }
        return alterations.replaceAll(
                metadata.image(), ConfigChanges.resource(resource.resourceType(), resource.resourceName()), values);
    }

    private static AlterConfigsResourceResponse response(AlterConfigsResource resource, ApiError error) {
        return new AlterConfigsResourceResponse()
                .setResourceType(resource.resourceType())
                .setResourceName(resource.resourceName())
                .setErrorCode(error.error().code())
                .setErrorMessage(error.isFailure() ? error.messageWithFallback() : null);
    }
}
