package io.millrace.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C or SIGTERM while a command works: the work is asked to end, and the process waits until the work says that it is, at
 * most for some time, before it goes with exit code 0.
 */
final class StopSignal implements AutoCloseable {
    private final CountDownLatch finished = new CountDownLatch(1);
    private final Duration patience;

    /** @param patience how long the work may take to end */
    StopSignal(Duration patience) {
        this.patience = patience;
    }

    /** @param stop called by the JVM's shutdown thread; makes the work end soon */
    void onSignal(Runnable stop) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stopAndWait(stop), "stop"));
    }

    /** Nothing is left to be done. */
    void finished() {
        finished.countDown();
    }

    @Override
    public void close() {
        finished();
    }

    private void stopAndWait(Runnable stop) {
        if (finished.getCount() == 0) {
            return;
        }
        stop.run();
        boolean ended;
        try {
            ended = finished.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ended = false;
        }
        Runtime.getRuntime().halt(ended ? ExitCode.DONE : ExitCode.FAILED);
    }
}
