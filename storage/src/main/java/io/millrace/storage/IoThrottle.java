package io.millrace.storage;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Bounds what compaction reads and writes per second. What was done is paid for afterwards, by waiting; a pause of up to
 * {@link #CREDIT_NANOS} counts as paid in advance. Safe for any thread.
 */
final class IoThrottle {
    static final long CREDIT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final double bytesPerSecond;
    private long paidUntilNanos;

    /** @param nowNanos a clock's time, as for {@link #waitNanos} */
    IoThrottle(double bytesPerSecond, long nowNanos) {
        this.bytesPerSecond = bytesPerSecond;
        this.paidUntilNanos = nowNanos;
    }

    /** How long to wait after this many bytes. */
    synchronized long waitNanos(long bytes, long nowNanos) {
        long from = Math.max(paidUntilNanos, nowNanos - CREDIT_NANOS);
        paidUntilNanos = from + (long) (bytes / bytesPerSecond * TimeUnit.SECONDS.toNanos(1));
        return Math.max(0, paidUntilNanos - nowNanos);
    }

    /** Waits as long as is due, or until there is no need to go on. */
    void pay(long bytes, BooleanSupplier stopped) {
        long now = System.nanoTime();
        long until = now + waitNanos(bytes, now);
        while (now < until && !stopped.getAsBoolean()) {
            LockSupport.parkNanos(Math.min(until - now, CREDIT_NANOS));
            now = System.nanoTime();
        }
    }
}
