package io.millrace.broker.api;

import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.MetadataLog;
import io.millrace.metadata.config.DescribedConfig;
import io.millrace.metadata.config.EffectiveConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.message.DescribeConfigsRequestData;
import org.apache.kafka.common.message.DescribeConfigsRequestData.DescribeConfigsResource;
import org.apache.kafka.common.message.DescribeConfigsResponseData;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResourceResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsResult;
import org.apache.kafka.common.message.DescribeConfigsResponseData.DescribeConfigsSynonym;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.DescribeConfigsResponse.ConfigType;

/**
 * DescribeConfigs, versions 1 to 4 (KIP-133, 226, 569).
 *
 * <p>Gap: loggers, groups and subscriptions to client metrics have no configuration yet and are described as empty.
 */
final class DescribeConfigsHandler implements ApiHandler<DescribeConfigsRequestData> {
    private final int brokerId;
    private final MetadataLog metadata;
    private final EffectiveConfig effective;

    DescribeConfigsHandler(int brokerId, MetadataLog metadata, EffectiveConfig effective) {
        this.brokerId = brokerId;
        this.metadata = metadata;
        this.effective = effective;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.DESCRIBE_CONFIGS;
    }

    @Override
    public Class<DescribeConfigsRequestData> requestType() {
        return DescribeConfigsRequestData.class;
    }

    @Override
    public CompletionStage<DescribeConfigsResponseData> handle(
            RequestContext context, DescribeConfigsRequestData request) {
        ClusterImage image = metadata.image();
        List<DescribeConfigsResult> results = new ArrayList<>();
        for (DescribeConfigsResource resource : request.resources()) {
            results.add(result(image, resource, request)
                    .setResourceType(resource.resourceType())
                    .setResourceName(resource.resourceName()));
        }
        return CompletableFuture.completedFuture(new DescribeConfigsResponseData().setResults(results));
    }

    private DescribeConfigsResult result(
            ClusterImage image, DescribeConfigsResource resource, DescribeConfigsRequestData request) {
        try {
            List<DescribeConfigsResourceResult> configs = described(image, resource).stream()
                    .filter(config -> isAsked(resource, config))
                    .map(config -> shown(config, request))
                    .toList();
            return new DescribeConfigsResult().setConfigs(configs);
        } catch (ApiException e) {
            return new DescribeConfigsResult()
                    .setErrorCode(Errors.forException(e).code())
                    .setErrorMessage(e.getMessage());
        }
    }

    private static boolean isAsked(DescribeConfigsResource resource, DescribedConfig config) {
        List<String> keys = resource.configurationKeys();
        return keys == null || keys.isEmpty() || keys.contains(config.key().name());
    }

    private List<DescribedConfig> described(ClusterImage image, DescribeConfigsResource resource) {
        String name = resource.resourceName();
        return switch (ConfigResource.Type.forId(resource.resourceType())) {
            case TOPIC -> topic(image, name);
            case BROKER -> broker(image, name);
            case BROKER_LOGGER -> logger(name);
            case GROUP, CLIENT_METRICS -> nothing(name);
            case UNKNOWN ->
                throw new InvalidRequestException("There is no resource type " + resource.resourceType() + ".");
        };
    }

    private List<DescribedConfig> topic(ClusterImage image, String name) {
        Topic.validate(name);
        if (image.topic(name).isEmpty()) {
            throw new UnknownTopicOrPartitionException("");
        }
        return effective.describeTopic(image, name);
    }

    private List<DescribedConfig> broker(ClusterImage image, String name) {
        if (name.isEmpty()) {
            return effective.describeBrokerDefault(image);
        }
        requireThisBroker(name);
        return effective.describeBroker(image);
    }

    private List<DescribedConfig> logger(String name) {
        requireThisBroker(name);
        return List.of();
    }

    private static List<DescribedConfig> nothing(String name) {
        if (name.isEmpty()) {
            throw new InvalidRequestException("The resource's name is empty.");
        }
        return List.of();
    }

    private void requireThisBroker(String name) {
        if (!name.equals(Integer.toString(brokerId))) {
            throw new InvalidRequestException("This is broker " + brokerId + ", not '" + name + "'.");
        }
    }

    private static DescribeConfigsResourceResult shown(DescribedConfig config, DescribeConfigsRequestData request) {
        return new DescribeConfigsResourceResult()
                .setName(config.key().name())
                .setValue(config.value())
                .setReadOnly(config.readOnly())
                .setConfigSource(config.source().id())
                .setIsSensitive(config.key().sensitive())
                .setSynonyms(request.includeSynonyms() ? synonyms(config) : List.of())
                .setConfigType(type(config.key().type()).id())
                .setDocumentation(request.includeDocumentation() ? config.key().doc() : null);
    }

    private static List<DescribeConfigsSynonym> synonyms(DescribedConfig config) {
        return config.synonyms().stream()
                .map(synonym -> new DescribeConfigsSynonym()
                        .setName(synonym.name())
                        .setValue(synonym.value())
                        .setSource(synonym.source().id()))
                .toList();
    }

    private static ConfigType type(ConfigDef.Type type) {
        return switch (type) {
            case BOOLEAN -> ConfigType.BOOLEAN;
            case STRING -> ConfigType.STRING;
            case INT -> ConfigType.INT;
            case SHORT -> ConfigType.SHORT;
            case LONG -> ConfigType.LONG;
            case DOUBLE -> ConfigType.DOUBLE;
            case LIST -> ConfigType.LIST;
            case CLASS -> ConfigType.CLASS;
            case PASSWORD -> ConfigType.PASSWORD;
        };
    }
}
