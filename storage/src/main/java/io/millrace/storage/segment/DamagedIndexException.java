package io.millrace.storage.segment;

import java.io.IOException;
import java.nio.file.Path;

/** An index that does not fit its segment: it is rebuilt from the batches. */
final class DamagedIndexException extends IOException {
    private static final long serialVersionUID = 1;

    DamagedIndexException(Path file) {
        super("the index " + file + " does not fit its segment");
    }
}
