package io.millrace.storage.work;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A queue without locks: any thread puts in, one thread takes out (Vyukov's linked queue, the items being its links). Without
 * bound: who puts in, bounds.
 *
 * @param <T> the items, each in at most one inbox and once
 */
public final class Inbox<T extends Inbox.Item> {
    /** What can lie in an inbox. */
    public abstract static class Item {
        private final AtomicReference<@Nullable Item> next = new AtomicReference<>();
    }

    private static final class Stub extends Item {}

    private final Class<T> type;
    private final AtomicReference<Item> last;
    private Item first;

    public Inbox(Class<T> type) {
        this.type = type;
        first = new Stub();
        last = new AtomicReference<>(first);
    }

    /** Any thread. */
    public void put(T item) {
        Item before = last.getAndSet(item);
        before.next.set(item);
    }

    /** The owner's. Null where nothing is in, or the next item is not quite in yet ({@link #isEmpty} tells which). */
    public @Nullable T take() {
        Item next = first.next.get();
        if (next == null) {
            return null;
        }
        first.next.lazySet(null);
        first = next;
        return type.cast(next);
    }

    /** The owner's. */
    public boolean isEmpty() {
        return first.equals(last.get());
    }
}
