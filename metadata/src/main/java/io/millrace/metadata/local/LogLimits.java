package io.millrace.metadata.local;

/**
 * When the local log does what.
 *
 * @param rollBytes size of a command file from which a snapshot replaces it, if the last snapshot was not larger
 * @param rollCommands number of commands from which a snapshot replaces them
 * @param closeCommands number of commands from which closing leaves a snapshot, so that the next start has little to replay
 * @param queuedBytes most that may wait
 * @param batchBytes most that is written at once
 */
record LogLimits(long rollBytes, int rollCommands, int closeCommands, long queuedBytes, long batchBytes) {
    static final LogLimits DEFAULTS = new LogLimits(4 << 20, 10_000, 1_000, 64 << 20, 4 << 20);
}
