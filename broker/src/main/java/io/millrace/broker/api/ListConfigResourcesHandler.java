package io.millrace.broker.api;

import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.MetadataLog;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.ListConfigResourcesRequestData;
import org.apache.kafka.common.message.ListConfigResourcesResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * ListConfigResources, versions 0 and 1 (KIP-1000, 1142). Version 0 knows subscriptions to client metrics only. Topics and
 * brokers are listed whether or not something was configured on them, groups and subscriptions only if so.
 */
final class ListConfigResourcesHandler implements ApiHandler<ListConfigResourcesRequestData> {
    private static final List<ConfigResource.Type> TYPES = List.of(
            ConfigResource.Type.GROUP,
            ConfigResource.Type.CLIENT_METRICS,
            ConfigResource.Type.BROKER_LOGGER,
            ConfigResource.Type.BROKER,
            ConfigResource.Type.TOPIC);

    private final MetadataLog metadata;

    ListConfigResourcesHandler(MetadataLog metadata) {
        this.metadata = metadata;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.LIST_CONFIG_RESOURCES;
    }

    @Override
    public Class<ListConfigResourcesRequestData> requestType() {
        return ListConfigResourcesRequestData.class;
    }

    @Override
    public CompletionStage<ListConfigResourcesResponseData> handle(
            RequestContext context, ListConfigResourcesRequestData request) {
        ListConfigResourcesResponseData response = new ListConfigResourcesResponseData();
        Optional<List<ConfigResource.Type>> types = types(context.apiVersion(), request);
        if (types.isEmpty()) {
            response.setErrorCode(Errors.UNSUPPORTED_VERSION.code());
        }
        ClusterImage image = metadata.image();
        types.orElse(List.of())
                .forEach(type -> names(image, type)
                        .forEach(name -> response.configResources()
                                .add(new ListConfigResourcesResponseData.ConfigResource()
                                        .setResourceName(name)
                                        .setResourceType(type.id()))));
        return CompletableFuture.completedFuture(response);
    }

    /** Empty if one of them cannot be listed. */
    private static Optional<List<ConfigResource.Type>> types(short version, ListConfigResourcesRequestData request) {
        if (version == 0) {
            return Optional.of(List.of(ConfigResource.Type.CLIENT_METRICS));
        }
        if (request.resourceTypes().isEmpty()) {
            return Optional.of(TYPES);
        }
        List<ConfigResource.Type> asked = request.resourceTypes().stream()
                .map(ConfigResource.Type::forId)
                .distinct()
                .toList();
        return TYPES.containsAll(asked) ? Optional.of(asked) : Optional.empty();
    }

    private static Stream<String> names(ClusterImage image, ConfigResource.Type type) {
        return switch (type) {
            case TOPIC -> image.topics().keySet().stream();
            case BROKER, BROKER_LOGGER -> image.brokers().keySet().stream().map(String::valueOf);
            default ->
                image.configs().keySet().stream()
                        .filter(resource -> resource.type() == type)
                        .map(ConfigResource::name);
        };
    }
}
