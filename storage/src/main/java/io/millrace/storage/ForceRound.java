package io.millrace.storage;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Forces several logs, some of them at the same time: a file system commits together what is asked for together, so that
 * sixteen files cost little more than one. The flusher and those who help it each take the next log until none is left.
 */
final class ForceRound implements Runnable {
    /** How many files are forced at the same time. More gained nothing on ext4. */
    static final int TOGETHER = 4;

    private final List<LogFlush> logs;
    private final LogPosition[] targets;
    private final AtomicInteger next = new AtomicInteger();
    private final CountDownLatch left;
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    ForceRound(List<LogFlush> logs) {
        this.logs = logs;
        this.targets = new LogPosition[logs.size()];
        this.left = new CountDownLatch(logs.size());
    }

    /**
     * Forces all. Returns when each is done.
     *
     * @return up to where each log is on disk now
     * @throws IOException if one could not be forced
     */
    LogPosition[] force(Executor help) throws IOException {
        for (int helper = 1; helper < Math.min(TOGETHER, logs.size()); helper++) {
            help.execute(this);
        }
        run();
        awaitOthers();
        Exception failed = failure.get();
        if (failed != null) {
            throw new IOException("cannot flush a log", failed);
        }
        return targets;
    }

    @Override
    public void run() {
        for (int i = next.getAndIncrement(); i < logs.size(); i = next.getAndIncrement()) {
            try {
                targets[i] = logs.get(i).force();
            } catch (IOException | RuntimeException e) {
                failure.compareAndSet(null, e);
            } finally {
                left.countDown();
            }
        }
    }

    private void awaitOthers() {
        boolean interrupted = false;
        while (left.getCount() > 0) {
            try {
                left.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
