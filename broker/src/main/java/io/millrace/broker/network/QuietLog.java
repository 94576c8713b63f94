package io.millrace.broker.network;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** A log for what clients can provoke: at most some lines a second, and how many were left out. Safe for any thread. */
final class QuietLog {
    private static final int LINES_PER_SECOND = 10;

    private final Logger log;
    private final AtomicLong second = new AtomicLong(Long.MIN_VALUE);
    private final AtomicLong lines = new AtomicLong();

    QuietLog(Logger log) {
        this.log = log;
    }

    void info(String what, Object about, @Nullable Object why) {
        long now = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime());
        long last = second.get();
        if (last != now && second.compareAndSet(last, now)) {
            long suppressed = lines.getAndSet(0) - LINES_PER_SECOND;
            if (suppressed > 0) {
                log.info("{} lines like these left out", suppressed);
            }
        }
        if (lines.incrementAndGet() <= LINES_PER_SECOND) {
            log.info("{}: {}: {}", about, what, why);
        }
    }
}
