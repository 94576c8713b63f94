package io.millrace.storage.segment;

import io.millrace.storage.disk.Disk;
import io.millrace.storage.disk.Reads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.OptionalLong;

/** What can be told of a segment's age without opening its log. */
public final class TimeIndexEnd {
    private TimeIndexEnd() {}

    /** Timestamp of the last entry in a time index, in ms; empty for an index that is missing or has none. */
    public static OptionalLong read(Disk disk, Path directory, long baseOffset) throws IOException {
        Path file = SegmentName.path(directory, baseOffset, SegmentName.TIME_INDEX);
        if (!disk.exists(file)) {
            return OptionalLong.empty();
        }
        try (FileChannel channel = disk.openToRead(file)) {
            long entries = channel.size() / SegmentIndexes.TIME_ENTRY;
            ByteBuffer timestamp = ByteBuffer.allocate(Long.BYTES);
            return entries > 0 && Reads.fully(channel, timestamp, (entries - 1) * SegmentIndexes.TIME_ENTRY)
                    ? OptionalLong.of(timestamp.getLong(0))
                    : OptionalLong.empty();
        }
    }
}
