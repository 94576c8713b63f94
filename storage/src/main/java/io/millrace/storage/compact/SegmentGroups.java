package io.millrace.storage.compact;

import java.util.ArrayList;
import java.util.List;

/** Decides which neighbouring segments become one, so that compaction does not leave ever more small ones. */
public final class SegmentGroups {
    private SegmentGroups() {}

    /** A segment before it is cleaned. */
    public record Sized(long baseOffset, long endOffset, long logBytes, long offsetIndexBytes, long timeIndexBytes) {}

    /** What a group may come to, before the cleaning, in any of its files. */
    public record Limits(long segmentBytes, long indexBytes) {}

    /** Lengths of the groups, in order. */
    public static List<Integer> lengths(List<Sized> segments, Limits limits) {
        List<Integer> lengths = new ArrayList<>();
        int at = 0;
        while (at < segments.size()) {
            int length = lengthFrom(segments.subList(at, segments.size()), limits);
            lengths.add(length);
            at += length;
        }
        return lengths;
    }

    private static int lengthFrom(List<Sized> segments, Limits limits) {
        long log = 0;
        long offsets = 0;
        long times = 0;
        int length = 0;
        for (Sized next : segments) {
            log += next.logBytes();
            offsets += next.offsetIndexBytes();
            times += next.timeIndexBytes();
            boolean fits = log <= limits.segmentBytes()
                    && offsets <= limits.indexBytes()
                    && times <= limits.indexBytes()
                    && next.endOffset() - 1 - segments.getFirst().baseOffset() <= Integer.MAX_VALUE;
            if (length > 0 && !fits) {
                break;
            }
            length++;
        }
        return length;
    }
}
