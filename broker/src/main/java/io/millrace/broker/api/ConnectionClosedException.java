package io.millrace.broker.api;

/** A handler's answer where the protocol leaves no room for an error: the connection is closed. */
public final class ConnectionClosedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param reason goes to the log */
    public ConnectionClosedException(String reason) {
        super(reason, null, false, false);
    }
}
