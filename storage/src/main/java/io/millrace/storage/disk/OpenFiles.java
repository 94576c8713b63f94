package io.millrace.storage.disk;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * Bounds how many files are open for reading: over the bound, those not used for longest (by second chance) are closed. Files
 * in use stay open whatever the bound says. Safe for any thread.
 */
public final class OpenFiles implements AutoCloseable {
    private final Disk disk;
    private final int max;
    private final SequencedSet<SharedFile> open = new LinkedHashSet<>();

    public OpenFiles(Disk disk, int max) {
        this.disk = disk;
        this.max = max;
    }

    public Disk disk() {
        return disk;
    }

    public SharedFile file(Path path) {
        return new SharedFile(this, path);
    }

    /** How many files are open. */
    public synchronized int count() {
        return open.size();
    }

    FileChannel open(SharedFile file) throws IOException {
        FileChannel channel = disk.openToRead(file.path());
        synchronized (this) {
            open.add(file);
        }
        return channel;
    }

    void close(SharedFile file, FileChannel channel) {
        synchronized (this) {
            open.remove(file);
        }
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void closeExcess() {
        for (int tries = 0; tries < 8; tries++) {
            SharedFile victim = leastUsed();
            if (victim == null) {
                return;
            }
            victim.closeIfIdle();
        }
    }

    private synchronized @Nullable SharedFile leastUsed() {
        if (open.size() <= max) {
            return null;
        }
        for (int seen = 0; seen < open.size(); seen++) {
            SharedFile oldest = open.removeFirst();
            open.addLast(oldest);
            if (!oldest.takeRecentlyUsed()) {
                return oldest;
            }
        }
        return open.getFirst();
    }

    @Override
    public void close() {
        for (SharedFile file : snapshot()) {
            file.retire();
        }
    }

    private synchronized SharedFile[] snapshot() {
        return open.toArray(SharedFile[]::new);
    }
}
