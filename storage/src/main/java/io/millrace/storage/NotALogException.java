package io.millrace.storage;

import java.io.IOException;
import java.nio.file.Path;

/** A path at which there is neither a log nor a part of one. */
public final class NotALogException extends IOException {
    private static final long serialVersionUID = 1;

    NotALogException(Path path) {
        super(path + " is neither a log directory nor the directory or a file of a log");
    }
}
