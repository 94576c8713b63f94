package io.millrace.broker.api;

import io.millrace.protocol.ApiRegistry;
import io.millrace.protocol.ApiRegistry.VersionRange;
import io.millrace.protocol.ApiRequest;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/** Brings a decoded request to its handler. Safe for any thread; handlers run on the caller's, a connection's event loop. */
public final class RequestDispatcher {
    private final ApiRegistry registry;
    private final @Nullable ApiHandler<?>[] handlers;

    /** @param handlers one per API key; the keys and versions they name are what is served */
    public RequestDispatcher(Collection<? extends ApiHandler<?>> handlers) {
        this.registry =
                new ApiRegistry(handlers.stream().map(RequestDispatcher::range).toList());
        this.handlers = new ApiHandler<?>[registry.ranges().getLast().key().id + 1];
        handlers.forEach(handler -> this.handlers[handler.key().id] = handler);
    }

    static VersionRange range(ApiHandler<?> handler) {
        return VersionRange.of(handler.key(), handler.oldestVersion(), handler.latestVersion());
    }

    /** What is served. */
    public ApiRegistry registry() {
        return registry;
    }

    /** The handler's stage; a failed one for what it throws. */
    public CompletionStage<? extends @Nullable ApiMessage> dispatch(RequestContext context, ApiRequest request) {
        ApiHandler<?> handler = handlers[request.header().key().id];
        if (handler == null) {
            throw new IllegalStateException(request.header().key() + " has passed the decoder without a handler");
        }
        try {
            return handle(handler, context, request.body());
        } catch (RuntimeException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    private static <Q extends ApiMessage> CompletionStage<? extends @Nullable ApiMessage> handle(
            ApiHandler<Q> handler, RequestContext context, ApiMessage body) {
        return handler.handle(context, handler.requestType().cast(body));
    }
}
