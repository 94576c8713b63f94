package io.millrace.broker.api;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * InitProducerId, versions 0 to 5, for idempotent producers (KIP-98, KIP-360).
 *
 * <p>Gap: transactions. A transactional id is answered with UNSUPPORTED_VERSION, which ends a producer at once instead of letting
 * it try again.
 */
public final class InitProducerIdHandler implements ApiHandler<InitProducerIdRequestData> {
    private static final long NO_PRODUCER_ID = -1;
    private static final short NO_PRODUCER_EPOCH = -1;
    private static final short FIRST_EPOCH = 0;

    private final ProducerIds ids;

    public InitProducerIdHandler(ProducerIds ids) {
        this.ids = ids;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.INIT_PRODUCER_ID;
    }

    @Override
    public Class<InitProducerIdRequestData> requestType() {
        return InitProducerIdRequestData.class;
    }

    @Override
    public CompletionStage<InitProducerIdResponseData> handle(
            RequestContext context, InitProducerIdRequestData request) {
        Errors refused = refusal(request);
        if (refused != Errors.NONE) {
            return CompletableFuture.completedFuture(new InitProducerIdResponseData()
                    .setErrorCode(refused.code())
                    .setProducerId(NO_PRODUCER_ID)
                    .setProducerEpoch(NO_PRODUCER_EPOCH));
        }
        return ids.next()
                .thenApply(
                        id -> new InitProducerIdResponseData().setProducerId(id).setProducerEpoch(FIRST_EPOCH));
    }

    private static Errors refusal(InitProducerIdRequestData request) {
        boolean oneOfTwo = (request.producerId() == NO_PRODUCER_ID) != (request.producerEpoch() == NO_PRODUCER_EPOCH);
        String transactionalId = request.transactionalId();
        if (oneOfTwo || (transactionalId != null && transactionalId.isEmpty())) {
            return Errors.INVALID_REQUEST;
        }
        return transactionalId == null ? Errors.NONE : Errors.UNSUPPORTED_VERSION;
    }
}
