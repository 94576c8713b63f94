package io.millrace.coordinator;

/**
 * Bounds of a shard.
 *
 * @param waitingCommands commands that may wait to be decided; beyond it they are answered COORDINATOR_LOAD_IN_PROGRESS, which
 *     makes a client try again later
 * @param maxBatchBytes largest batch that the internal topic takes; also how much may be decided ahead of the append that is
 *     under way before commands wait
 */
public record ShardLimits(int waitingCommands, int maxBatchBytes) {
    public ShardLimits {
        if (waitingCommands < 1 || maxBatchBytes < 1024) {
            throw new IllegalArgumentException("limits too small: " + waitingCommands + ", " + maxBatchBytes);
        }
    }
}
