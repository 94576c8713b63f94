package io.millrace.storage;

import java.io.IOException;
import java.util.List;

/**
 * One kind of thing that happens to a store in a {@link ModelRun}. Add your own to {@link #ALL}: it draws what it needs from
 * {@code run.random}, changes store and models alike, and leaves a run in which every invariant holds.
 */
interface ModelAction {
    void on(ModelRun run) throws IOException;

    /** An action and how often it comes, relative to the others. */
    record Weighted(int weight, String name, ModelAction action) {
        /** What ends a life of the store; left out where the test itself does. */
        boolean endsLife() {
            return name.startsWith("ends: ");
        }
    }

    /** Everything that may happen. */
    List<Weighted> ALL = List.of(
                new Weighted(70, "append", run -> run.someModel(model -> model.append(run.log(model), run.nowMs()))),
                new Weighted(8, "retry", run -> run.someModel(model -> model.retry(run.log(model)))),
                new Weighted(32, "let the threads go on", ModelAction::steps),
                new Weighted(16, "check", ModelAction::check),
                new Weighted(8, "advance a start", run -> run.someModel(model -> model.advanceStart(run.log(model)))),
                new Weighted(8, "checkpoint", run -> run.store().checkpoint()),
                new Weighted(8, "retain", ModelAction::retain),
                new Weighted(8, "replace a log", run -> run.replace(run.randomModel())),
                new Weighted(8, "let time pass", run -> run.passTime(20_000)),
                new Weighted(8, "ends: power failure", run -> run.restart(ModelRun.End.POWER_FAILURE)),
                new Weighted(8, "ends: kill", run -> run.restart(ModelRun.End.KILL)),
                new Weighted(8, "ends: stop", run -> run.restart(ModelRun.End.STOP)),
                new Weighted(8, "ends: crash soon", run -> run.disk().crashAtChange(1 + run.random.nextInt(40))),
                new Weighted(4, "disk fails", new DiskFailure()),
                new Weighted(6, "disk fills up", new FullDisk()),
                new Weighted(4, "tick", run -> run.store().tick()),
                new Weighted(6, "an index is damaged", new IndexDamage()));

    private static void steps(ModelRun run) {
        int steps = run.random.nextInt(6);
        for (int i = 0; i < steps; i++) {
            run.step();
        }
    }

    private static void check(ModelRun run) {
        run.drain();
        run.someModel(model -> {
            model.checkAnswered();
            model.check(run.log(model));
        });
    }

    private static void retain(ModelRun run) {
        run.drain();
        run.watchRetention(() -> {
            run.store().retain();
            run.drain();
        });
    }
}
