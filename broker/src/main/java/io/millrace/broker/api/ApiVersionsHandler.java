package io.millrace.broker.api;

import io.millrace.metadata.ClusterImage;
import io.millrace.protocol.ApiRegistry.VersionRange;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.common.message.ApiVersionsRequestData;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.message.ApiVersionsResponseData.FinalizedFeatureKey;
import org.apache.kafka.common.message.ApiVersionsResponseData.SupportedFeatureKey;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * ApiVersions, versions 0 to 5. KIP-511 (client name and version, answer to versions that are too new), KIP-584 (features),
 * KIP-1242 (who the client believes to talk to, v5).
 *
 * <p>Of features it names Millrace's own level alone: Kafka's ({@code metadata.version} and so on) describe the insides of a
 * Kafka cluster, and those that clients look at stand for what is not served yet.
 */
public final class ApiVersionsHandler implements ApiHandler<ApiVersionsRequestData> {
    /** Millrace's own feature. */
    public static final String FEATURE = "millrace.version";
    /** Levels this program knows. */
    private static final short FEATURE_LEVEL_MIN = 1;

    private static final short FEATURE_LEVEL_MAX = 1;

    private static final short SOFTWARE_NAME_FROM = 3;
    private static final int NO_NODE = -1;
    private static final Pattern SOFTWARE = Pattern.compile("[a-zA-Z0-9](?:[a-zA-Z0-9\\-.]*[a-zA-Z0-9])?");

    private final int brokerId;
    private final List<VersionRange> served;
    private final Supplier<ClusterImage> image;

    /** @param others every handler but this one */
    public ApiVersionsHandler(int brokerId, Collection<? extends ApiHandler<?>> others, Supplier<ClusterImage> image) {
        this.brokerId = brokerId;
        this.served = Stream.concat(others.stream(), Stream.of(this))
                .map(RequestDispatcher::range)
                .sorted((one, other) -> Short.compare(one.key().id, other.key().id))
                .toList();
        this.image = image;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.API_VERSIONS;
    }

    @Override
    public Class<ApiVersionsRequestData> requestType() {
        return ApiVersionsRequestData.class;
    }

    @Override
    public CompletionStage<ApiVersionsResponseData> handle(RequestContext context, ApiVersionsRequestData request) {
        return CompletableFuture.completedFuture(answer(context.apiVersion(), request));
    }

    private ApiVersionsResponseData answer(short version, ApiVersionsRequestData request) {
        ApiVersionsResponseData response = new ApiVersionsResponseData();
        if (version > latestVersion()) {
            served.stream().filter(range -> range.key() == key()).forEach(range -> add(response, range));
            return response.setErrorCode(Errors.UNSUPPORTED_VERSION.code());
        }
        Errors refused = refusal(version, request);
        if (refused != Errors.NONE) {
            return response.setErrorCode(refused.code());
        }
        served.forEach(range -> add(response, range));
        addFeatures(response);
        return response;
    }

    private static void add(ApiVersionsResponseData response, VersionRange range) {
        response.apiKeys()
                .add(new ApiVersion()
                        .setApiKey(range.key().id)
                        .setMinVersion(range.advertisedOldest())
                        .setMaxVersion(range.latest()));
    }

    private Errors refusal(short version, ApiVersionsRequestData request) {
        String cluster = request.clusterId();
        boolean named = version < SOFTWARE_NAME_FROM
                || (SOFTWARE.matcher(request.clientSoftwareName()).matches()
                        && SOFTWARE.matcher(request.clientSoftwareVersion()).matches());
        if (!named || (cluster == null) != (request.nodeId() == NO_NODE)) {
            return Errors.INVALID_REQUEST;
        }
        boolean expected = cluster == null
                || (request.nodeId() == brokerId
                        && cluster.equals(image.get().clusterId().toString()));
        return expected ? Errors.NONE : Errors.REBOOTSTRAP_REQUIRED;
    }

    private void addFeatures(ApiVersionsResponseData response) {
        response.supportedFeatures()
                .add(new SupportedFeatureKey()
                        .setName(FEATURE)
                        .setMinVersion(FEATURE_LEVEL_MIN)
                        .setMaxVersion(FEATURE_LEVEL_MAX));
        ClusterImage present = image.get();
        short level = (short) present.featureLevel();
        if (level >= FEATURE_LEVEL_MIN) {
            response.setFinalizedFeaturesEpoch(present.version())
                    .finalizedFeatures()
                    .add(new FinalizedFeatureKey()
                            .setName(FEATURE)
                            .setMinVersionLevel(level)
                            .setMaxVersionLevel(level));
        }
    }
}
