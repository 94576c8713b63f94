package io.millrace.metadata.local;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Where entries are appended to: the seam at which tests make the disk fail. Used by the log's thread only. */
interface CommandFile extends Closeable {
    /** Appends all of it. */
    void append(ByteBuffer bytes) throws IOException;

    /** Returns when all that was appended is on disk. */
    void force() throws IOException;

    /** Opens files for appending. */
    interface Opener {
        CommandFile open(Path file) throws IOException;
    }

    /** The real one. */
    static CommandFile open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND);
        return new CommandFile() {
            @Override
            public void append(ByteBuffer bytes) throws IOException {
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }

            @Override
            public void force() throws IOException {
                channel.force(false);
            }

            @Override
            public void close() throws IOException {
                channel.close();
            }
        };
    }

    static void truncate(Path file, long size) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
            channel.force(true);
        }
    }
}
