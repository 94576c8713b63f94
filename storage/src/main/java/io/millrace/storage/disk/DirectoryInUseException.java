package io.millrace.storage.disk;

import java.io.IOException;
import java.nio.file.Path;

/** A directory whose lock somebody else holds. */
public final class DirectoryInUseException extends IOException {
    private static final long serialVersionUID = 1;

    public DirectoryInUseException(Path lockFile) {
        super("the data directory " + lockFile.getParent() + " is in use by another broker (it holds "
                + lockFile.getFileName() + ")");
    }
}
