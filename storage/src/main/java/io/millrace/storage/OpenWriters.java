package io.millrace.storage;

import io.millrace.storage.segment.SegmentWriter;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Bounds how many files of one directory are open for writing: over the bound, those not written to for longest (by second
 * chance) are closed once they are on disk, and opened again by the next append. The appender's.
 */
final class OpenWriters {
    private static final int MAX_TRIES = 8;

    private final Flusher flusher;
    private final int max;
    private final Queue<OpenWriter> open = new ArrayDeque<>();

    private record OpenWriter(SegmentWriter writer, LogFlush log) {}

    OpenWriters(Flusher flusher, int max) {
        this.flusher = flusher;
        this.max = max;
    }

    /** A file was opened: others may have to go. */
    void opened(SegmentWriter writer, LogFlush log) throws IOException {
        open.add(new OpenWriter(writer, log));
        closeExcess();
    }

    /** How many are open, or were closed as finished and are not seen to be so yet. */
    int count() {
        return open.size();
    }

    /** Closes some of what is too much; what was not forced yet goes another time. */
    void closeExcess() throws IOException {
        for (int tries = 0; tries < MAX_TRIES && open.size() > max; tries++) {
            OpenWriter oldest = open.remove();
            if (mustStay(oldest)) {
                open.add(oldest);
            }
        }
    }

    private boolean mustStay(OpenWriter oldest) throws IOException {
        SegmentWriter writer = oldest.writer;
        if (!writer.isOpen()) {
            return false;
        }
        if (writer.takeRecentlyUsed()) {
            return true;
        }
        if (writer.isDirty()) {
            flusher.request(oldest.log);
            return true;
        }
        return !writer.closeIfForced();
    }
}
