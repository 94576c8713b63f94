package io.millrace.coordinator;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads of all coordinators of a broker: a small pool for the shards, virtual threads to load them, one for the timer.
 * No thread is there before it is needed, and idle workers go away.
 */
public final class CoordinatorThreads implements AutoCloseable {
    private static final long IDLE_SECONDS = 10;
    private static final long LOADING_ENDS_WITHIN_SECONDS = 1;

    private final ThreadPoolExecutor workers;
    private final ExecutorService loader = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("coordinator-load-", 0).factory());
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("coordinator-timer").factory());

    /** @param workers threads that shards share, at most */
    public CoordinatorThreads(int workers) {
        this.workers = new ThreadPoolExecutor(
                workers,
                workers,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                Thread.ofPlatform().daemon().name("coordinator-", 0).factory());
        this.workers.allowCoreThreadTimeOut(true);
        timer.setRemoveOnCancelPolicy(true);
    }

    /** These threads and the system's clocks over a log. */
    public ShardPorts ports(ShardLog log) {
        return new ShardPorts(log, CoordinatorThreads::now, this::schedule, workers, loader);
    }

    private static Moment now() {
        return new Moment(System.currentTimeMillis(), TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
    }

    private WakeTimer.Wake schedule(long delayMs, Runnable task) {
        ScheduledFuture<?> future = timer.schedule(task, delayMs, TimeUnit.MILLISECONDS);
        return () -> future.cancel(false);
    }

    /** Close the runtimes first: what they still have to do would be lost. */
    @Override
    public void close() {
        timer.shutdownNow();
        endLoading();
        workers.close();
    }

    /** Interrupted in the middle of a read, a loading shard would close a file of the log's: only what hangs is interrupted. */
    private void endLoading() {
        loader.shutdown();
        boolean ended = false;
        try {
            ended = loader.awaitTermination(LOADING_ENDS_WITHIN_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!ended) {
            loader.shutdownNow();
        }
    }
}
