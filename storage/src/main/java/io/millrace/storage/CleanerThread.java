package io.millrace.storage;

import io.millrace.storage.work.Worker;
import io.millrace.storage.work.Workers;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Cleans one log after the other, as long as one is due. Runs on a thread of its own. */
final class CleanerThread implements Worker.Step {
    private static final Logger LOG = LoggerFactory.getLogger(CleanerThread.class);

    private final LogCleaner cleaner;
    private final Worker worker;
    private volatile boolean wanted;
    private volatile @Nullable Cleaning present;

    CleanerThread(LogCleaner cleaner, Workers workers, String name) {
        this.cleaner = cleaner;
        this.worker = workers.start(name, this);
    }

    /** Looks for something to clean. Any thread. */
    void begin() {
        wanted = true;
        worker.wake();
    }

    void stop() {
        worker.stop();
    }

    @Override
    public boolean isIdle() {
        Cleaning cleaning = present;
        return cleaning == null
                ? !wanted || cleaner.isStopped()
                : !cleaning.waitsFor().isDone() || cleaner.isStopped();
    }

    @Override
    public void died(Throwable cause) {
        LOG.error("a thread of the compaction has died; its log is not compacted before the next start", cause);
    }

    @Override
    public boolean run() {
        if (cleaner.isStopped()) {
            return false;
        }
        Cleaning cleaning = present;
        return cleaning == null ? beginNext() : goOn(cleaning);
    }

    private boolean beginNext() {
        if (!wanted) {
            return false;
        }
        wanted = false; // first: who asks from now on gets another look
        Cleaning next = cleaner.next();
        if (next != null) {
            wanted = true;
            present = next;
            wakeWhenReady(next);
        }
        return true;
    }

    private boolean goOn(Cleaning cleaning) {
        if (!cleaning.waitsFor().isDone()) {
            return false;
        }
        try {
            if (cleaning.step()) {
                wakeWhenReady(cleaning);
                return true;
            }
            present = null;
            cleaner.finished(cleaning);
        } catch (IOException | RuntimeException e) {
            present = null;
            cleaner.failed(cleaning, e);
        }
        return true;
    }

    private void wakeWhenReady(Cleaning cleaning) {
        var _ = cleaning.waitsFor().whenComplete((done, failure) -> worker.wake());
    }
}
