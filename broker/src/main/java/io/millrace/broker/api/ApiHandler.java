package io.millrace.broker.api;

import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/**
 * Serves one API key. Called on the connection's event loop: what may block goes to {@link RequestContext#blocking()}.
 *
 * <p>An expected failure is an error code inside the response. A thrown exception or failed stage is turned into the request's
 * own error response by the dispatcher, through kafka-clients' table from exceptions to error codes.
 *
 * @param <Q> the request's message class
 */
public interface ApiHandler<Q extends ApiMessage> {
    ApiKeys key();

    /** Lowest version advertised and accepted. */
    default short oldestVersion() {
        return key().oldestVersion();
    }

    /** Highest version advertised and accepted. */
    default short latestVersion() {
        return key().latestVersion();
    }

    /** The response; null as its value where the protocol has none (Produce with acks=0). */
    CompletionStage<? extends @Nullable ApiMessage> handle(RequestContext context, Q request);
}
