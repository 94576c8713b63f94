package io.millrace.storage;

import io.millrace.storage.PartitionLog.TimestampedOffset;
import io.millrace.storage.disk.Reads;
import io.millrace.storage.segment.Segment;
import io.millrace.storage.segment.Segment.FoundBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.utils.internals.BufferSupplier;

/** Finds records by their timestamps, exactly: only the batch that has the record is looked into. Any thread. */
final class TimeSearch {
    private final LogDirectory directory;
    private final LogState state;

    TimeSearch(LogDirectory directory, LogState state) {
        this.directory = directory;
        this.state = state;
    }

    /** A search over a log's segments as they are now. */
    private interface Search {
        Optional<TimestampedOffset> in(SegmentList segments) throws IOException;
    }

    Optional<TimestampedOffset> firstAtOrAfter(long timestampMs, long limitOffset) {
        return run(segments -> firstAtOrAfter(segments, timestampMs, limitOffset));
    }

    Optional<TimestampedOffset> maxTimestamp(long limitOffset) {
        return run(segments -> maxTimestamp(segments, limitOffset));
    }

    private Optional<TimestampedOffset> run(Search search) {
        if (!directory.isOnline()) {
            throw directory.offline();
        }
        while (true) {
            SegmentList seen = state.segments();
            try {
                return search.in(seen);
            } catch (NoSuchFileException e) {
                if (seen.equals(state.segments())) {
                    throw failed(e);
                }
            } catch (IOException e) {
                throw failed(e);
            }
        }
    }

    private KafkaStorageException failed(IOException e) {
        return directory.cannotRead(state.partition().topicPartition(), e);
    }

    private Optional<TimestampedOffset> firstAtOrAfter(SegmentList segments, long timestampMs, long limitOffset)
            throws IOException {
        long start = state.startOffset();
        for (Segment segment : segments.all()) {
            if (segment.baseOffset() >= limitOffset) {
                break;
            }
            if (segment.maxTimestampMs() >= timestampMs) {
                Optional<TimestampedOffset> found = firstIn(segment, timestampMs, start);
                if (found.isPresent()) {
                    return found.filter(record -> record.offset() < limitOffset);
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<TimestampedOffset> firstIn(Segment segment, long timestampMs, long start)
            throws IOException {
        long from = start;
        while (true) {
            Optional<FoundBatch> batch = segment.firstBatchAtOrAfter(timestampMs, from, segment.sizeInBytes());
            if (batch.isEmpty()) {
                return Optional.empty();
            }
            Optional<TimestampedOffset> found = records(
                            segment,
                            batch.get(),
                            record -> record.timestamp() >= timestampMs && record.offset() >= start)
                    .stream()
                    .findFirst();
            if (found.isPresent()) {
                return found;
            }
            from = batch.get().lastOffset() + 1;
        }
    }

    private Optional<TimestampedOffset> maxTimestamp(SegmentList segments, long limitOffset) throws IOException {
        long start = state.startOffset();
        Optional<TimestampedOffset> best = Optional.empty();
        for (int i = 0; i < segments.size() && segments.get(i).baseOffset() < limitOffset; i++) {
            Segment segment = segments.get(i);
            if (best.isPresent() && segment.maxTimestampMs() <= best.get().timestampMs()) {
                continue;
            }
            Optional<TimestampedOffset> found = latestIn(segment, start, limitOffset);
            if (found.isPresent()
                    && (best.isEmpty() || found.get().timestampMs() > best.get().timestampMs())) {
                best = found;
            }
        }
        return best;
    }

    /** The record with the largest timestamp within bounds; the time index knows its batch unless the bounds cut it off. */
    private static Optional<TimestampedOffset> latestIn(Segment segment, long start, long limitOffset)
            throws IOException {
        int size = segment.sizeInBytes();
        int behind = segment.positionOf(limitOffset, size);
        int to = behind < 0 ? size : behind;
        if (segment.baseOffset() < start) {
            return latestFrom(segment, start, to);
        }
        long latest = segment.offsetOfMaxTimestamp();
        int from = segment.positionOf(latest < limitOffset ? latest : segment.baseOffset(), size);
        return from < 0 ? Optional.empty() : latestWithin(segment, from, to);
    }

    /** Where the log begins within the segment, its first batch may have its largest timestamp before the log's start. */
    private static Optional<TimestampedOffset> latestFrom(Segment segment, long start, int to) throws IOException {
        Optional<FoundBatch> first = segment.firstBatchAtOrAfter(Long.MIN_VALUE, start, to);
        if (first.isEmpty()) {
            return Optional.empty();
        }
        Optional<TimestampedOffset> inFirst = Optional.empty();
        for (TimestampedOffset record : records(segment, first.get(), record -> record.offset() >= start)) {
            if (inFirst.isEmpty() || record.timestampMs() > inFirst.get().timestampMs()) {
                inFirst = Optional.of(record);
            }
        }
        Optional<TimestampedOffset> inRest =
                latestWithin(segment, first.get().position() + first.get().sizeInBytes(), to);
        return inRest.isEmpty()
                        || (inFirst.isPresent()
                                && inFirst.get().timestampMs() >= inRest.get().timestampMs())
                ? inFirst
                : inRest;
    }

    private static Optional<TimestampedOffset> latestWithin(Segment segment, int from, int to) throws IOException {
        Optional<FoundBatch> batch = segment.latestBatch(from, to);
        if (batch.isEmpty()) {
            return Optional.empty();
        }
        long latest = batch.get().maxTimestampMs();
        return records(segment, batch.get(), record -> record.timestamp() == latest).stream()
                .findFirst();
    }

    /** The records of a batch that are wanted, in order. */
    private static List<TimestampedOffset> records(Segment segment, FoundBatch found, Predicate<Record> wanted)
            throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(found.sizeInBytes());
        String where =
                "the batch at " + found.position() + " of " + segment.log().path();
        if (!segment.log().using(channel -> Reads.fully(channel, bytes, found.position()))) {
            throw new CorruptRecordException(where + " is cut");
        }
        try {
            MutableRecordBatch batch = MemoryRecords.readableRecords(bytes.flip())
                    .batches()
                    .iterator()
                    .next();
            batch.ensureValid();
            return records(batch, wanted);
        } catch (KafkaException e) {
            throw new CorruptRecordException(where + " cannot be read", e);
        }
    }

    private static List<TimestampedOffset> records(MutableRecordBatch batch, Predicate<Record> wanted) {
        List<TimestampedOffset> found = new ArrayList<>();
        try (var records = batch.streamingIterator(BufferSupplier.NO_CACHING)) {
            while (records.hasNext()) {
                Record record = records.next();
                if (wanted.test(record)) {
                    found.add(new TimestampedOffset(record.timestamp(), record.offset(), batch.partitionLeaderEpoch()));
                }
            }
        }
        return found;
    }
}
