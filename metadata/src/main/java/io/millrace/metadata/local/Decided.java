package io.millrace.metadata.local;

import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.Commands;
import io.millrace.metadata.MetadataLog.Applied;
import io.millrace.metadata.Touched;
import io.millrace.metadata.local.CommandQueue.Pending;
import java.util.concurrent.CompletableFuture;

/** A command that was applied but is not durable yet, and so not published. */
sealed interface Decided {
    /** Image after the command. */
    ClusterImage after();

    /** Where that may differ from the image before. */
    Touched touched();

    /** Tells who waits. */
    void complete();

    default boolean changes(ClusterImage before) {
        return after().version() != before.version();
    }

    /** Applying is pure: a bug in a command harms nobody but who sent it. */
    static Decided decide(ClusterImage before, Pending pending) {
        try {
            return new Success(Commands.apply(before, pending.command()), pending.future());
        } catch (RuntimeException e) {
            return new Bug(before, e, pending.future());
        }
    }

    /** Applied or refused. */
    record Success(Applied applied, CompletableFuture<Applied> future) implements Decided {
        @Override
        public ClusterImage after() {
            return applied.image();
        }

        @Override
        public Touched touched() {
            return applied.touched();
        }

        @Override
        public void complete() {
            future.complete(applied);
        }
    }

    /** The command could not even be refused. */
    record Bug(ClusterImage after, RuntimeException failure, CompletableFuture<Applied> future) implements Decided {
        @Override
        public Touched touched() {
            return Touched.NOTHING;
        }

        @Override
        public void complete() {
            future.completeExceptionally(failure);
        }
    }
}
