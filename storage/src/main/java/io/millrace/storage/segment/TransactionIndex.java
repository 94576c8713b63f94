package io.millrace.storage.segment;

import io.millrace.storage.disk.Disk;
import io.millrace.storage.disk.Reads;
import io.millrace.storage.disk.SharedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The aborted transactions whose markers lie in one segment, by the markers' offsets; in Kafka's format, big-endian. There is no
 * file as long as there is none of them.
 *
 * <pre>
 *  0  2  version (0)
 *  2  8  producer id
 * 10  8  offset of the transaction's first record
 * 18  8  offset of its marker
 * 26  8  last stable offset behind the marker
 * </pre>
 *
 * Entries are added by the thread that appends and forced by the flusher's, with the segment's batches; any thread reads.
 */
public final class TransactionIndex {
    private static final short VERSION = 0;
    private static final int PRODUCER_ID = 2;
    private static final int FIRST_OFFSET = 10;
    private static final int LAST_OFFSET = 18;
    private static final int LAST_STABLE_OFFSET = 26;
    private static final int ENTRY = 34;
    private static final int READ_AT_ONCE = 240;

    private final SharedFile file;
    private volatile int entries;
    private volatile @Nullable FileChannel channel;
    private volatile boolean dirty;
    private volatile boolean newName;

    TransactionIndex(SharedFile file) {
        this.file = file;
    }

    SharedFile file() {
        return file;
    }

    public boolean isEmpty() {
        return entries == 0;
    }

    /** Goes on with what the file of a segment that was there before contains. False if it is damaged: then it counts as empty. */
    public boolean resume(Disk disk) throws IOException {
        if (!disk.exists(file.path())) {
            return true;
        }
        long size = disk.size(file.path());
        entries = (int) (size / ENTRY);
        if (size % ENTRY == 0 && isSane()) {
            return true;
        }
        entries = 0;
        return false;
    }

    private boolean isSane() throws IOException {
        long last = -1;
        for (int from = 0; from < entries; from += READ_AT_ONCE) {
            ByteBuffer some = read(from);
            for (int at = 0; at < some.limit(); at += ENTRY) {
                AbortedTransaction entry = entry(some, at);
                if (some.getShort(at) != VERSION
                        || entry.firstOffset() > entry.lastOffset()
                        || entry.lastOffset() <= last) {
                    return false;
                }
                last = entry.lastOffset();
            }
        }
        return true;
    }

    /** Keeps only what ended before an offset. */
    public void cutTo(Disk disk, long offset) throws IOException {
        int kept = firstAtOrBehind(offset);
        if (kept == entries && (kept > 0 || !disk.exists(file.path()))) {
            return;
        }
        entries = kept;
        try (FileChannel writing = disk.openToWrite(file.path())) {
            writing.truncate((long) kept * ENTRY);
            writing.force(true);
        }
    }

    /** Adds a transaction that ended behind all others here. */
    public void add(Disk disk, AbortedTransaction ended) throws IOException {
        int before = entries;
        FileChannel writing = channel;
        if (writing == null) {
            if (before == 0) {
                newName = true;
            }
            writing = disk.openToWrite(file.path());
            writing.position((long) before * ENTRY);
            channel = writing;
        }
        ByteBuffer bytes = bytes(ended);
        while (bytes.hasRemaining()) {
            writing.write(bytes);
        }
        dirty = true;
        entries = before + 1;
    }

    private static ByteBuffer bytes(AbortedTransaction ended) {
        return ByteBuffer.allocate(ENTRY)
                .putShort(VERSION)
                .putLong(ended.producerId())
                .putLong(ended.firstOffset())
                .putLong(ended.lastOffset())
                .putLong(ended.lastStableOffset())
                .flip();
    }

    /** Puts what was added before the call on disk. */
    public void force() throws IOException {
        FileChannel writing = channel;
        if (dirty && writing != null) {
            dirty = false;
            writing.force(false);
        }
    }

    /** Whether the file was made since this was last asked, so that its name is to be made durable. */
    public boolean takeNewName() {
        boolean was = newName;
        if (was) {
            newName = false;
        }
        return was;
    }

    public void close() throws IOException {
        FileChannel writing = channel;
        if (writing != null) {
            channel = null;
            writing.close();
        }
    }

    /**
     * Looks for transactions with records in a range of offsets.
     *
     * @param into takes them, in the order of their ends
     * @return whether none that ended behind this segment can have records in the range
     */
    public boolean collect(long from, long to, List<AbortedTransaction> into) throws IOException {
        int count = entries;
        for (int index = firstAtOrBehind(from); index < count; index += READ_AT_ONCE) {
            ByteBuffer some = read(index);
            for (int at = 0; at < some.limit(); at += ENTRY) {
                AbortedTransaction entry = entry(some, at);
                if (entry.firstOffset() < to) {
                    into.add(entry);
                }
                if (entry.lastStableOffset() >= to) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Everything in it. */
    public List<AbortedTransaction> all() throws IOException {
        List<AbortedTransaction> all = new ArrayList<>();
        collect(0, Long.MAX_VALUE, all);
        return all;
    }

    /** Index of the first entry whose marker is at or behind an offset. */
    private int firstAtOrBehind(long offset) throws IOException {
        int count = entries;
        if (count == 0) {
            return 0;
        }
        return file.using(reading -> {
            ByteBuffer one = ByteBuffer.allocate(ENTRY);
            int low = 0;
            int high = count;
            while (low < high) {
                int middle = (low + high) >>> 1;
                readFully(reading, one.clear(), middle);
                if (one.getLong(LAST_OFFSET) < offset) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        });
    }

    private ByteBuffer read(int index) throws IOException {
        ByteBuffer some = ByteBuffer.allocate(Math.min(READ_AT_ONCE, entries - index) * ENTRY);
        file.using(reading -> {
            readFully(reading, some, index);
            return some;
        });
        return some.flip();
    }

    private void readFully(FileChannel reading, ByteBuffer into, int index) throws IOException {
        if (!Reads.fully(reading, into, (long) index * ENTRY)) {
            throw new IOException(file.path() + " is shorter than " + entries + " entries");
        }
    }

    private static AbortedTransaction entry(ByteBuffer bytes, int at) {
        return new AbortedTransaction(
                bytes.getLong(at + PRODUCER_ID),
                bytes.getLong(at + FIRST_OFFSET),
                bytes.getLong(at + LAST_OFFSET),
                bytes.getLong(at + LAST_STABLE_OFFSET));
    }
}
