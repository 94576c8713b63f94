package io.millrace.storage.check;

import io.millrace.storage.disk.Disk;
import io.millrace.storage.segment.BatchCursor;
import io.millrace.storage.segment.EntryCursor;
import java.io.IOException;
import java.nio.channels.FileChannel;

/**
 * Checks one segment: walks over its batches, from which all else can be told. What the indexes contain is looked at before the
 * batches, and how long the file is before it is read, so that a broker may go on writing meanwhile.
 */
public final class SegmentCheck {
    private final Disk disk;
    private final SegmentFiles files;
    private final SegmentRules rules;
    private final Report report;
    private long batches;

    /**
     * How a segment is checked.
     *
     * @param finished whether nothing more is written to the segment
     * @param records whether the records in the batches are looked at
     */
    public record SegmentRules(boolean finished, boolean records) {}

    public SegmentCheck(Disk disk, SegmentFiles files, SegmentRules rules, Report report) {
        this.disk = disk;
        this.files = files;
        this.rules = rules;
        this.report = report;
    }

    /** Batches seen. */
    public long batches() {
        return batches;
    }

    /**
     * Checks it.
     *
     * @param order what came before; goes on to what comes behind
     * @return bytes of the segment
     */
    public long run(BatchOrder order) throws IOException {
        order.segment(files, report);
        try (EntryCursor offsets = EntryCursor.open(disk, files.offsetIndex(), EntryCursor.OFFSET_ENTRY);
                EntryCursor times = EntryCursor.open(disk, files.timeIndex(), EntryCursor.TIME_ENTRY);
                FileChannel log = disk.openToRead(files.log())) {
            OffsetIndexCheck offsetIndex = new OffsetIndexCheck(files, offsets, report);
            TimeIndexCheck timeIndex = new TimeIndexCheck(files, times, report);
            int size = Math.toIntExact(log.size());
            BatchCursor cursor = new BatchCursor(log, 0, size, BatchCursor.SCAN_BYTES);
            boolean allIntact = true;
            while (cursor.next()) {
                batches++;
                if (check(cursor, order)) {
                    offsetIndex.batch(cursor);
                    timeIndex.batch(cursor);
                } else {
                    allIntact = false;
                    offsetIndex.damaged(cursor.position());
                    timeIndex.damaged();
                }
            }
            boolean whole = cursor.position() == size || isGrowing(log, size);
            if (!whole) {
                report.problem(files.log(), cursor.position(), restOf(size - cursor.position()));
                order.damaged();
            }
            offsetIndex.end(whole);
            timeIndex.end(whole && allIntact, rules.finished());
            return size;
        }
    }

    /** Whether the end was still being written when it was read. */
    private boolean isGrowing(FileChannel log, int size) throws IOException {
        return !rules.finished() && log.size() > size;
    }

    private static String restOf(int bytes) {
        return "the last " + bytes + " bytes are not a whole batch; what they were cannot be told";
    }

    /** Whether the batch can be relied on. */
    private boolean check(BatchCursor batch, BatchOrder order) throws IOException {
        if (!batch.isIntact()) {
            report.problem(
                    files.log(),
                    batch.position(),
                    "the checksum of the batch at offset " + batch.baseOffset() + " does not match its "
                            + batch.sizeInBytes() + " bytes");
            order.damaged();
            return false;
        }
        order.batch(files, batch, report);
        if (rules.records()) {
            int position = batch.position();
            long offset = batch.baseOffset();
            RecordsCheck.problem(batch.batch())
                    .ifPresent(what ->
                            report.problem(files.log(), position, "the batch at offset " + offset + ": " + what));
        }
        return true;
    }
}
