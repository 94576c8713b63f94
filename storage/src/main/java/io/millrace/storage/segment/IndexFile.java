package io.millrace.storage.segment;

import io.millrace.storage.disk.Disk;
import io.millrace.storage.disk.Reads;
import io.millrace.storage.disk.SharedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * A sorted file of fixed-width entries. The newest entries of the active segment's index are in memory only, until
 * {@link #writeTail}; whatever is missing in the file after a crash is found again by recovery. One thread adds, any may look up.
 */
final class IndexFile {
    /** Reads the key of the entry that begins at a position of a buffer. */
    interface Key {
        long of(ByteBuffer entries, int at);
    }

    private static final int BLOCK_ENTRIES = 512;
    private static final int FIRST_CAPACITY = 16;

    private final SharedFile file;
    private final int entrySize;
    private volatile @Nullable Tail tail;

    /** Entries in memory; what precedes them is in the file. Replaced, never shortened, so that a reader's copy stays right. */
    private static final class Tail {
        private final int before;
        private final ByteBuffer bytes;
        private volatile int count;

        Tail(int before, ByteBuffer bytes, int count) {
            this.before = before;
            this.bytes = bytes;
            this.count = count;
        }
    }

    /** An index that lies in its file and grows no more; how many entries it has is seen at the first look-up. */
    IndexFile(SharedFile file, int entrySize) {
        this.file = file;
        this.entrySize = entrySize;
    }

    SharedFile file() {
        return file;
    }

    /** Makes it known that the file has this many valid entries. */
    void startAt(int entries) {
        tail = new Tail(entries, ByteBuffer.allocate(0), 0);
    }

    /** How many entries there are. */
    int entries() throws IOException {
        Tail t = tail;
        return t == null ? load().before : t.before + t.count;
    }

    /** Takes the whole entries of a file whose end may have been written when the broker stopped. */
    void takeWholeEntries() throws IOException {
        startAt(Math.toIntExact(file.using(FileChannel::size) / entrySize));
    }

    private Tail load() throws IOException {
        long size = file.using(FileChannel::size);
        if (size % entrySize != 0) {
            throw new DamagedIndexException(file.path());
        }
        Tail t = new Tail(Math.toIntExact(size / entrySize), ByteBuffer.allocate(0), 0);
        tail = t;
        return t;
    }

    /** Space for one more entry, to be filled from the returned buffer's position on and then {@link #added}. */
    ByteBuffer next() throws IOException {
        Tail t = tail;
        if (t == null) {
            t = load();
        }
        if ((t.count + 1) * entrySize > t.bytes.capacity()) {
            int capacity = Math.max(FIRST_CAPACITY * entrySize, t.bytes.capacity() * 2);
            ByteBuffer larger = ByteBuffer.allocate(capacity);
            larger.put(0, t.bytes, 0, t.count * entrySize);
            t = new Tail(t.before, larger, t.count);
            tail = t;
        }
        return t.bytes.position(t.count * entrySize);
    }

    /** Publishes the entry. */
    void added() {
        Tail t = tail;
        if (t == null) {
            throw new IllegalStateException("no entry was begun");
        }
        int count = t.count + 1;
        t.count = count;
    }

    /** How many entries are not in the file yet. */
    int inMemory() {
        Tail t = tail;
        return t == null ? 0 : t.count;
    }

    /** Puts the file on disk, if there is one: without entries there is none, nor while it is being removed. */
    void force(Disk disk) throws IOException {
        if (disk.exists(file.path())) {
            try (FileChannel channel = disk.openToWrite(file.path())) {
                channel.force(false);
            }
        }
    }

    /** Keeps the first entries of the file only. */
    void cutTo(Disk disk, int entries) throws IOException {
        if (disk.exists(file.path())) {
            try (FileChannel channel = disk.openToWrite(file.path())) {
                channel.truncate((long) entries * entrySize);
            }
        }
        startAt(entries);
    }

    /** Forgets the newest entries, which must be in memory only. */
    void forgetFrom(int entries) {
        Tail t = tail;
        if (t != null && t.before + t.count > entries) {
            int kept = entries - t.before;
            if (kept < 0) {
                throw new IllegalStateException(file.path() + " has more than " + entries + " entries");
            }
            ByteBuffer bytes = ByteBuffer.allocate(t.bytes.capacity());
            bytes.put(0, t.bytes, 0, kept * entrySize);
            tail = new Tail(t.before, bytes, kept);
        }
    }

    /** Writes what is in memory only to the file. */
    void writeTail(Disk disk) throws IOException {
        Tail t = tail;
        if (t == null || t.count == 0) {
            return;
        }
        try (FileChannel channel = disk.openToWrite(file.path())) {
            ByteBuffer bytes = t.bytes.duplicate().clear().limit(t.count * entrySize);
            long at = (long) t.before * entrySize;
            while (bytes.hasRemaining()) {
                channel.write(bytes, at + bytes.position());
            }
        }
        tail = new Tail(t.before + t.count, ByteBuffer.allocate(0), 0);
    }

    /** The last entry whose key is not above {@code target}: a buffer that begins with it, or null if there is none. */
    @Nullable
    ByteBuffer floor(long target, Key key) throws IOException {
        int index = floorIndex(target, key);
        return index < 0 ? null : entry(index);
    }

    /** Place in the order of the last entry whose key is not above {@code target}, -1 if there is none. */
    int floorIndex(long target, Key key) throws IOException {
        Tail t = tail;
        if (t == null) {
            t = load();
        }
        int found = floorIn(t.bytes, t.count, target, key);
        if (found >= 0 || t.before == 0) {
            return t.before == 0 ? found : t.before + found;
        }
        int before = t.before;
        return file.using(channel -> floorInFile(channel, before, target, key));
    }

    /** The entry at a place in the order. */
    ByteBuffer entry(int index) throws IOException {
        Tail t = tail;
        if (t == null) {
            t = load();
        }
        if (index >= t.before) {
            return t.bytes.slice((index - t.before) * entrySize, entrySize);
        }
        return file.using(channel -> read(channel, index, 1));
    }

    private int floorInFile(FileChannel channel, int entries, long target, Key key) throws IOException {
        int low = 0;
        int high = entries;
        while (high - low > BLOCK_ENTRIES) {
            int middle = (low + high) >>> 1;
            if (key.of(read(channel, middle, 1), 0) <= target) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low + floorIn(read(channel, low, high - low), high - low, target, key);
    }

    private int floorIn(ByteBuffer entries, int count, long target, Key key) {
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (key.of(entries, middle * entrySize) <= target) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    private ByteBuffer read(FileChannel channel, int first, int count) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count * entrySize);
        if (!Reads.fully(channel, bytes, (long) first * entrySize)) {
            throw new DamagedIndexException(file.path());
        }
        return bytes.flip();
    }
}
