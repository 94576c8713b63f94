package io.millrace.storage.sim;

/** What can be asked of a {@link SimDisk}, as far as a test wants it to fail. */
public enum SimOp {
    READ,
    OPEN,
    WRITE,
    TRUNCATE,
    FORCE,
    RENAME,
    DELETE,
    SYNC_DIRECTORY
}
