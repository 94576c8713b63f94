package io.millrace.storage;

import io.millrace.storage.LogState.Refusal;
import io.millrace.storage.disk.DiskFault;
import io.millrace.storage.work.Inbox;
import io.millrace.storage.work.Worker;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * The only writer of one directory's logs. It takes what has been queued, lets each append find its place in its log, and writes
 * log by log what came together. Runs on the appender thread, or on whichever thread has its turn, but for
 * {@link #put} and {@link #putAndRun}.
 */
final class Appender implements Worker.Step {
    private static final int MAX_ROUND = 1024;

    private final LogDirectory directory;
    private final Inbox<LogTask> inbox = new Inbox<>(LogTask.class);
    private final List<LogWriter> gathered = new ArrayList<>();
    private volatile boolean ended;

    Appender(LogDirectory directory) {
        this.directory = directory;
    }

    /** Queues a task. Any thread. Once the appender has ended, the task is refused on the calling thread. */
    void put(LogTask task) {
        if (queued(task)) {
            directory.wakeAppender();
        }
    }

    /** As {@link #put}, but the calling thread does it, if nobody else is at it. It must hold no lock. */
    void putAndRun(LogTask task) {
        if (queued(task)) {
            directory.runAppender();
        }
    }

    private boolean queued(LogTask task) {
        inbox.put(task);
        if (ended) {
            refuseLate();
            return false;
        }
        return true;
    }

    /** A log has appends that wait for {@link LogWriter#writeGathered}. */
    void hasGathered(LogWriter log) {
        gathered.add(log);
    }

    @Override
    public boolean isIdle() {
        return inbox.isEmpty();
    }

    @Override
    public void died(Throwable cause) {
        directory.fail(cause);
        end();
    }

    @Override
    public boolean run() {
        int taken = 0;
        @Nullable LogTask task;
        while (taken < MAX_ROUND && (task = inbox.take()) != null) {
            taken++;
            run(task);
        }
        for (LogWriter log : gathered) {
            write(log);
        }
        gathered.clear();
        return taken > 0;
    }

    private void run(LogTask task) {
        Refusal why = refusal(task.log());
        if (why != null) {
            task.refuse(why);
            return;
        }
        try {
            task.run();
        } catch (IOException e) {
            task.refuse(failed(e));
        } catch (RuntimeException e) {
            directory.fail(e);
            task.refuse(offline());
        }
    }

    private Refusal failed(IOException e) {
        if (DiskFault.isSpace(e)) {
            return directory.ranOutOfSpace(e);
        }
        directory.fail(e);
        return offline();
    }

    private void write(LogWriter log) {
        Refusal why = refusal(log);
        if (why == null) {
            try {
                log.writeGathered();
            } catch (IOException | RuntimeException e) {
                directory.fail(e);
                why = offline();
            }
        }
        if (why != null) {
            log.refuseGathered(why);
        }
    }

    private @Nullable Refusal refusal(LogWriter log) {
        return directory.isOnline() ? log.state().refusal() : offline();
    }

    private Refusal offline() {
        return new Refusal(Errors.KAFKA_STORAGE_ERROR, "the log directory " + directory.path() + " is offline");
    }

    /** The appender's thread has ended: what comes from now on is refused. */
    void end() {
        ended = true;
        refuseLate();
    }

    private synchronized void refuseLate() {
        @Nullable LogTask task;
        while ((task = inbox.take()) != null || !inbox.isEmpty()) {
            if (task != null) {
                task.refuse(new Refusal(Errors.KAFKA_STORAGE_ERROR, "the log store is closed"));
            }
        }
    }
}
