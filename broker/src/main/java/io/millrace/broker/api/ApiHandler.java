package io.millrace.broker.api;

import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/**
 * Serves one API key. Called on the connection's event loop: what may block goes to {@link RequestContext#blocking()}.
 *
 * <p>An expected failure is an error code inside the response. A thrown exception or failed stage is turned into the request's
 * own error response by the connection, through the table of {@link io.millrace.protocol.Failures}; a
 * {@link ConnectionClosedException} closes the connection instead.
 *
 * @param <Q> the request's message class
 */
public interface ApiHandler<Q extends ApiMessage> {
    ApiKeys key();

    /** The request's message class, that of the key. */
    Class<Q> requestType();

    /** Lowest version advertised and accepted. */
    default short oldestVersion() {
        return key().oldestVersion();
    }

    /** Highest version advertised and accepted: the highest that is not marked unstable. */
    default short latestVersion() {
        return key().latestVersion(false);
    }

    /** The response; null as its value where the protocol has none (Produce with acks=0). */
    CompletionStage<? extends @Nullable ApiMessage> handle(RequestContext context, Q request);
}
