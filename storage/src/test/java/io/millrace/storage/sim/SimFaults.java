package io.millrace.storage.sim;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Counts what is asked of a disk, and says when it crashes, fails or lies. */
final class SimFaults {
    static final int NEVER = Integer.MAX_VALUE;

    private final List<Counted> defects = new ArrayList<>();
    private int changes;
    private int crashAt = NEVER;
    private int failAt = NEVER;

    private static final class Counted {
        private final SimFault fault;
        private int seen;

        Counted(SimFault fault) {
            this.fault = fault;
        }

        boolean hits(SimOp operation, Path path) {
            return fault.concerns(operation, path) && ++seen >= fault.from();
        }
    }

    void add(SimFault fault) {
        defects.add(new Counted(fault));
    }

    void clear() {
        defects.clear();
        failAt = NEVER;
    }

    int changes() {
        return changes;
    }

    void crashAtChange(int fromNow) {
        crashAt = fromNow == NEVER ? NEVER : changes + fromNow;
    }

    void failAtChange(int fromNow) {
        failAt = changes + fromNow;
    }

    /** A change is asked for. Whether it is to be done; if not, it is to look as if it had been. */
    boolean change(SimOp operation, Path path) throws IOException {
        if (++changes >= crashAt) {
            throw new SimulatedCrash();
        }
        if (changes >= failAt) {
            throw failure(operation, path);
        }
        return operate(operation, path);
    }

    /** The same of an operation that changes nothing. */
    boolean operate(SimOp operation, Path path) throws IOException {
        boolean done = true;
        for (Counted defect : defects) {
            if (defect.hits(operation, path)) {
                if (!defect.fault.lies()) {
                    throw failure(operation, path);
                }
                done = false;
            }
        }
        return done;
    }

    private static IOException failure(SimOp operation, Path path) {
        return new IOException("Input/output error: simulated, " + operation + " of " + path);
    }
}
