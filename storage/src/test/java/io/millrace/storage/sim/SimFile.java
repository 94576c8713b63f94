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
    long modifiedMs;

    /** Bytes written somewhere; or, without bytes, a cut to this length. */
    private static final class Change {
        private final int at;
        private final byte[] bytes;

        Change(int at, byte[] bytes) {
            this.at = at;
            this.bytes = bytes;
        }

        boolean isCut() {
            return bytes.length == 0;
        }
    }

    int size() {
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
            apply(new Change(at, bytes));
            changes.add(new Change(at, bytes));
        }
    }

    void truncate(int to) {
        if (to < size) {
            apply(new Change(to, new byte[0]));
            changes.add(new Change(to, new byte[0]));
        }
    }

    private void apply(Change change) {
        if (change.isCut()) {
            size = Math.min(size, change.at);
            return;
        }
        int end = change.at + change.bytes.length;
        if (end > seen.length) {
            seen = Arrays.copyOf(seen, Math.max(end, seen.length * 2));
        }
        if (change.at > size) {
            Arrays.fill(seen, size, change.at, (byte) 0);
        }
        System.arraycopy(change.bytes, 0, seen, change.at, change.bytes.length);
        size = Math.max(size, end);
    }

    void force() {
        durable = Arrays.copyOf(seen, size);
        changes.clear();
    }

    /** What is on disk after the power went: all, none, a beginning, or any part of what had not been forced. */
    void losePower(Random random) {
        List<Change> pending = List.copyOf(changes);
        seen = Arrays.copyOf(durable, durable.length);
        size = durable.length;
        int kept = switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> pending.size();
            default -> random.nextInt(pending.size() + 1);
        };
        boolean scattered = random.nextInt(4) == 0;
        for (int i = 0; i < pending.size(); i++) {
            if (i < kept && !(scattered && random.nextBoolean())) {
                apply(pending.get(i));
            } else if (i == kept && !pending.get(i).isCut()) {
                tear(pending.get(i), random);
            }
        }
        force();
    }

    private void tear(Change change, Random random) {
        for (int at = 0; at < change.bytes.length; at += SECTOR) {
            int end = Math.min(change.bytes.length, at + SECTOR);
            if (random.nextBoolean()) {
                apply(new Change(change.at + at, Arrays.copyOfRange(change.bytes, at, end)));
            }
        }
    }

    /** The page cache outlives the process. */
    @Override
    public void outliveProcess() {
        force();
    }

    @Override
    public void crash(Random random) {
        losePower(random);
    }

    void flipBit(int at, int bit) {
        seen[at] ^= (byte) (1 << bit);
        force();
    }
}
