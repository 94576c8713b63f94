package io.millrace.storage.disk;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;

/** What an {@link IOException} of a file operation tells about the disk. */
public enum DiskFault {
    /** No space left, or a quota is used up: it may come back. */
    SPACE,
    /** Nothing about the disk: the calling thread was interrupted, or the process has too many files open. */
    NOT_THE_DISK,
    /** Anything else: the disk is not to be trusted any more. */
    BROKEN;

    /** By what the operating system says, whose texts the JDK passes on. */
    public static DiskFault of(IOException failure) {
        String text = String.valueOf(failure.getMessage());
        if (text.contains("No space left on device") || text.contains("quota exceeded")) {
            return SPACE;
        }
        return failure instanceof ClosedChannelException || text.contains("Too many open files")
                ? NOT_THE_DISK
                : BROKEN;
    }

    public static boolean isSpace(IOException failure) {
        return of(failure) == SPACE;
    }
}
