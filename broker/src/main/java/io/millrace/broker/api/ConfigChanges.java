package io.millrace.broker.api;

import io.millrace.metadata.MetadataCommand.ChangeConfigs;
import io.millrace.metadata.MetadataCommand.ConfigChange;
import io.millrace.metadata.MetadataLog;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiError;

/** Carries out what AlterConfigs and IncrementalAlterConfigs come to: each resource stands or falls for itself. */
final class ConfigChanges {
    /** These requests say nothing of how long to wait. */
    private static final long TIMEOUT_MS = 30_000;

    private final MetadataLog metadata;
    private final boolean validateOnly;

    ConfigChanges(MetadataLog metadata, boolean validateOnly) {
        this.metadata = metadata;
        this.validateOnly = validateOnly;
    }

    /**
     * @param times how often the request names the resource
     * @param change the validated change; throws an ApiException to refuse it
     */
    CompletableFuture<ApiError> carryOut(int times, Supplier<ConfigChange> change) {
        if (times > 1) {
            return refused(Errors.INVALID_REQUEST, "The request names this resource more than once.");
        }
        try {
            ConfigChange accepted = change.get();
            boolean nothing = accepted.set().isEmpty() && accepted.remove().isEmpty();
            return validateOnly || nothing
                    ? CompletableFuture.completedFuture(ApiError.NONE)
                    : CommandAnswers.submit(metadata, new ChangeConfigs(List.of(accepted)), TIMEOUT_MS);
        } catch (ApiException e) {
            return refused(Errors.forException(e), String.valueOf(e.getMessage()));
        }
    }

    /** @throws InvalidRequestException if there is no such type */
    static ConfigResource resource(byte type, String name) {
        ConfigResource.Type known = ConfigResource.Type.forId(type);
        if (known == ConfigResource.Type.UNKNOWN) {
            throw new InvalidRequestException("There is no resource type " + type + ".");
        }
        return new ConfigResource(known, name);
    }

    private static CompletableFuture<ApiError> refused(Errors error, String message) {
        return CompletableFuture.completedFuture(new ApiError(error, message));
    }
}
