package io.millrace.storage.check;

import io.millrace.storage.segment.BatchCursor;
import io.millrace.storage.segment.EntryCursor;
import java.io.IOException;

/** Every entry of a segment's time index is the largest timestamp up to there, with the last offset of the first batch that has it. */
final class TimeIndexCheck {
    private static final int OFFSET = 8;

    private final SegmentFiles files;
    private final EntryCursor entries;
    private final Report report;
    private boolean more;
    private long largest = -1;
    private long lastEntry = -1;

    TimeIndexCheck(SegmentFiles files, EntryCursor entries, Report report) throws IOException {
        this.files = files;
        this.entries = entries;
        this.report = report;
        if (entries.remainder() != 0) {
            report.problem(files.timeIndex(), -1, "the file ends within an entry");
        }
        more = entries.next();
    }

    void batch(BatchCursor batch) throws IOException {
        while (more && offset() < batch.lastOffset()) {
            names("no batch ends there");
        }
        boolean larger = batch.maxTimestamp() > largest;
        largest = Math.max(largest, batch.maxTimestamp());
        while (more && offset() == batch.lastOffset()) {
            if (!larger) {
                names("a batch before it has a timestamp as large");
            } else if (timestampMs() != batch.maxTimestamp()) {
                names("its batch's largest timestamp is " + batch.maxTimestamp());
            } else {
                lastEntry = timestampMs();
                more = entries.next();
                larger = false;
            }
        }
    }

    /** A batch that cannot be relied on: what the largest timestamp is, nobody knows from here on. */
    void damaged() {
        more = false;
        largest = lastEntry;
    }

    /**
     * The segment has been seen up to its end, or to where nothing more could be made of it.
     *
     * @param finished whether nothing more is written to the segment, so that its index is complete
     */
    void end(boolean whole, boolean finished) throws IOException {
        while (more && whole) {
            if (timestampMs() == 0 && offset() == files.baseOffset() && entries.position() > 0) {
                more = entries.next(); // space that Kafka sets aside in an index that is still written to
            } else {
                names("no batch ends there");
            }
        }
        if (whole && finished && lastEntry != largest) {
            report.problem(
                    files.timeIndex(),
                    -1,
                    "its last entry is for " + lastEntry + ", the segment's largest timestamp is " + largest);
        }
    }

    private void names(String why) throws IOException {
        report.problem(
                files.timeIndex(),
                entries.position(),
                "the entry for timestamp " + timestampMs() + " names offset " + offset() + ": " + why);
        more = entries.next();
    }

    private long timestampMs() {
        return entries.longAt(0);
    }

    private long offset() {
        return files.baseOffset() + entries.intAt(OFFSET);
    }
}
