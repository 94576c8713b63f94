package io.millrace.storage.sim;

import io.millrace.storage.disk.Disk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongSupplier;

/**
 * A file system in memory. It crashes when told to, or at the n-th change from now; it fails (EIO) or lies where a {@link SimFault}
 * says so; it is full when what lies under a directory at the top has as many bytes as were allowed for it. Channels opened before
 * a crash are of no use after it. For one thread.
 */
public final class SimDisk implements Disk {
    private static final long TOTAL_BYTES = 1L << 40;

    private final SimDirectory root;
    private final LongSupplier clock;
    private final Random random;
    private final Map<String, Long> capacities;
    private final SimFaults faults = new SimFaults();
    private long usableBytes = TOTAL_BYTES;
    private boolean shortWrites;
    private boolean gone;

    public SimDisk(LongSupplier clock, Random random) {
        this(new SimDirectory(), clock, random, new HashMap<>());
    }

    private SimDisk(SimDirectory root, LongSupplier clock, Random random, Map<String, Long> capacities) {
        this.root = root;
        this.clock = clock;
        this.random = random;
        this.capacities = capacities;
    }

    /** The disk as it is found when the machine is up again after a power failure. */
    public SimDisk afterPowerFailure() {
        gone = true;
        root.crash(random);
        return next();
    }

    /** The disk as it is found by the next process on the same machine. */
    public SimDisk afterKill() {
        gone = true;
        root.outliveProcess();
        return next();
    }

    private SimDisk next() {
        SimDisk next = new SimDisk(root, clock, random, capacities);
        next.shortWrites = shortWrites;
        return next;
    }

    /** Throws {@link SimulatedCrash} at the n-th change from now, which is not, wholly or partly done. */
    public void crashAtChange(int n) {
        faults.crashAtChange(n);
    }

    /** All fails from the n-th change from now on. */
    public void failAtChange(int n) {
        faults.failAtChange(n);
    }

    /** Has a defect from now on, until the next crash. */
    public void add(SimFault fault) {
        faults.add(fault);
    }

    /** Has no defect any more. */
    public void repair() {
        faults.clear();
    }

    /** How many changes have been asked for. */
    public int changes() {
        return faults.changes();
    }

    /** Writes may do less than they are asked to, as they may anywhere. */
    public void shortWrites(boolean may) {
        shortWrites = may;
    }

    /** From now on, so much may lie under a directory at the top; also after a crash. */
    public void capacity(String topDirectory, long bytes) {
        capacities.put(topDirectory, bytes);
    }

    /** How much lies under a directory at the top. */
    public int usedBytes(String topDirectory) {
        SimNode node = root.find(topDirectory);
        return node == null ? 0 : node.size();
    }

    /** Turns a bit of a file's contents, without a trace. */
    public void flipBit(Path file, int at, int bit) throws IOException {
        file(file).flipBit(at, bit);
    }

    boolean operate(SimOp operation, Path path) throws IOException {
        requireHere();
        return faults.operate(operation, path);
    }

    boolean change(SimOp operation, Path path) throws IOException {
        requireHere();
        return faults.change(operation, path);
    }

    private void requireHere() throws IOException {
        if (gone) {
            throw new IOException("this disk is from before the crash");
        }
    }

    /** Writes as much as the disk likes to, at least a byte; or, where it crashes or fails, any part before it does. */
    int write(Path path, SimFile file, int at, byte[] bytes) throws IOException {
        int room = room(path, file, at, bytes.length);
        if (room == 0 && bytes.length > 0) {
            throw new IOException("No space left on device: simulated, " + path);
        }
        int n = shortWrites && room > 1 && random.nextInt(8) == 0 ? 1 + random.nextInt(room) : room;
        boolean done;
        try {
            done = change(SimOp.WRITE, path);
        } catch (IOException | SimulatedCrash e) {
            write(file, at, bytes, random.nextInt(n + 1));
            throw e;
        }
        if (done) {
            write(file, at, bytes, n);
        }
        return n;
    }

    private void write(SimFile file, int at, byte[] bytes, int n) {
        file.write(at, Arrays.copyOf(bytes, n));
        file.modifiedMs = clock.getAsLong();
    }

    private int room(Path path, SimFile file, int at, int wanted) {
        String volume = path.getName(0).toString();
        long capacity = capacities.getOrDefault(volume, Long.MAX_VALUE);
        if (capacity == Long.MAX_VALUE) {
            return wanted;
        }
        long growth = Math.max(0, capacity - usedBytes(volume));
        return (int) Math.max(0, Math.min(wanted, file.size() + growth - at));
    }

    void force(Path path, SimFile file) throws IOException {
        boolean done;
        try {
            done = change(SimOp.FORCE, path);
        } catch (IOException e) {
            file.forceFails();
            throw e;
        }
        if (done) {
            file.force();
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
        operate(SimOp.OPEN, file);
        return new SimChannel(this, file, file(file));
    }

    @Override
    public FileChannel openToWrite(Path file) throws IOException {
        SimDirectory parent = parentOf(file);
        if (parent.find(nameOf(file)) == null) {
            change(SimOp.OPEN, file);
            parent.add(nameOf(file), new SimFile());
        } else {
            operate(SimOp.OPEN, file);
        }
        return new SimChannel(this, file, file(file));
    }

    @Override
    public void createDirectories(Path path) throws IOException {
        SimDirectory at = root;
        for (Path name : path) {
            SimNode next = at.find(name.toString());
            if (next == null) {
                change(SimOp.OPEN, path);
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
        operate(SimOp.OPEN, path);
        return List.copyOf(directory(path).entries().keySet());
    }

    @Override
    public long size(Path file) throws IOException {
        requireHere();
        return file(file).size();
    }

    @Override
    public long lastModifiedMs(Path file) throws IOException {
        requireHere();
        return file(file).modifiedMs;
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        boolean done = change(SimOp.RENAME, from);
        if (!exists(from) || !parentOf(from).equals(parentOf(to))) {
            throw new NoSuchFileException(from.toString());
        }
        if (done) {
            parentOf(from).rename(nameOf(from), nameOf(to));
        }
    }

    @Override
    public void delete(Path path) throws IOException {
        if (change(SimOp.DELETE, path) && exists(path)) {
            parentOf(path).remove(nameOf(path));
        }
    }

    @Override
    public void syncDirectory(Path path) throws IOException {
        if (change(SimOp.SYNC_DIRECTORY, path)) {
            directory(path).sync();
        }
    }

    @Override
    public long totalBytes(Path directory) {
        return capacities.getOrDefault(directory.getName(0).toString(), TOTAL_BYTES);
    }

    @Override
    public long usableBytes(Path directory) {
        String volume = directory.getName(0).toString();
        return Math.min(usableBytes, capacities.getOrDefault(volume, Long.MAX_VALUE) - usedBytes(volume));
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
