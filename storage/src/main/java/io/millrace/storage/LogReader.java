package io.millrace.storage;

import io.millrace.storage.disk.SharedFile;
import io.millrace.storage.segment.Segment;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.jspecify.annotations.Nullable;

/** Finds what a fetch reads. Any thread. */
final class LogReader {
    private final LogDirectory directory;
    private final LogState state;
    private final ReadHints hints = new ReadHints();

    LogReader(LogDirectory directory, LogState state) {
        this.directory = directory;
        this.state = state;
    }

    LogSlice read(long offset, int maxBytes, LogPosition limit, boolean atLeastOneBatch) {
        if (!directory.isOnline()) {
            throw directory.offline();
        }
        while (true) {
            SegmentList seen = state.segments();
            checkInRange(offset);
            try {
                return offset >= limit.offset()
                        ? LogSlice.empty()
                        : find(seen, offset, maxBytes, limit, atLeastOneBatch);
            } catch (NoSuchFileException e) {
                if (seen.equals(state.segments())) {
                    throw failed(e);
                }
            } catch (IOException e) {
                throw failed(e);
            }
        }
    }

    private void checkInRange(long offset) {
        if (offset < state.startOffset() || offset > state.end().offset()) {
            throw new OffsetOutOfRangeException(
                    "offset " + offset + " of " + state.partition().topicPartition() + " is not within "
                            + state.startOffset() + " to " + state.end().offset());
        }
    }

    private KafkaStorageException failed(IOException e) {
        return directory.cannotRead(state.partition().topicPartition(), e);
    }

    private LogSlice find(SegmentList segments, long offset, int maxBytes, LogPosition limit, boolean atLeastOneBatch)
            throws IOException {
        LogPosition hint = hints.find(offset);
        for (int i = Math.max(0, segments.floor(offset)); i < segments.size(); i++) {
            Segment segment = segments.get(i);
            int end = endIn(segment, limit);
            int from = hint != null && hint.segmentBaseOffset() == segment.baseOffset()
                    ? hint.position()
                    : segment.positionOf(offset, end);
            if (from >= 0 && from < end) {
                return slice(segment, from, end, maxBytes, limit, atLeastOneBatch);
            }
        }
        return LogSlice.empty();
    }

    /** How far a segment may be read. */
    private static int endIn(Segment segment, LogPosition limit) throws IOException {
        if (segment.baseOffset() < limit.segmentBaseOffset()) {
            return segment.sizeInBytes();
        }
        if (segment.baseOffset() > limit.segmentBaseOffset()) {
            return 0;
        }
        return limit.position();
    }

    private LogSlice slice(Segment segment, int from, int end, int maxBytes, LogPosition limit, boolean atLeastOneBatch)
            throws IOException {
        int max = Math.max(0, maxBytes);
        int to = end;
        long nextOffset = segment.baseOffset() == limit.segmentBaseOffset() ? limit.offset() : -1;
        if (end - from > max) {
            Segment.SliceEnd sliceEnd = segment.sliceEnd(from, max, end, atLeastOneBatch);
            to = Math.min(end, sliceEnd.position());
            nextOffset = to == end ? nextOffset : sliceEnd.nextOffset();
        }
        int intact = to > from ? segment.intactTo(from, to, end) : to;
        if (intact < to) {
            to = intact; // the next read begins at what is no batch, and says so
            nextOffset = -1;
        }
        if (to <= from) {
            return LogSlice.empty();
        }
        if (nextOffset >= 0) {
            hints.add(new LogPosition(nextOffset, segment.baseOffset(), to));
        }
        SharedFile file = segment.log();
        FileChannel channel = file.acquire();
        return new LogSlice(channel, from, to - from, file::release, directory::failedToRead);
    }

    /** The same limit with its position, where only its offset is known. */
    LogPosition locate(LogPosition limit) {
        if (limit.position() >= 0) {
            return limit;
        }
        LogPosition end = state.end();
        if (limit.offset() >= end.offset()) {
            return end;
        }
        try {
            return locate(state.segments(), limit.offset());
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private LogPosition locate(SegmentList segments, long offset) throws IOException {
        LogPosition hint = hints.find(offset);
        if (hint != null) {
            return hint;
        }
        @Nullable LogPosition last = null;
        int i = segments.floor(offset);
        if (i >= 0) {
            Segment segment = segments.get(i);
            int position = segment.positionOf(offset, segment.sizeInBytes());
            last = new LogPosition(offset, segment.baseOffset(), position >= 0 ? position : segment.sizeInBytes());
        }
        return last == null ? new LogPosition(offset, offset, 0) : last;
    }

    /** Positions before the log's end are no longer what they were. */
    void forget() {
        hints.clear();
    }
}
