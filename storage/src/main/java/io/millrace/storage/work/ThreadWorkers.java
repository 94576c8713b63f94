package io.millrace.storage.work;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread for each worker; virtual threads for what may block; one thread as the clock of what repeats. */
public final class ThreadWorkers implements Workers {
    private static final Logger LOG = LoggerFactory.getLogger(ThreadWorkers.class);

    private final ScheduledThreadPoolExecutor timer;
    private final List<Future<?>> repeating = new CopyOnWriteArrayList<>();

    public ThreadWorkers(String name) {
        timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name(name + "-timer").factory());
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        timer.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
    }

    @Override
    public Worker start(String name, Worker.Step step) {
        ThreadWorker worker = new ThreadWorker(step);
        worker.thread = Thread.ofPlatform().daemon().name(name).unstarted(worker);
        worker.thread.start();
        return worker;
    }

    @Override
    public Executor blocking() {
        return task -> Thread.ofVirtual().name("storage-blocking").start(task);
    }

    @Override
    public void repeat(long pauseMs, Runnable task) {
        repeating.add(timer.scheduleWithFixedDelay(
                () -> Thread.ofVirtual().name("storage-repeat").start(task), pauseMs, pauseMs, TimeUnit.MILLISECONDS));
    }

    @Override
    public void close() {
        repeating.forEach(task -> task.cancel(false));
        timer.shutdown();
    }

    /**
     * The step belongs to whoever has made {@code turn} leave IDLE: the thread, or a caller of {@link #runOrWake}. Who has it
     * gives it back only if nobody has asked meanwhile; a caller passes it on to the thread then.
     */
    private static final class ThreadWorker implements Worker, Runnable {
        private static final int IDLE = 0;
        private static final int BUSY = 1;
        /** Busy, and there may be something that the step has not seen. */
        private static final int ASKED = 2;

        private final Step step;
        private final AtomicInteger turn = new AtomicInteger(IDLE);
        private volatile boolean threadsTurn;
        private volatile boolean stopping;
        private volatile boolean dead;
        private Thread thread = Thread.currentThread();

        ThreadWorker(Step step) {
            this.step = step;
        }

        @Override
        public void wake() {
            if (takeTurnOrAsk()) {
                passToThread();
            }
        }

        @Override
        public void runOrWake() {
            if (!takeTurnOrAsk()) {
                return;
            }
            boolean more = true;
            try {
                more = step.run() && !step.isIdle();
            } catch (RuntimeException | Error e) {
                end(e);
            }
            if (more || !turn.compareAndSet(BUSY, IDLE)) {
                passToThread();
            }
        }

        /** True: the turn is the caller's. False: who has it will look once more. */
        private boolean takeTurnOrAsk() {
            while (true) {
                int now = turn.get();
                if (now == ASKED) {
                    return false;
                }
                if (turn.compareAndSet(now, now == IDLE ? BUSY : ASKED)) {
                    return now == IDLE;
                }
            }
        }

        private void passToThread() {
            threadsTurn = true;
            LockSupport.unpark(thread);
        }

        @Override
        public void stop() {
            stopping = true;
            wake();
            boolean interrupted = false;
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void run() {
            try {
                while (!workedToTheEnd()) {
                    Thread.onSpinWait();
                }
            } catch (RuntimeException | Error e) {
                end(e);
            }
        }

        /** Waits for the turn and uses it. True if this was the last one: it is kept then, so that the step is not run again. */
        private boolean workedToTheEnd() {
            while (!threadsTurn) {
                LockSupport.park(this);
            }
            if (dead) {
                return true;
            }
            turn.set(BUSY);
            while (step.run()) {
                Thread.onSpinWait();
            }
            if (stopping && step.isIdle()) {
                return true;
            }
            threadsTurn = false; // first, as whoever takes the turn may pass it on at once
            if (!turn.compareAndSet(BUSY, IDLE)) {
                threadsTurn = true;
            }
            return false;
        }

        private void end(Throwable cause) {
            LOG.error("{} has ended", thread.getName(), cause);
            dead = true;
            step.died(cause);
        }
    }
}
