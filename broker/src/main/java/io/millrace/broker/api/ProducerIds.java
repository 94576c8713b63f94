package io.millrace.broker.api;

import io.millrace.metadata.CommandResult;
import io.millrace.metadata.MetadataCommand.AllocateProducerIds;
import io.millrace.metadata.MetadataLog;
import io.millrace.metadata.MetadataLog.Applied;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Gives out producer ids, each once in the life of the cluster, from blocks reserved in the metadata log. What is left of a block
 * is lost with the process. Safe for any thread.
 */
public final class ProducerIds {
    /** Size of a block, as in Kafka. */
    static final int BLOCK = 1000;

    private final int brokerId;
    private final MetadataLog metadata;
    private final Queue<CompletableFuture<Long>> waiting = new ArrayDeque<>();
    private long next;
    private long end;
    private boolean reserving;

    public ProducerIds(int brokerId, MetadataLog metadata) {
        this.brokerId = brokerId;
        this.metadata = metadata;
    }

    /** A new id. Fails as the metadata log fails; then the next caller tries again. */
    CompletableFuture<Long> next() {
        CompletableFuture<Long> id = new CompletableFuture<>();
        boolean reserve;
        synchronized (this) {
            if (next < end) {
                return CompletableFuture.completedFuture(next++);
            }
            waiting.add(id);
            reserve = !reserving;
            reserving = true;
        }
        if (reserve) {
            reserve();
        }
        return id;
    }

    private void reserve() {
        var _ = metadata.submit(new AllocateProducerIds(brokerId, BLOCK)).whenComplete(this::reserved);
    }

    private void reserved(@Nullable Applied applied, @Nullable Throwable failure) {
        if (applied == null || failure != null) {
            fail(failure == null ? new IllegalStateException("no result") : failure);
            return;
        }
        switch (applied.result()) {
            case CommandResult.ProducerIds block -> giveOut(block);
            case CommandResult.Refused refused -> fail(refused.error().exception(refused.message()));
            case CommandResult.Done _ -> fail(new IllegalStateException("no block of producer ids"));
        }
    }

    private void giveOut(CommandResult.ProducerIds block) {
        synchronized (this) {
            next = block.first();
            end = block.first() + block.count();
        }
        for (Given given = give(); given != null; given = give()) {
            given.to.complete(given.id);
        }
    }

    private record Given(CompletableFuture<Long> to, long id) {}

    /** The next who waits, with an id; null when nobody does, or a further block is under way. */
    private synchronized @Nullable Given give() {
        CompletableFuture<Long> first = waiting.peek();
        if (first == null) {
            reserving = false;
            return null;
        }
        if (next == end) {
            reserve();
            return null;
        }
        waiting.remove();
        return new Given(first, next++);
    }

    private void fail(Throwable failure) {
        Queue<CompletableFuture<Long>> failed;
        synchronized (this) {
            failed = new ArrayDeque<>(waiting);
            waiting.clear();
            reserving = false;
        }
        failed.forEach(id -> id.completeExceptionally(failure));
    }
}
