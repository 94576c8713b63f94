package io.millrace.storage;

import io.millrace.storage.LogFlush.Forced;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Forces the logs of one flush. Several at a time, since a file system makes what is asked for together durable together: many
 * files forced side by side take little longer than one.
 */
final class ForceRound {
    private static final int SIDE_BY_SIDE = 16;

    private final List<LogFlush> logs;
    private final Forced[] results;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    private ForceRound(List<LogFlush> logs) {
        this.logs = logs;
        this.results = new Forced[logs.size()];
    }

    /** Forces all logs, and returns what came of each. */
    static List<Forced> force(List<LogFlush> logs, Executor helpers) throws IOException {
        if (logs.size() == 1) {
            return List.of(logs.getFirst().force());
        }
        return new ForceRound(logs).force(helpers);
    }

    private List<Forced> force(Executor helpers) throws IOException {
        int helping = Math.min(SIDE_BY_SIDE, logs.size()) - 1;
        CountDownLatch done = new CountDownLatch(helping);
        for (int i = 0; i < helping; i++) {
            helpers.execute(() -> {
                try {
                    forceSome();
                } finally {
                    done.countDown();
                }
            });
        }
        forceSome();
        await(done);
        throwFailure();
        return new ArrayList<>(List.of(results));
    }

    private void forceSome() {
        int i;
        while (failure.get() == null && (i = next.getAndIncrement()) < results.length) {
            try {
                results[i] = logs.get(i).force();
            } catch (IOException | RuntimeException e) {
                failure.compareAndSet(null, e);
            }
        }
    }

    private void throwFailure() throws IOException {
        Exception failed = failure.get();
        if (failed != null) {
            throw new IOException("a flush has failed", failed);
        }
    }

    private static void await(CountDownLatch done) {
        boolean interrupted = false;
        while (done.getCount() > 0) {
            try {
                done.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
