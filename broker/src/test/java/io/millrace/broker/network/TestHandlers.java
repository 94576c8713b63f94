package io.millrace.broker.network;

import io.millrace.broker.api.ApiHandler;
import io.millrace.broker.api.RequestContext;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.jspecify.annotations.Nullable;

/** Handlers that answer when, and with what, a test tells them. */
final class TestHandlers {
    private TestHandlers() {}

    /** A request at a handler. */
    record Call<Q>(RequestContext context, Q request, CompletableFuture<@Nullable ApiMessage> answer) {}

    /** Answers heartbeats at once, with the generation as throttle time. */
    static final class Echo implements ApiHandler<HeartbeatRequestData> {
        @Override
        public ApiKeys key() {
            return ApiKeys.HEARTBEAT;
        }

        @Override
        public Class<HeartbeatRequestData> requestType() {
            return HeartbeatRequestData.class;
        }

        @Override
        public CompletionStage<HeartbeatResponseData> handle(RequestContext context, HeartbeatRequestData request) {
            if (request.groupId().equals("throw")) {
                throw new IllegalStateException("expected by the test");
            }
            return CompletableFuture.completedFuture(answer(request));
        }

        static HeartbeatResponseData answer(HeartbeatRequestData request) {
            return new HeartbeatResponseData().setThrottleTimeMs(request.generationId());
        }
    }

    /** Leaves produces to the test, with their bytes retained. */
    static final class Held implements ApiHandler<ProduceRequestData> {
        final Queue<Call<ProduceRequestData>> calls = new ConcurrentLinkedQueue<>();

        @Override
        public ApiKeys key() {
            return ApiKeys.PRODUCE;
        }

        @Override
        public Class<ProduceRequestData> requestType() {
            return ProduceRequestData.class;
        }

        @Override
        public CompletionStage<? extends @Nullable ApiMessage> handle(
                RequestContext context, ProduceRequestData request) {
            CompletableFuture<@Nullable ApiMessage> answer = new CompletableFuture<>();
            context.retainBody();
            calls.add(new Call<>(context, request, answer));
            return answer;
        }

        /** Answers the oldest one. */
        void answerNext(@Nullable ProduceResponseData response) {
            Call<ProduceRequestData> call = calls.remove();
            call.context().releaseBody();
            call.answer().complete(response);
        }
    }

    /** Leaves fetches to the test. */
    static final class Fetches implements ApiHandler<FetchRequestData> {
        final Queue<Call<FetchRequestData>> calls = new ConcurrentLinkedQueue<>();

        @Override
        public ApiKeys key() {
            return ApiKeys.FETCH;
        }

        @Override
        public Class<FetchRequestData> requestType() {
            return FetchRequestData.class;
        }

        @Override
        public CompletionStage<? extends @Nullable ApiMessage> handle(
                RequestContext context, FetchRequestData request) {
            CompletableFuture<@Nullable ApiMessage> answer = new CompletableFuture<>();
            calls.add(new Call<>(context, request, answer));
            return answer;
        }

        void answerNext(FetchResponseData response) {
            calls.remove().answer().complete(response);
        }
    }
}
