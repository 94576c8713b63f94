package io.millrace.storage;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of a log at which readers of committed records have to stop: those that are open, and those whose markers
 * are in the log but not committed yet. The appender thread's; other threads see {@link View}s of it, each published before
 * the records that made it so can be committed. Who reads a high watermark first and then the view therefore never finds one
 * missing.
 */
final class UndecidedTransactions {
    private final TreeMap<Long, LogPosition> open = new TreeMap<>();
    private final Deque<Ended> ended = new ArrayDeque<>();

    /** A transaction whose marker is at an offset. */
    private record Ended(LogPosition first, long markerOffset) {}

    void begun(LogPosition first) {
        open.put(first.offset(), first);
    }

    void ended(long firstOffset, long markerOffset) {
        LogPosition first = open.remove(firstOffset);
        if (first != null) {
            ended.add(new Ended(first, markerOffset));
        }
    }

    /** @param committed all before this offset is committed, so that what ended before it is decided */
    View view(long committed) {
        while (!ended.isEmpty() && ended.getFirst().markerOffset() < committed) {
            ended.removeFirst();
        }
        LogPosition firstOpen = open.isEmpty() ? null : open.firstEntry().getValue();
        return firstOpen == null && ended.isEmpty() ? View.NONE : new View(firstOpen, new ArrayList<>(ended));
    }

    /** As of some moment; immutable. */
    static final class View {
        static final View NONE = new View(null, List.of());

        private final @Nullable LogPosition firstOpen;
        private final List<Ended> ended;

        private View(@Nullable LogPosition firstOpen, List<Ended> ended) {
            this.firstOpen = firstOpen;
            this.ended = ended;
        }

        /** The largest position up to a high watermark before which all transactions are decided. */
        LogPosition stableBefore(LogPosition highWatermark) {
            LogPosition stable = highWatermark;
            if (firstOpen != null && firstOpen.offset() < stable.offset()) {
                stable = firstOpen;
            }
            for (Ended each : ended) {
                if (each.markerOffset() >= highWatermark.offset()
                        && each.first().offset() < stable.offset()) {
                    stable = each.first();
                }
            }
            return stable;
        }

        /** First offset of the oldest of all. */
        OptionalLong firstOffset() {
            LogPosition first = stableBefore(new LogPosition(Long.MAX_VALUE, 0, 0));
            for (Ended each : ended) {
                first = each.first().offset() < first.offset() ? each.first() : first;
            }
            return first.offset() == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(first.offset());
        }
    }
}
