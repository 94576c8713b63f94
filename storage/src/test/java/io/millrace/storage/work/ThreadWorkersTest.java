package io.millrace.storage.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ThreadWorkersTest {
    private static final int THREADS = 4;
    private static final int EACH = 20_000;

    /** Counts what it is given, and notices if two do so at once. */
    private static final class Counting implements Worker.Step {
        private final AtomicInteger given = new AtomicInteger();
        private final AtomicBoolean inside = new AtomicBoolean();
        private final AtomicBoolean overlapped = new AtomicBoolean();
        private volatile int done;
        private volatile boolean failing;
        private volatile boolean died;

        @Override
        public boolean run() {
            if (!inside.compareAndSet(false, true)) {
                overlapped.set(true);
            }
            if (failing) {
                throw new IllegalStateException("as asked");
            }
            int before = done;
            done = given.get();
            inside.set(false);
            return done > before;
        }

        @Override
        public boolean isIdle() {
            return done == given.get();
        }

        @Override
        public void died(Throwable cause) {
            died = true;
        }
    }

    @Test
    void oneAtATimeDoesTheWorkAndNothingIsLeftWhoeverBringsIt() throws InterruptedException {
        Counting step = new Counting();
        try (ThreadWorkers workers = new ThreadWorkers("test")) {
            Worker worker = workers.start("counting", step);
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                boolean runs = i % 2 == 0;
                callers.add(Thread.ofPlatform().start(() -> {
                    for (int j = 0; j < EACH; j++) {
                        step.given.incrementAndGet();
                        if (runs) {
                            worker.runOrWake();
                        } else {
                            worker.wake();
                        }
                    }
                }));
            }
            for (Thread caller : callers) {
                caller.join();
            }
            worker.stop();
        }
        assertThat(step.done).isEqualTo(THREADS * EACH);
        assertThat(step.overlapped).isFalse();
    }

    @Test
    void theCallerDoesTheWorkWhereNobodyIsAtIt() {
        Counting step = new Counting();
        try (ThreadWorkers workers = new ThreadWorkers("test")) {
            Worker worker = workers.start("counting", step);
            step.given.incrementAndGet();
            worker.runOrWake();
            assertThat(step.done).isEqualTo(1);
            worker.stop();
        }
    }

    @Test
    void aStepThatFailsOnACallersThreadEndsTheWorker() {
        Counting step = new Counting();
        try (ThreadWorkers workers = new ThreadWorkers("test")) {
            Worker worker = workers.start("counting", step);
            step.failing = true;
            worker.runOrWake();
            assertThat(step.died).isTrue();
            step.failing = false;
            worker.stop();
            step.given.incrementAndGet();
            worker.runOrWake();
            assertThat(step.done).isZero();
        }
    }
}
