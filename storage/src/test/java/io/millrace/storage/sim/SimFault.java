package io.millrace.storage.sim;

import java.nio.file.Path;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A defect of a disk: operations of these kinds, on these files or directories, from the n-th such one on.
 *
 * @param lies whether they say that all went well and do nothing, rather than fail
 */
public record SimFault(Set<SimOp> operations, Predicate<Path> paths, int from, boolean lies) {
    /** They fail with EIO. */
    public static SimFault failing(Set<SimOp> operations, Predicate<Path> paths, int from) {
        return new SimFault(operations, paths, from, false);
    }

    /** They do nothing, which only a crash brings to light. */
    public static SimFault lying(Set<SimOp> operations, Predicate<Path> paths) {
        return new SimFault(operations, paths, 1, true);
    }

    boolean concerns(SimOp operation, Path path) {
        return operations.contains(operation) && paths.test(path);
    }
}
