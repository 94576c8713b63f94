package io.millrace.storage.sim;

import io.millrace.storage.work.Worker;
import io.millrace.storage.work.Workers;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;

/** Workers that take a step when the test says so, and clocks that never tick by themselves. */
public final class ManualWorkers implements Workers {
    private final List<Worker.Step> steps = new ArrayList<>();

    @Override
    public Worker start(String name, Worker.Step step) {
        steps.add(step);
        return new Worker() {
            @Override
            public void wake() {
                // the test sees by itself who has something to do
            }

            @Override
            public void runOrWake() {
                wake();
            }

            @Override
            public void stop() {
                finish(step);
            }
        };
    }

    private static void finish(Worker.Step step) {
        while (step.run() || !step.isIdle()) {
            Thread.onSpinWait();
        }
    }

    /** Lets one of those who have something to do take a step. Whether there was one. */
    public boolean step(Random random) {
        List<Worker.Step> busy = steps.stream().filter(step -> !step.isIdle()).toList();
        return !busy.isEmpty() && busy.get(random.nextInt(busy.size())).run();
    }

    /** Lets all do all there is to do. */
    public void drain(Random random) {
        while (step(random)) {
            Thread.onSpinWait();
        }
    }

    @Override
    public Executor blocking() {
        return Runnable::run;
    }

    @Override
    public void repeat(long pauseMs, Runnable task) {
        // the test does it when it wants to
    }

    @Override
    public void close() {
        // there is no thread
    }
}
