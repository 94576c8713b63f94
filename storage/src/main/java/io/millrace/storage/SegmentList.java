package io.millrace.storage;

import io.millrace.storage.segment.Segment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A log's segments by base offset. Immutable: a reader's copy stays as it is. */
final class SegmentList {
    static final SegmentList EMPTY = new SegmentList(new Segment[0]);

    private final Segment[] segments;

    private SegmentList(Segment[] segments) {
        this.segments = segments;
    }

    static SegmentList of(List<Segment> inOrder) {
        return new SegmentList(inOrder.toArray(Segment[]::new));
    }

    int size() {
        return segments.length;
    }

    boolean isEmpty() {
        return segments.length == 0;
    }

    Segment get(int index) {
        return segments[index];
    }

    /** Index of the segment that would hold an offset: the last one that does not begin behind it; -1 if all do. */
    int floor(long offset) {
        int low = 0;
        int high = segments.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (segments[middle].baseOffset() <= offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low - 1;
    }

    /** The offset behind a segment's last, where a segment follows; else the given one. */
    long endOf(int index, long logEnd) {
        return index + 1 < segments.length ? segments[index + 1].baseOffset() : logEnd;
    }

    SegmentList with(Segment next) {
        Segment[] more = Arrays.copyOf(segments, segments.length + 1);
        more[segments.length] = next;
        return new SegmentList(more);
    }

    /** With one segment in the place of some that follow each other; null if they are not all there. */
    @Nullable
    SegmentList replace(List<Segment> replaced, Segment by) {
        int from = floor(replaced.getFirst().baseOffset());
        if (from < 0 || from + replaced.size() > segments.length) {
            return null;
        }
        for (int i = 0; i < replaced.size(); i++) {
            if (segments[from + i] != replaced.get(i)) {
                return null;
            }
        }
        List<Segment> all = new ArrayList<>(all());
        all.subList(from, from + replaced.size()).clear();
        all.add(from, by);
        return of(all);
    }

    SegmentList from(int index) {
        return new SegmentList(Arrays.copyOfRange(segments, index, segments.length));
    }

    List<Segment> before(int index) {
        return List.of(Arrays.copyOf(segments, index));
    }

    List<Segment> all() {
        return List.of(segments);
    }

    long sizeInBytes() {
        long sum = 0;
        for (Segment segment : segments) {
            sum += segment.sizeInBytes();
        }
        return sum;
    }
}
