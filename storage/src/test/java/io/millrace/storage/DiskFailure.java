package io.millrace.storage;

import io.millrace.storage.sim.SimFault;
import io.millrace.storage.sim.SimOp;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;

/** Some kinds of operations begin to fail in one log directory; it is to go offline, and the others are to serve on. */
final class DiskFailure implements ModelAction {
    @Override
    public void on(ModelRun run) {
        Path directory = ModelRun.DIRECTORIES.get(run.random.nextInt(ModelRun.DIRECTORIES.size()));
        Set<SimOp> operations = EnumSet.noneOf(SimOp.class);
        for (SimOp operation : SimOp.values()) {
            if (run.random.nextInt(3) == 0) {
                operations.add(operation);
            }
        }
        run.disk().add(SimFault.failing(operations, path -> path.startsWith(directory), 1 + run.random.nextInt(6)));
    }
}
