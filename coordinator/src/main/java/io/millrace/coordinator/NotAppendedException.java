package io.millrace.coordinator;

import org.apache.kafka.common.protocol.Errors;

/** A {@link ShardLog} refused a batch: it is certain that the log does not and will not hold it. */
public final class NotAppendedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Errors error;

    /** @param error as the log of the partition names it, for example NOT_LEADER_OR_FOLLOWER */
    public NotAppendedException(Errors error) {
        super(error.message());
        this.error = error;
    }

    public Errors error() {
        return error;
    }
}
