package io.millrace.replication;

import io.millrace.storage.LogAppend.Origin;
import io.millrace.storage.TransactionTerms;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/** A transaction's marker on its way into one partition. */
final class MarkerAppend extends PartitionAppend {
    private final TransactionTerms terms;
    private final CompletableFuture<Errors> outcome = new CompletableFuture<>();

    MarkerAppend(ByteBuffer batch, TransactionTerms terms) {
        super(batch, Origin.COORDINATOR, ACKS_ALL);
        this.terms = terms;
    }

    CompletableFuture<Errors> outcome() {
        return outcome;
    }

    @Override
    protected TransactionTerms transactionTerms() {
        return terms;
    }

    @Override
    protected void bufferFree() {
        // nobody else wants it
    }

    @Override
    protected void completed(Errors error, @Nullable String message, long baseOffset, long appendTimeMs) {
        outcome.complete(error);
    }
}
