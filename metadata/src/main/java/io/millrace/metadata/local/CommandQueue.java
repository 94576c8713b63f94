package io.millrace.metadata.local;

import io.millrace.metadata.MetadataCommand;
import io.millrace.metadata.MetadataLog.Applied;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Commands on their way to the log's thread, bounded by their bytes. Any thread puts, the log's thread takes. */
final class CommandQueue {
    private final long maxBytes;
    /** Guards everything below. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();
    private final Queue<Pending> waiting = new ArrayDeque<>();
    private long bytes;
    private @Nullable ApiException closed;

    CommandQueue(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** A command, as bytes too, and who waits for it. */
    record Pending(MetadataCommand command, ByteBuffer bytes, CompletableFuture<Applied> future) {
        /** What it counts for: small commands have a price too. */
        long weight() {
            return 64L + bytes.remaining();
        }
    }

    /** Queues it, or fails its future if the queue is closed or full. */
    void put(Pending pending) {
        @Nullable ApiException refusal = offer(pending);
        if (refusal != null) {
            pending.future.completeExceptionally(refusal);
        }
    }

    private @Nullable ApiException offer(Pending pending) {
        lock.lock();
        try {
            if (closed != null) {
                return closed;
            }
            if (bytes + pending.weight() > maxBytes) {
                return new TimeoutException("Too many metadata changes are waiting to be written; try again later");
            }
            bytes += pending.weight();
            waiting.add(pending);
            changed.signal();
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Waits for commands and takes up to so many bytes of them, but one at least; none once closed and empty. */
    List<Pending> take(long upToBytes) {
        lock.lock();
        try {
            while (waiting.isEmpty() && closed == null) {
                changed.awaitUninterruptibly();
            }
            List<Pending> taken = new ArrayList<>();
            long takenBytes = 0;
            for (Pending next = waiting.peek();
                    next != null && (taken.isEmpty() || takenBytes + next.weight() <= upToBytes);
                    next = waiting.peek()) {
                taken.add(waiting.remove());
                takenBytes += next.weight();
            }
            bytes -= takenBytes;
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** From now on put fails with this; what waits can still be taken. The first reason stays. */
    void close(ApiException reason) {
        lock.lock();
        try {
            if (closed == null) {
                closed = reason;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
