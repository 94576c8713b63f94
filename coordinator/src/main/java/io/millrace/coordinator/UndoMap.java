package io.millrace.coordinator;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A hash map whose changes can be taken back through its {@link UndoLog}. Values are never null. */
public final class UndoMap<K, V> {
    private final Map<K, V> entries = new HashMap<>();
    private final UndoLog undo;

    public UndoMap(UndoLog undo) {
        this.undo = undo;
    }

    public @Nullable V get(K key) {
        return entries.get(key);
    }

    public void put(K key, V value) {
        restoreLater(key, entries.put(key, value));
    }

    public void remove(K key) {
        V before = entries.remove(key);
        if (before != null) {
            restoreLater(key, before);
        }
    }

    private void restoreLater(K key, @Nullable V before) {
        undo.add(before == null ? () -> entries.remove(key) : () -> entries.put(key, before));
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    public int size() {
        return entries.size();
    }

    /** A view, for reading. */
    public Collection<V> values() {
        return Collections.unmodifiableCollection(entries.values());
    }

    /** A view, for reading. */
    public Collection<Map.Entry<K, V>> entries() {
        return Collections.unmodifiableCollection(entries.entrySet());
    }
}
