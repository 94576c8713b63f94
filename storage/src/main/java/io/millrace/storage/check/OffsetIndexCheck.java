package io.millrace.storage.check;

import io.millrace.storage.segment.BatchCursor;
import io.millrace.storage.segment.EntryCursor;
import java.io.IOException;

/** Every entry of a segment's offset index names the last offset of a batch, and where the batch begins. */
final class OffsetIndexCheck {
    private static final int POSITION = 4;

    private final SegmentFiles files;
    private final EntryCursor entries;
    private final Report report;
    private boolean more;

    OffsetIndexCheck(SegmentFiles files, EntryCursor entries, Report report) throws IOException {
        this.files = files;
        this.entries = entries;
        this.report = report;
        if (entries.remainder() != 0) {
            report.problem(files.offsetIndex(), -1, "the file ends within an entry");
        }
        more = entries.next();
    }

    void batch(BatchCursor batch) throws IOException {
        while (more && position() < batch.position()) {
            leadsNowhere();
        }
        if (more && position() == batch.position()) {
            if (offset() != batch.lastOffset()) {
                report.problem(
                        files.offsetIndex(),
                        entries.position(),
                        "the entry for position " + position() + " names offset " + offset()
                                + ", the batch there ends at " + batch.lastOffset());
            }
            more = entries.next();
        }
    }

    /** A batch that cannot be relied on. */
    void damaged(int position) throws IOException {
        while (more && position() < position) {
            leadsNowhere();
        }
        while (more && position() == position) {
            more = entries.next();
        }
    }

    /** The segment has been seen up to its end, or to where nothing more could be made of it. */
    void end(boolean whole) throws IOException {
        while (more && whole) {
            if (offset() == files.baseOffset() && position() == 0 && entries.position() > 0) {
                more = entries.next(); // space that Kafka sets aside in an index that is still written to
            } else {
                leadsNowhere();
            }
        }
    }

    private void leadsNowhere() throws IOException {
        report.problem(
                files.offsetIndex(),
                entries.position(),
                "the entry for offset " + offset() + " leads to position " + position() + ", where no batch begins");
        more = entries.next();
    }

    private long offset() {
        return files.baseOffset() + entries.intAt(0);
    }

    private long position() {
        return entries.intAt(POSITION);
    }
}
