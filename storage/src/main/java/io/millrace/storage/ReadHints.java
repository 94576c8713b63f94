package io.millrace.storage;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Where recent reads ended: a consumer that reads on finds its position here, without a look-up. Positions of batches never
 * change, so that a hint can only be useless, not wrong. Safe for any thread.
 */
final class ReadHints {
    private static final int SLOTS = 16;

    private final AtomicReferenceArray<@Nullable LogPosition> slots = new AtomicReferenceArray<>(SLOTS);

    /** A batch begins here whose first record has just this offset. */
    void add(LogPosition position) {
        slots.lazySet(slot(position.offset()), position);
    }

    @Nullable
    LogPosition find(long offset) {
        LogPosition hint = slots.get(slot(offset));
        return hint != null && hint.offset() == offset ? hint : null;
    }

    void clear() {
        for (int i = 0; i < SLOTS; i++) {
            slots.set(i, null);
        }
    }

    private static int slot(long offset) {
        return (int) ((offset * 0x9E3779B97F4A7C15L) >>> 60);
    }
}
