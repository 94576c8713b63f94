package io.millrace.broker.network;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bytes of all requests that are being read or served. A frame is let in while there is any room, so that one larger than the
 * limit passes too; it may go over the limit by one frame for each event loop. Safe for any thread.
 */
final class RequestMemory {
    private final long bytesMax;
    private final AtomicLong used = new AtomicLong();
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    RequestMemory(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    boolean hasRoom() {
        return used.get() < bytesMax;
    }

    /** Somebody waits for room. */
    boolean contended() {
        return !waiting.isEmpty();
    }

    void take(int bytes) {
        used.addAndGet(bytes);
    }

    void giveBack(int bytes) {
        if (used.addAndGet(-bytes) < bytesMax) {
            wakeAll();
        }
    }

    long used() {
        return used.get();
    }

    /** Calls back, once, when there is room; at once if there is now. */
    void await(Runnable resume) {
        waiting.add(resume);
        if (hasRoom()) {
            wakeAll();
        }
    }

    private void wakeAll() {
        // Those who find no room when they run wait again.
        for (Runnable resume = waiting.poll(); resume != null; resume = waiting.poll()) {
            resume.run();
        }
    }
}
