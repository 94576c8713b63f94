package io.millrace.storage.compact;

import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The last offset of each key, in memory of a fixed size. Instead of a key there are 128 bits of its SHA-256 (which nobody can
 * find two keys for), so that an entry takes 24 bytes whatever the key. Open addressing; nothing is removed. For one thread.
 */
public final class KeyOffsets {
    /** Bytes of an entry: 16 of the key's hash, 8 of the offset. */
    public static final int ENTRY_BYTES = 24;

    private static final int FIELDS = 3;
    private static final int HASH_BYTES = 32;

    private final long[] entries;
    private final int slots;
    private final int mostKeys;
    private final MessageDigest digest;
    private final byte[] hash = new byte[HASH_BYTES];
    private final ByteBuffer hashed = ByteBuffer.wrap(hash);
    private int keys;
    private long latestOffset = -1;

    /**
     * A map that takes no more than this much memory.
     *
     * @param loadFactor share of the entries that may be used
     */
    public KeyOffsets(long maxBytes, double loadFactor) {
        slots = (int) Math.max(2, Math.min(maxBytes / ENTRY_BYTES, Integer.MAX_VALUE / FIELDS - 8));
        mostKeys = Math.max(1, Math.min(slots - 1, (int) (slots * loadFactor)));
        entries = new long[slots * FIELDS];
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many keys it has room for. */
    public int mostKeys() {
        return mostKeys;
    }

    public int keys() {
        return keys;
    }

    /** Takes note of a record. False, and nothing is noted, if there is no room for one more key. */
    public boolean put(ByteBuffer key, long offset) {
        int slot = find(key);
        if (entries[slot] == 0) {
            if (keys == mostKeys) {
                return false;
            }
            keys++;
            entries[slot + 1] = hashed.getLong(0);
            entries[slot + 2] = hashed.getLong(Long.BYTES);
        }
        entries[slot] = offset + 1; // 0 says that the slot is free
        return true;
    }

    /** The last offset noted for a key, -1 without one. */
    public long get(ByteBuffer key) {
        return entries[find(key)] - 1;
    }

    private int find(ByteBuffer key) {
        digest.update(key.duplicate());
        try {
            digest.digest(hash, 0, HASH_BYTES);
        } catch (DigestException e) {
            throw new IllegalStateException(e);
        }
        long high = hashed.getLong(0);
        long low = hashed.getLong(Long.BYTES);
        int slot = (int) Long.remainderUnsigned(low, slots) * FIELDS;
        while (entries[slot] != 0 && (entries[slot + 1] != high || entries[slot + 2] != low)) {
            slot = slot + FIELDS == entries.length ? 0 : slot + FIELDS;
        }
        return slot;
    }

    /** Up to here, this one included, all records have been noted: what lies behind is not judged. */
    public long latestOffset() {
        return latestOffset;
    }

    public void reached(long offset) {
        latestOffset = Math.max(latestOffset, offset);
    }
}
