package io.millrace.storage.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * All that the log engine asks of a file system. Safe for any thread. What was written is certain to survive a crash only after
 * {@link FileChannel#force} of its file; a name that was made, renamed or removed only after {@link #syncDirectory} of its directory.
 */
public interface Disk {
    /** Opens a file that exists, to read. */
    FileChannel openToRead(Path file) throws IOException;

    /** Opens a file to write and read, made where it is missing. The channel stands at position 0. */
    FileChannel openToWrite(Path file) throws IOException;

    /** Makes a directory and its parents where missing. */
    void createDirectories(Path directory) throws IOException;

    boolean exists(Path path);

    boolean isDirectory(Path path);

    /** Names in a directory, in no order. */
    List<String> list(Path directory) throws IOException;

    long size(Path file) throws IOException;

    /** Last change of the file's contents, ms since the epoch. */
    long lastModifiedMs(Path file) throws IOException;

    /** Renames a file or directory; a file in the way is replaced, as one step. */
    void rename(Path from, Path to) throws IOException;

    /** Removes a file or an empty directory; none there is no error. */
    void delete(Path path) throws IOException;

    /** Makes the directory's names durable. */
    void syncDirectory(Path directory) throws IOException;

    /** Bytes of the volume that a directory lies on. */
    long totalBytes(Path directory) throws IOException;

    /** Bytes still free on it for us. */
    long usableBytes(Path directory) throws IOException;

    /**
     * Takes the lock that a file stands for, until closed.
     *
     * @throws DirectoryInUseException if another process, or another store in this one, has it
     */
    AutoCloseable lock(Path file) throws IOException;
}
