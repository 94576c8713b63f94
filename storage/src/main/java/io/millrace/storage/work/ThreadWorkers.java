package io.millrace.storage.work;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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

    private static final class ThreadWorker implements Worker, Runnable {
        private final Step step;
        private volatile boolean parked;
        private volatile boolean stopping;
        private Thread thread = Thread.currentThread();

        ThreadWorker(Step step) {
            this.step = step;
        }

        @Override
        public void wake() {
            if (parked) {
                parked = false;
                LockSupport.unpark(thread);
            }
        }

        @Override
        public void stop() {
            stopping = true;
            LockSupport.unpark(thread);
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
                while (runOrPark()) {
                    Thread.onSpinWait();
                }
            } catch (RuntimeException | Error e) {
                LOG.error("{} has ended", thread.getName(), e);
                step.died(e);
            }
        }

        private boolean runOrPark() {
            if (step.run()) {
                return true;
            }
            parked = true;
            if (!step.isIdle()) {
                parked = false;
                return true;
            }
            if (stopping) {
                return false;
            }
            LockSupport.park(this);
            parked = false;
            return true;
        }
    }
}
