package io.millrace.storage.check;

import io.millrace.storage.segment.BatchCursor;
import java.util.OptionalInt;
import java.util.function.LongFunction;

/**
 * Offsets and leader epochs of a log's batches, in order. Both lie outside a batch's checksum, so that only their order, and what a
 * checkpoint says of the epochs, tells whether they are right.
 */
public final class BatchOrder {
    private static final long UNKNOWN = -1;

    private final boolean gapsAllowed;
    private final LongFunction<OptionalInt> knownEpochs;
    private long expected = UNKNOWN;
    private long otherwise = UNKNOWN;
    private int epoch = -1;

    /**
     * Begins before the first batch.
     *
     * @param gapsAllowed whether offsets may be missing, as in a compacted log
     * @param knownEpochs the epoch under which the record at an offset was written, where that is known for certain
     */
    public BatchOrder(boolean gapsAllowed, LongFunction<OptionalInt> knownEpochs) {
        this.gapsAllowed = gapsAllowed;
        this.knownEpochs = knownEpochs;
    }

    /** The offset behind the last batch; -1 if there was none, or what it says cannot be relied on. */
    public long nextOffset() {
        return expected;
    }

    /** The next segment begins. */
    void segment(SegmentFiles files, Report report) {
        long base = files.baseOffset();
        if (expected != UNKNOWN && base != expected && base != otherwise && !(gapsAllowed && base > expected)) {
            report.problem(
                    files.log(),
                    0,
                    base < expected
                            ? "the segment begins at offset " + base + ", but the one before it ends at "
                                    + (expected - 1)
                            : missing(expected, base));
        }
        if (base > expected || expected == UNKNOWN) {
            expected = base;
            otherwise = UNKNOWN;
        }
    }

    /** A batch whose checksum matches. */
    void batch(SegmentFiles files, BatchCursor batch, Report report) {
        long base = batch.baseOffset();
        long next = batch.lastOffset() + 1;
        boolean follows = base == expected || base == otherwise || expected == UNKNOWN;
        boolean fine = follows || (gapsAllowed && base > expected);
        if (!fine) {
            report.problem(
                    files.log(),
                    batch.position(),
                    base < expected
                            ? "a batch at offset " + base + " where " + expected + " follows"
                            : missing(expected, base));
        }
        // which of two is wrong, if one is, only the next batch can tell
        otherwise = fine ? UNKNOWN : expected + (batch.lastOffset() - base) + 1;
        expected = next;
        epoch(files, batch, report);
    }

    private static String missing(long from, long to) {
        return "offsets " + from + " to " + (to - 1)
                + " are missing (in a compacted log that is as it should be: --compacted)";
    }

    private void epoch(SegmentFiles files, BatchCursor batch, Report report) {
        OptionalInt known = knownEpochs.apply(batch.baseOffset());
        int written = batch.leaderEpoch();
        if (known.isPresent() && known.getAsInt() != written) {
            report.problem(
                    files.log(),
                    batch.position(),
                    "the batch at offset " + batch.baseOffset() + " has leader epoch " + written
                            + ", but the checkpoint says " + known.getAsInt());
        } else if (known.isEmpty() && written < epoch) {
            report.problem(
                    files.log(),
                    batch.position(),
                    "the batch at offset " + batch.baseOffset() + " has leader epoch " + written + " behind " + epoch);
        } else {
            epoch = written;
        }
    }

    /** A batch that is damaged: nothing in it can be relied on. */
    void damaged() {
        expected = UNKNOWN;
        otherwise = UNKNOWN;
    }
}
