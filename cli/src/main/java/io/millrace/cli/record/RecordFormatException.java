package io.millrace.cli.record;

import java.io.Serial;

/** A line that is no record; the message says why, as the end of a sentence about the line. */
public final class RecordFormatException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    public RecordFormatException(String message) {
        super(message);
    }
}
