package io.millrace.replication;

import io.millrace.storage.LogPosition;
import org.apache.kafka.common.IsolationLevel;
import org.jspecify.annotations.Nullable;

/** One partition of a waiting fetch: a link of the partition's list of watches. All but the final fields under its lock. */
final class FetchWatch {
    private final FetchWaiter waiter;
    private final Partition partition;
    private final IsolationLevel isolation;
    private LogPosition seen;
    private int roomBytes;

    @Nullable
    FetchWatch previous;

    @Nullable
    FetchWatch next;

    boolean linked;

    FetchWatch(FetchWaiter waiter, Partition partition, IsolationLevel isolation, LogPosition seen, int roomBytes) {
        this.waiter = waiter;
        this.partition = partition;
        this.isolation = isolation;
        this.seen = seen;
        this.roomBytes = roomBytes;
    }

    Partition partition() {
        return partition;
    }

    IsolationLevel isolation() {
        return isolation;
    }

    /** The partition can be read up to here now. */
    void advanced(LogPosition limit) {
        int grown = Math.min(roomBytes, growth(limit));
        seen = limit;
        if (grown > 0) {
            roomBytes -= grown;
            waiter.grown(grown);
        }
    }

    /** Leadership or existence has changed: the fetch must look again. */
    void disturbed() {
        waiter.wake();
    }

    private int growth(LogPosition limit) {
        if (limit.offset() <= seen.offset()) {
            return 0;
        }
        // In another segment: how much lies before its start is unknown, so let the fetch look.
        return limit.segmentBaseOffset() == seen.segmentBaseOffset() ? limit.position() - seen.position() : roomBytes;
    }
}
