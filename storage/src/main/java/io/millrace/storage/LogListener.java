package io.millrace.storage;

/**
 * What a log tells the replica above it. Called on the directory's appender or flusher thread: quick, and never blocking.
 */
public interface LogListener {
    /** The log ends here now; records before it can be read but may still be lost. */
    void appended(LogPosition end);

    /** All before this is as durable as the log's configuration asks for. Never goes back. */
    void durable(LogPosition end);

    /** The log directory has failed; the log takes nothing more. */
    void failed(Throwable cause);
}
