package io.millrace.storage;

import io.millrace.protocol.RecordBatchFormat;
import io.millrace.storage.compact.AbortedScan;
import io.millrace.storage.compact.AbortedTransaction;
import io.millrace.storage.compact.KeyOffsets;
import io.millrace.storage.compact.Transactions;
import io.millrace.storage.segment.BatchCursor;
import io.millrace.storage.segment.Segment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.utils.internals.BufferSupplier;

/** Walks through segments on behalf of compaction, paying for what is read. For one thread. */
final class CleanerScan {
    private final CleanerPace pace;

    CleanerScan(CleanerPace pace) {
        this.pace = pace;
    }

    /** Is shown batches in order; says whether to go on. */
    interface Visitor {
        boolean batch(BatchCursor batch) throws IOException;
    }

    /** Shows the batches of a segment that reach an offset. False if the visitor wanted no more. */
    boolean walk(Segment segment, long from, Visitor visitor) throws IOException {
        int size = segment.sizeInBytes();
        int position = from <= segment.baseOffset() ? 0 : segment.positionOf(from, size);
        return position < 0
                || segment.log().using(channel -> {
                    BatchCursor cursor = new BatchCursor(channel, position, size, BatchCursor.SCAN_BYTES);
                    while (cursor.next()) {
                        if (!visitor.batch(cursor)) {
                            return false;
                        }
                        pace.did(cursor.sizeInBytes());
                    }
                    if (cursor.position() < size) {
                        throw new CorruptRecordException("what is at byte " + cursor.position() + " of "
                                + segment.log().path() + " is not a batch");
                    }
                    return true;
                });
    }

    /** The whole batch; its checksum is looked at, since what is written anew gets a new one. */
    static ByteBuffer intact(BatchCursor cursor, Segment segment) throws IOException {
        if (!cursor.isIntact()) {
            throw new CorruptRecordException("the batch at byte " + cursor.position() + " of "
                    + segment.log().path() + " does not have its checksum");
        }
        return cursor.batch();
    }

    /**
     * Finds the aborted transactions that began before an offset. Markers count only where they are on disk for good.
     *
     * @param markersBefore end of what is on disk
     */
    AbortedScan aborted(SegmentList segments, long before, long markersBefore) throws IOException {
        AbortedScan scan = new AbortedScan(before);
        for (Segment segment : segments.all()) {
            if (segment.baseOffset() >= markersBefore || (segment.baseOffset() >= before && !scan.hasOpen())) {
                break;
            }
            walk(segment, 0, batch -> batch.lastOffset() < markersBefore && note(batch, segment, scan));
        }
        return scan;
    }

    private static boolean note(BatchCursor batch, Segment segment, AbortedScan scan) throws IOException {
        if (RecordBatchFormat.isControl(batch.header(), batch.headerAt())) {
            scan.control(intact(batch, segment));
        } else if (RecordBatchFormat.isTransactional(batch.header(), batch.headerAt())) {
            scan.data(batch.header(), batch.headerAt());
        }
        return true;
    }

    /** Notes the keys of records from one offset to another, as far as there is room for them. */
    void keys(SegmentList segments, long from, long to, List<AbortedTransaction> aborted, KeyOffsets into)
            throws IOException {
        Transactions transactions = new Transactions(aborted, from);
        try (BufferSupplier decompression = BufferSupplier.create()) {
            for (int i = 0; i < segments.size() && segments.get(i).baseOffset() < to; i++) {
                Segment segment = segments.get(i);
                long end = segments.endOf(i, to);
                if (end > from
                        && !walk(segment, from, batch -> {
                            ByteBuffer bytes = intact(batch, segment);
                            return addKeys(bytes, from, transactions.isDone(bytes), into, decompression);
                        })) {
                    return;
                }
                into.reached(end - 1);
            }
        }
    }

    private static boolean addKeys(
            ByteBuffer batch, long from, boolean done, KeyOffsets into, BufferSupplier decompression) {
        if (!done && !RecordBatchFormat.isControl(batch, 0)) {
            var records = MemoryRecords.readableRecords(batch.duplicate())
                    .batches()
                    .iterator()
                    .next();
            try (var each = records.streamingIterator(decompression)) {
                if (!addKeys(each, from, into)) {
                    return false;
                }
            }
        }
        long last = RecordBatchFormat.lastOffset(batch, 0);
        if (last >= from) {
            into.reached(last);
        }
        return true;
    }

    private static boolean addKeys(Iterator<Record> records, long from, KeyOffsets into) {
        while (records.hasNext()) {
            Record data = records.next();
            if (data.hasKey() && data.offset() >= from && !into.put(data.key(), data.offset())) {
                return false;
            }
        }
        return true;
    }
}
