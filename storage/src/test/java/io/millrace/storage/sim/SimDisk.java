package io.millrace.storage.sim;

import io.millrace.storage.disk.Disk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.LongSupplier;

/**
 * A file system in memory. It crashes when told to, or at the n-th change from now; it fails (EIO, ENOSPC) when told to. Channels
 * opened before a crash are of no use after it. For one thread.
 */
public final class SimDisk implements Disk {
    private static final long TOTAL_BYTES = 1L << 40;

    private final SimDirectory root;
    private final LongSupplier clock;
    private final Random random;
    private long usableBytes = TOTAL_BYTES;
    private boolean gone;
    private int changesUntilCrash = Integer.MAX_VALUE;
    private int changesUntilFailure = Integer.MAX_VALUE;

    public SimDisk(LongSupplier clock, Random random) {
        this(new SimDirectory(), clock, random);
    }

    private SimDisk(SimDirectory root, LongSupplier clock, Random random) {
        this.root = root;
        this.clock = clock;
        this.random = random;
    }

    /** The disk as it is found when the machine is up again after a power failure. */
    public SimDisk afterPowerFailure() {
        gone = true;
        root.crash(random);
        return new SimDisk(root, clock, random);
    }

    /** The disk as it is found by the next process on the same machine. */
    public SimDisk afterKill() {
        gone = true;
        root.outliveProcess();
        return new SimDisk(root, clock, random);
    }

    /** Throws {@link SimulatedCrash} at the n-th change from now, which is not, wholly or partly done. */
    public void crashAtChange(int n) {
        changesUntilCrash = n;
    }

    /** Fails from the n-th change from now on. */
    public void failAtChange(int n) {
        changesUntilFailure = n;
    }

    /** Turns a bit of a file's contents, without a trace. */
    public void flipBit(Path file, int at, int bit) throws IOException {
        file(file).flipBit(at, bit);
    }

    long nowMs() {
        return clock.getAsLong();
    }

    void reads() throws IOException {
        if (gone) {
            throw new IOException("this disk is from before the crash");
        }
    }

    void changes() throws IOException {
        reads();
        if (--changesUntilCrash <= 0) {
            throw new SimulatedCrash();
        }
        if (changesUntilFailure <= 1) {
            throw new IOException("simulated failure of the disk");
        }
        changesUntilFailure--;
    }

    /** How much of a write is done. */
    int writes(int bytes) throws IOException {
        reads();
        if (changesUntilCrash <= 1 || changesUntilFailure <= 1) {
            return random.nextInt(bytes + 1);
        }
        return bytes;
    }

    void wrote(int done, int asked) throws IOException {
        changes();
        if (done < asked) {
            throw new IOException("a write was cut short without reason");
        }
    }

    private SimDirectory directory(Path path) throws IOException {
        SimNode node = root;
        for (Path name : path) {
            node = node instanceof SimDirectory directory ? directory.find(name.toString()) : null;
        }
        if (node instanceof SimDirectory directory) {
            return directory;
        }
        throw new NoSuchFileException(path.toString());
    }

    private SimDirectory parentOf(Path path) throws IOException {
        Path parent = path.getParent();
        return parent == null ? root : directory(parent);
    }

    private static String nameOf(Path path) {
        return String.valueOf(path.getFileName());
    }

    private SimFile file(Path path) throws IOException {
        if (parentOf(path).find(nameOf(path)) instanceof SimFile file) {
            return file;
        }
        throw new NoSuchFileException(path.toString());
    }

    @Override
    public FileChannel openToRead(Path file) throws IOException {
        reads();
        return new SimChannel(this, file(file));
    }

    @Override
    public FileChannel openToWrite(Path file) throws IOException {
        reads();
        SimDirectory parent = parentOf(file);
        if (parent.find(nameOf(file)) == null) {
            changes();
            parent.add(nameOf(file), new SimFile());
        }
        return new SimChannel(this, file(file));
    }

    @Override
    public void createDirectories(Path path) throws IOException {
        SimDirectory at = root;
        for (Path name : path) {
            SimNode next = at.find(name.toString());
            if (next == null) {
                changes();
                next = new SimDirectory();
                at.add(name.toString(), next);
            }
            at = (SimDirectory) next;
        }
    }

    @Override
    public boolean exists(Path path) {
        try {
            return parentOf(path).find(nameOf(path)) != null;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public boolean isDirectory(Path path) {
        try {
            return parentOf(path).find(nameOf(path)) instanceof SimDirectory;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public List<String> list(Path path) throws IOException {
        reads();
        return List.copyOf(directory(path).entries().keySet());
    }

    @Override
    public long size(Path file) throws IOException {
        reads();
        return file(file).size();
    }

    @Override
    public long lastModifiedMs(Path file) throws IOException {
        reads();
        return file(file).modifiedMs;
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        changes();
        if (!exists(from) || !parentOf(from).equals(parentOf(to))) {
            throw new NoSuchFileException(from.toString());
        }
        parentOf(from).rename(nameOf(from), nameOf(to));
    }

    @Override
    public void delete(Path path) throws IOException {
        changes();
        if (exists(path)) {
            parentOf(path).remove(nameOf(path));
        }
    }

    @Override
    public void syncDirectory(Path path) throws IOException {
        changes();
        directory(path).sync();
    }

    @Override
    public long totalBytes(Path directory) {
        return TOTAL_BYTES;
    }

    @Override
    public long usableBytes(Path directory) {
        return usableBytes;
    }

    /** Lets it look as if so much were free. */
    public void usableBytes(long bytes) {
        usableBytes = bytes;
    }

    @Override
    public AutoCloseable lock(Path file) throws IOException {
        return openToWrite(file);
    }
}
