package io.millrace.replication;

import io.millrace.storage.LogPosition;
import org.apache.kafka.common.IsolationLevel;
import org.jspecify.annotations.Nullable;

/** The waiting fetches of one partition, an intrusive list: no allocation when the partition grows. Under the partition's lock. */
final class FetchWatches {
    private @Nullable FetchWatch first;

    boolean isEmpty() {
        return first == null;
    }

    void add(FetchWatch watch) {
        watch.next = first;
        if (first != null) {
            first.previous = watch;
        }
        first = watch;
        watch.linked = true;
    }

    void remove(FetchWatch watch) {
        if (!watch.linked) {
            return;
        }
        if (watch.previous == null) {
            first = watch.next;
        } else {
            watch.previous.next = watch.next;
        }
        if (watch.next != null) {
            watch.next.previous = watch.previous;
        }
        watch.previous = null;
        watch.next = null;
        watch.linked = false;
    }

    void advanced(LogPosition committed, LogPosition stable) {
        for (FetchWatch watch = first; watch != null; watch = watch.next) {
            watch.advanced(watch.isolation() == IsolationLevel.READ_COMMITTED ? stable : committed);
        }
    }

    void disturbed() {
        for (FetchWatch watch = first; watch != null; watch = watch.next) {
            watch.disturbed();
        }
    }
}
