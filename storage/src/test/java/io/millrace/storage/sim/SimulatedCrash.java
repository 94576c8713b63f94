package io.millrace.storage.sim;

/** Ends whatever runs, in the middle of it. An error, so that nobody takes it for a failure of the disk and goes on. */
public final class SimulatedCrash extends Error {
    private static final long serialVersionUID = 1;
}
