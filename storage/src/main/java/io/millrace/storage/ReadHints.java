package io.millrace.storage;

import io.millrace.storage.segment.Segment;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Where recent reads ended: a consumer that reads on finds its position here, without a look-up. Within a segment, positions of
 * batches never change; compaction puts another segment in its place. So a hint names the very segment, and holds for no other:
 * it can be useless, not wrong. Safe for any thread.
 */
final class ReadHints {
    private static final int SLOTS = 16;

    private final AtomicReferenceArray<@Nullable Hint> slots = new AtomicReferenceArray<>(SLOTS);

    /** In this segment, the first batch that reaches this offset begins here. */
    record Hint(long offset, Segment segment, int position) {}

    void add(Hint hint) {
        slots.lazySet(slot(hint.offset()), hint);
    }

    @Nullable
    Hint find(long offset) {
        Hint hint = slots.get(slot(offset));
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
