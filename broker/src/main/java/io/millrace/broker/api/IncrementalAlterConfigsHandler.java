package io.millrace.broker.api;

import io.millrace.metadata.MetadataCommand.ConfigChange;
import io.millrace.metadata.MetadataLog;
import io.millrace.metadata.config.ConfigAlterations;
import io.millrace.metadata.config.ConfigAlterations.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.clients.admin.AlterConfigOp.OpType;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterConfigsResource;
import org.apache.kafka.common.message.IncrementalAlterConfigsRequestData.AlterableConfig;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData;
import org.apache.kafka.common.message.IncrementalAlterConfigsResponseData.AlterConfigsResourceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.requests.ApiError;

/** IncrementalAlterConfigs, versions 0 and 1 (KIP-339): sets, removes, appends to and takes from single values. */
final class IncrementalAlterConfigsHandler implements ApiHandler<IncrementalAlterConfigsRequestData> {
    private final MetadataLog metadata;
    private final ConfigAlterations alterations;

    IncrementalAlterConfigsHandler(MetadataLog metadata, ConfigAlterations alterations) {
        this.metadata = metadata;
        this.alterations = alterations;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.INCREMENTAL_ALTER_CONFIGS;
    }

    @Override
    public Class<IncrementalAlterConfigsRequestData> requestType() {
        return IncrementalAlterConfigsRequestData.class;
    }

    @Override
    public CompletionStage<IncrementalAlterConfigsResponseData> handle(
            RequestContext context, IncrementalAlterConfigsRequestData request) {
        ConfigChanges changes = new ConfigChanges(metadata, request.validateOnly());
        List<CompletableFuture<AlterConfigsResourceResponse>> results = new ArrayList<>();
        for (AlterConfigsResource resource : request.resources()) {
            int times = request.resources()
                    .findAll(resource.resourceType(), resource.resourceName())
                    .size();
            results.add(changes.carryOut(times, () -> change(resource)).thenApply(error -> response(resource, error)));
        }
        return CommandAnswers.all(results)
                .thenApply(done -> new IncrementalAlterConfigsResponseData()
                        .setResponses(
                                results.stream().map(CompletableFuture::join).toList()));
    }

    private ConfigChange change(AlterConfigsResource resource) {
        List<Op> ops = new ArrayList<>();
        for (AlterableConfig config : resource.configs()) {
            ops.add(new Op(config.name(), operation(config.configOperation()), config.value()));
        }
        return alterations.incremental(
                metadata.image(), ConfigChanges.resource(resource.resourceType(), resource.resourceName()), ops);
    }

    private static OpType operation(byte id) {
        OpType operation = OpType.forId(id);
        if (operation == null) {
            throw new InvalidRequestException("There is no operation " + id + ".");
        }
        return operation;
    }

    private static AlterConfigsResourceResponse response(AlterConfigsResource resource, ApiError error) {
        return new AlterConfigsResourceResponse()
                .setResourceType(resource.resourceType())
                .setResourceName(resource.resourceName())
                .setErrorCode(error.error().code())
                .setErrorMessage(error.isFailure() ? error.messageWithFallback() : null);
    }
}
