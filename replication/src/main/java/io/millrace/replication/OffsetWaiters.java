package io.millrace.replication;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Appends that wait for an offset, in the order in which they came into the log. A retry answered from the log waits behind
 * what came before it, although its own offset is lower. Not thread-safe.
 */
final class OffsetWaiters {
    private final ArrayDeque<PartitionAppend> waiting = new ArrayDeque<>();

    void add(PartitionAppend append) {
        waiting.add(append);
    }

    /** The next one whose end offset has been reached, removed; null if there is none. */
    @Nullable
    PartitionAppend poll(long reached) {
        PartitionAppend head = waiting.peek();
        return head != null && head.endOffset() <= reached ? waiting.poll() : null;
    }

    /** All, removed. */
    List<PartitionAppend> clear() {
        List<PartitionAppend> all = List.copyOf(waiting);
        waiting.clear();
        return all;
    }
}
