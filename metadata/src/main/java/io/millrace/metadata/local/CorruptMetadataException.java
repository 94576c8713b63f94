package io.millrace.metadata.local;

import java.io.IOException;
import java.nio.file.Path;

/** A file of the metadata directory is damaged, missing or from a newer program; the message names file and position. */
public final class CorruptMetadataException extends IOException {
    private static final long serialVersionUID = 1L;

    CorruptMetadataException(String message) {
        super(message);
    }

    static CorruptMetadataException at(Path file, long position, String problem) {
        return new CorruptMetadataException("Metadata file " + file + " at byte " + position + ": " + problem);
    }
}
