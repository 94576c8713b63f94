package io.millrace.replication;

import io.millrace.storage.LogAppend.Origin;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/** An append that remembers how it ended. */
final class TestAppend extends PartitionAppend {
    boolean bufferFree;

    @Nullable
    Errors error;

    long baseOffset = -2;

    TestAppend(short acks) {
        super(ByteBuffer.allocate(0), Origin.CLIENT, acks);
    }

    @Override
    protected void bufferFree() {
        if (bufferFree) {
            throw new IllegalStateException("twice");
        }
        bufferFree = true;
    }

    @Override
    protected void completed(Errors outcome, @Nullable String message, long base, long appendTimeMs) {
        if (error != null || !bufferFree) {
            throw new IllegalStateException("completed twice, or before its buffer is free");
        }
        error = outcome;
        baseOffset = base;
    }

    boolean acknowledged() {
        return error == Errors.NONE;
    }

    boolean done() {
        return error != null;
    }
}
