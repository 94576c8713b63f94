package io.millrace.replication;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks one at a time in the order they came, on whatever executor they came with: what keeps a producer's batches in order
 * when one of them takes time. Safe for any thread.
 */
public final class SerialTasks {
    private static final Logger LOG = LoggerFactory.getLogger(SerialTasks.class);

    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private volatile boolean busy;

    /** A task runs or waits: what must not overtake it has to wait too. */
    public boolean busy() {
        return busy;
    }

    public void run(Executor executor, Runnable task) {
        synchronized (tasks) {
            tasks.add(task);
            if (busy) {
                return;
            }
            busy = true;
        }
        executor.execute(this::runAll);
    }

    private void runAll() {
        for (Runnable task = next(); task != null; task = next()) {
            try {
                task.run();
            } catch (RuntimeException bug) {
                LOG.error("a task has failed", bug);
            }
        }
    }

    private @Nullable Runnable next() {
        synchronized (tasks) {
            Runnable task = tasks.poll();
            busy = task != null;
            return task;
        }
    }
}
