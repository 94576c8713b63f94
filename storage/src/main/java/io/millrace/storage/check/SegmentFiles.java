package io.millrace.storage.check;

import io.millrace.storage.segment.SegmentName;
import java.nio.file.Path;

/** The files of one segment. */
public record SegmentFiles(Path directory, long baseOffset) {
    Path log() {
        return SegmentName.path(directory, baseOffset, SegmentName.LOG);
    }

    Path offsetIndex() {
        return SegmentName.path(directory, baseOffset, SegmentName.OFFSET_INDEX);
    }

    Path timeIndex() {
        return SegmentName.path(directory, baseOffset, SegmentName.TIME_INDEX);
    }

    Path transactionIndex() {
        return SegmentName.path(directory, baseOffset, SegmentName.TXN_INDEX);
    }
}
