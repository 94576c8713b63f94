package io.millrace.broker.api;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.DescribeClientQuotasRequestData;
import org.apache.kafka.common.message.DescribeClientQuotasRequestData.ComponentData;
import org.apache.kafka.common.message.DescribeClientQuotasResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.requests.ApiError;

/** DescribeClientQuotas, versions 0 and 1 (KIP-546). No quota can be set yet, so every valid filter finds none. */
final class DescribeClientQuotasHandler implements ApiHandler<DescribeClientQuotasRequestData> {
    private static final Set<String> ENTITY_TYPES =
            Set.of(ClientQuotaEntity.USER, ClientQuotaEntity.CLIENT_ID, ClientQuotaEntity.IP);
    private static final int LAST_MATCH_TYPE = 2;

    @Override
    public ApiKeys key() {
        return ApiKeys.DESCRIBE_CLIENT_QUOTAS;
    }

    @Override
    public Class<DescribeClientQuotasRequestData> requestType() {
        return DescribeClientQuotasRequestData.class;
    }

    @Override
    public CompletionStage<DescribeClientQuotasResponseData> handle(
            RequestContext context, DescribeClientQuotasRequestData request) {
        return CompletableFuture.completedFuture(problem(request.components())
                .map(error -> new DescribeClientQuotasResponseData()
                        .setErrorCode(error.error().code())
                        .setErrorMessage(error.message())
                        .setEntries(null))
                .orElseGet(() -> new DescribeClientQuotasResponseData().setErrorMessage("")));
    }

    private static Optional<ApiError> problem(List<ComponentData> components) {
        Set<String> seen = new HashSet<>();
        for (ComponentData component : components) {
            Optional<ApiError> problem = problem(component, seen.add(component.entityType()));
            if (problem.isPresent()) {
                return problem;
            }
        }
        return seen.contains(ClientQuotaEntity.IP) && seen.size() > 1
                ? invalid("A filter for addresses cannot be combined with others.")
                : Optional.empty();
    }

    private static Optional<ApiError> problem(ComponentData component, boolean first) {
        String type = component.entityType();
        if (type.isEmpty()) {
            return invalid("An entity type is empty.");
        }
        if (!first) {
            return invalid("The filter has entity type '" + type + "' more than once.");
        }
        if (component.matchType() < 0 || component.matchType() > LAST_MATCH_TYPE) {
            return invalid("There is no match type " + component.matchType() + ".");
        }
        return ENTITY_TYPES.contains(type)
                ? Optional.empty()
                : Optional.of(new ApiError(Errors.UNSUPPORTED_VERSION, "There is no entity type '" + type + "'."));
    }

    private static Optional<ApiError> invalid(String message) {
        return Optional.of(new ApiError(Errors.INVALID_REQUEST, message));
    }
}
