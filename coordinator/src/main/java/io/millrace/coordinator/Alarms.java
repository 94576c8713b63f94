package io.millrace.coordinator;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.PriorityQueue;

/** The alarms of one shard, earliest first, at most one that counts per command. Owned by the shard's thread. */
final class Alarms<C> {
    private final PriorityQueue<Alarm<C>> queue = new PriorityQueue<>(Comparator.comparingLong(Alarm::atMs));
    private final Map<C, Long> earliest = new HashMap<>();

    /** Takes the alarm unless an equal command rings no later: the machine will look at its deadline then. */
    void add(Alarm<C> alarm) {
        Long known = earliest.get(alarm.command());
        if (known == null || known > alarm.atMs()) {
            earliest.put(alarm.command(), alarm.atMs());
            queue.add(alarm);
        }
    }

    /** When the next rings. */
    OptionalLong next() {
        Alarm<C> first = queue.peek();
        return first == null ? OptionalLong.empty() : OptionalLong.of(first.atMs());
    }

    /** Takes a command whose time has come. */
    Optional<C> due(long nowMs) {
        Alarm<C> first = queue.peek();
        while (first != null && first.atMs() <= nowMs) {
            queue.remove();
            if (earliest.remove(first.command(), first.atMs())) {
                return Optional.of(first.command());
            }
            first = queue.peek();
        }
        return Optional.empty();
    }

    void clear() {
        queue.clear();
        earliest.clear();
    }
}
