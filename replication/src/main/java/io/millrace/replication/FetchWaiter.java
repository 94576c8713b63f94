package io.millrace.replication;

import io.millrace.storage.LogPosition;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A fetch that found less than it asked for, and waits until its partitions have grown by that much. Built and closed by one
 * thread (the connection's event loop); partitions tell it of growth from any thread.
 */
public final class FetchWaiter {
    private final long minBytes;
    private final long foundBytes;
    private final Runnable onReady;
    private final AtomicLong bytes;
    private final AtomicBoolean ready = new AtomicBoolean();
    private final List<FetchWatch> watches;

    /**
     * @param minBytes what is waited for
     * @param foundBytes what the first look has found
     * @param onReady called once, by any thread: enough bytes are there, or a partition has something else to say
     */
    public FetchWaiter(int minBytes, long foundBytes, int partitions, Runnable onReady) {
        this.minBytes = minBytes;
        this.foundBytes = foundBytes;
        this.bytes = new AtomicLong(foundBytes);
        this.onReady = onReady;
        this.watches = new ArrayList<>(partitions);
    }

    /**
     * Watches a partition.
     *
     * @param seen the limit up to which the first look has read: what came since counts at once
     * @param roomBytes how much more of this partition the fetch would take
     */
    public void watch(Partition partition, LogPosition seen, int roomBytes) {
        FetchWatch watch = new FetchWatch(this, partition, seen, roomBytes);
        watches.add(watch);
        partition.watch(watch);
    }

    /** Ready now, for a reason of the caller's own (time is up, the connection has closed). False if it was before. */
    public boolean expire() {
        return ready.compareAndSet(false, true);
    }

    /** Whether some partition has grown since the first look. */
    public boolean hasGrown() {
        return bytes.get() != foundBytes;
    }

    /** Lets go of all partitions. */
    public void close() {
        for (FetchWatch watch : watches) {
            watch.partition().unwatch(watch);
        }
        watches.clear();
    }

    void grown(long by) {
        if (bytes.addAndGet(by) >= minBytes) {
            wake();
        }
    }

    void wake() {
        if (ready.compareAndSet(false, true)) {
            onReady.run();
        }
    }
}
