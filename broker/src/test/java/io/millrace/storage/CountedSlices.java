package io.millrace.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** Slices of one file, and how many of them are still to be released. */
public final class CountedSlices implements AutoCloseable {
    private final FileChannel channel;
    private final AtomicInteger held = new AtomicInteger();

    public CountedSlices(Path file, byte[] contents) throws IOException {
        Files.write(file, contents);
        channel = FileChannel.open(file);
    }

    public LogSlice slice(long position, int size) {
        held.incrementAndGet();
        return new LogSlice(channel, position, size, held::decrementAndGet, failure -> {});
    }

    public int held() {
        return held.get();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
