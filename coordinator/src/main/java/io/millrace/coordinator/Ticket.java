package io.millrace.coordinator;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.apache.kafka.common.protocol.Errors;

/**
 * Stands for an answer that is owed. A state machine may keep it (a member waiting for its group) and name it in a later
 * {@link Answer}; only the runtime gives the answer out. Compared by identity.
 */
public final class Ticket<T> {
    private final CompletableFuture<T> future = new CompletableFuture<>();
    private final Function<Errors, T> onError;

    /** @param onError the answer that says this error */
    public Ticket(Function<Errors, T> onError) {
        this.onError = onError;
    }

    CompletableFuture<T> future() {
        return future;
    }

    void complete(T reply) {
        future.complete(reply);
    }

    void fail(Errors error) {
        future.complete(onError.apply(error));
    }

    boolean isDone() {
        return future.isDone();
    }
}
