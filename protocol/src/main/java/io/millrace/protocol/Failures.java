package io.millrace.protocol;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.protocol.ObjectSerializationCache;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.AbstractResponse;
import org.jspecify.annotations.Nullable;

/** The one table from failures to Kafka's error codes: kafka-clients' exceptions, and what the JDK throws. */
public final class Failures {
    private Failures() {}

    /** UNKNOWN_SERVER_ERROR for what has no code: a bug, worth a log line. */
    public static Errors error(Throwable failure) {
        Throwable cause = cause(failure);
        if (cause instanceof IOException || cause instanceof UncheckedIOException) {
            return Errors.KAFKA_STORAGE_ERROR;
        }
        return Errors.forException(cause);
    }

    /** The failure without the wrappers that futures put around it. */
    public static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        Throwable inner = failure.getCause();
        while (inner != null && (cause instanceof CompletionException || cause instanceof ExecutionException)) {
            cause = inner;
            inner = cause.getCause();
        }
        return cause;
    }

    /**
     * The answer that says of everything a request asked for that it failed. Null where the protocol has no answer (Produce with
     * acks=0). For the rare case: it encodes the request again and lets kafka-clients decode and answer it.
     */
    public static @Nullable ApiMessage response(ApiKeys key, short version, ApiMessage request, Throwable failure) {
        ApiMessage copied = withoutRecords(request);
        ObjectSerializationCache cache = new ObjectSerializationCache();
        ByteBufferAccessor encoded = new ByteBufferAccessor(ByteBuffer.allocate(copied.size(cache, version)));
        copied.write(encoded, cache, version);
        encoded.flip();
        AbstractRequest parsed = AbstractRequest.parseRequest(key, version, encoded).request;
        AbstractResponse response = parsed.getErrorResponse(
                0, error(failure).exception(cause(failure).getMessage()));
        return response == null ? null : response.data();
    }

    /** The records may be gone with the frame they lay in. */
    private static ApiMessage withoutRecords(ApiMessage request) {
        if (request instanceof ProduceRequestData produce) {
            produce.topicData()
                    .forEach(topic -> topic.partitionData().forEach(data -> data.setRecords(MemoryRecords.EMPTY)));
        }
        return request;
    }
}
