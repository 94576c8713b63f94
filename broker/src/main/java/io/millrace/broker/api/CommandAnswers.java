package io.millrace.broker.api;

import io.millrace.metadata.CommandResult;
import io.millrace.metadata.MetadataCommand;
import io.millrace.metadata.MetadataLog;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.ApiError;

/** Waits for a request's commands and says how each ended. */
final class CommandAnswers {
    /** A client that gives no time at all gets its answer all the same: the command is carried out anyway. */
    private static final long SHORTEST_TIMEOUT_MS = 1_000;

    private CommandAnswers() {}

    /**
     * Submits a command.
     *
     * @param timeoutMs after this, REQUEST_TIMED_OUT is the answer, though the command may still be carried out
     */
    static CompletableFuture<ApiError> submit(MetadataLog metadata, MetadataCommand command, long timeoutMs) {
        return metadata.submit(command)
                .thenApply(applied -> error(applied.result()))
                .exceptionally(ApiError::fromThrowable)
                .completeOnTimeout(
                        new ApiError(Errors.REQUEST_TIMED_OUT),
                        Math.max(SHORTEST_TIMEOUT_MS, timeoutMs),
                        TimeUnit.MILLISECONDS);
    }

    /** When all are done. */
    static CompletableFuture<Void> all(List<? extends CompletableFuture<?>> answers) {
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new));
    }

    private static ApiError error(CommandResult result) {
        return result instanceof CommandResult.Refused refused
                ? new ApiError(refused.error(), refused.message())
                : ApiError.NONE;
    }
}
