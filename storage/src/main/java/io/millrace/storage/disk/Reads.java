package io.millrace.storage.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Reads that go on until they have it all. */
public final class Reads {
    private Reads() {}

    /** Fills the buffer from a position of the file on; false if the file ends before. */
    public static boolean fully(FileChannel channel, ByteBuffer into, long from) throws IOException {
        long at = from;
        while (into.hasRemaining()) {
            int read = channel.read(into, at);
            if (read < 0) {
                return false;
            }
            at += read;
        }
        return true;
    }
}
