package io.millrace.storage.check;

import java.nio.file.Path;

/** Takes what is wrong. */
@FunctionalInterface
public interface Report {
    /**
     * Something that does not hold.
     *
     * @param position in the file, -1 where it is the file as a whole
     */
    void problem(Path file, long position, String what);
}
