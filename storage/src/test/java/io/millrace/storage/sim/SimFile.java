package io.millrace.storage.sim;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A file's contents: as they are seen, as they would surely be found after a crash, and the changes between the two. */
final class SimFile implements SimNode {
    private static final int SECTOR = 512;

    private byte[] seen = new byte[64];
    private int size;
    private byte[] durable = new byte[0];
    private final List<Change> changes = new ArrayList<>();
    private boolean forceHasFailed;
    long modifiedMs;

    /** Bytes written somewhere; or, without bytes, a cut to this length. */
    private record Change(int at, byte[] bytes) {
        boolean isCut() {
            return bytes.length == 0;
        }
    }

    @Override
    public int size() {
        return size;
    }

    int read(ByteBuffer into, long from) {
        if (from >= size) {
            return -1;
        }
        int n = Math.min(into.remaining(), size - (int) from);
        into.put(seen, (int) from, n);
        return n;
    }

    void write(int at, byte[] bytes) {
        if (bytes.length > 0) {
            change(new Change(at, bytes));
        }
    }

    void truncate(int to) {
        if (to < size) {
            change(new Change(to, new byte[0]));
        }
    }

    private void change(Change change) {
        apply(change);
        changes.add(change);
    }

    private void apply(Change change) {
        if (change.isCut()) {
            Arrays.fill(seen, Math.min(size, change.at), size, (byte) 0);
            size = Math.min(size, change.at);
            return;
        }
        int end = change.at + change.bytes.length;
        grow(end);
        System.arraycopy(change.bytes, 0, seen, change.at, change.bytes.length);
        size = Math.max(size, end);
    }

    private void grow(int end) {
        if (end > seen.length) {
            seen = Arrays.copyOf(seen, Math.max(end, seen.length * 2));
        }
    }

    /** After a force that failed, the next says that all is well, as Linux does: it has forgotten the pages. */
    void force() {
        if (!forceHasFailed) {
            durable = Arrays.copyOf(seen, size);
            changes.clear();
        }
    }

    void forceFails() {
        forceHasFailed = true;
    }

    /** What is on disk after the power went: all of what had not been forced, none, a beginning, or any of its sectors. */
    private void losePower(Random random) {
        List<Change> pending = List.copyOf(changes);
        backToDurable();
        switch (random.nextInt(5)) {
            case 0 -> {}
            case 1 -> pending.forEach(this::apply);
            case 2, 3 -> loseEnd(pending, random);
            default -> loseSectors(pending, random);
        }
        forceHasFailed = false;
        force();
    }

    private void backToDurable() {
        seen = Arrays.copyOf(durable, Math.max(64, durable.length));
        size = durable.length;
    }

    private void loseEnd(List<Change> pending, Random random) {
        int kept = random.nextInt(pending.size() + 1);
        pending.subList(0, kept).forEach(this::apply);
        if (kept < pending.size() && !pending.get(kept).isCut()) {
            Change torn = pending.get(kept);
            for (int at = 0; at < torn.bytes.length; at += SECTOR) {
                int end = Math.min(torn.bytes.length, at + SECTOR);
                if (random.nextBoolean()) {
                    apply(new Change(torn.at + at, Arrays.copyOfRange(torn.bytes, at, end)));
                }
            }
        }
    }

    /** Each sector is as some moment left it, and so, independently, is the size. */
    private void loseSectors(List<Change> pending, Random random) {
        List<byte[]> moments = new ArrayList<>(List.of(Arrays.copyOf(seen, size)));
        for (Change change : pending) {
            apply(change);
            moments.add(Arrays.copyOf(seen, size));
        }
        int newSize = moments.get(random.nextInt(moments.size())).length;
        byte[] found = new byte[Math.max(64, newSize)];
        for (int at = 0; at < newSize; at += SECTOR) {
            byte[] moment = moments.get(random.nextInt(moments.size()));
            int end = Math.min(Math.min(at + SECTOR, newSize), moment.length);
            if (at < end) {
                System.arraycopy(moment, at, found, at, end - at);
            }
        }
        seen = found;
        size = newSize;
    }

    /** The page cache outlives the process. */
    @Override
    public void outliveProcess() {
        forceHasFailed = false;
        force();
    }

    @Override
    public void crash(Random random) {
        losePower(random);
    }

    /** What a disk does to what lies on it, without a trace. */
    void flipBit(int at, int bit) {
        seen[at] ^= (byte) (1 << bit);
        if (at < durable.length) {
            durable[at] ^= (byte) (1 << bit);
        }
    }
}
