package io.millrace.coordinator.group.record;

/** A record in the log that is not what its version says: the shard cannot be loaded from it. */
public final class MalformedRecordException extends RuntimeException {
    private static final long serialVersionUID = 1;

    MalformedRecordException(String message) {
        super(message);
    }

    MalformedRecordException(String message, Throwable cause) {
        super(message, cause);
    }
}
