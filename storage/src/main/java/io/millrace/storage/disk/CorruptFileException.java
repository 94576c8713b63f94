package io.millrace.storage.disk;

import java.io.IOException;
import java.nio.file.Path;

/** A file that is not what it should be. */
public final class CorruptFileException extends IOException {
    private static final long serialVersionUID = 1;

    public CorruptFileException(Path file, String why) {
        super(file + " is damaged: " + why);
    }
}
