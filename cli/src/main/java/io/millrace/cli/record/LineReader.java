package io.millrace.cli.record;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Cuts a stream of bytes at its newlines and leaves the bytes as they are. Bounded: a longer line is an error. */
public final class LineReader {
    private final InputStream in;
    private final int maxLineBytes;
    private final byte[] buffer = new byte[1 << 16];
    private int from;
    private int to;
    private long lineNumber;

    public LineReader(InputStream in, int maxLineBytes) {
        this.in = in;
        this.maxLineBytes = maxLineBytes;
    }

    /** Number of the line that {@link #next} gave last, counted from 1. */
    public long lineNumber() {
        return lineNumber;
    }

    /** The next line without its newline; null at the end. A last line without newline counts. */
    public byte @Nullable [] next() throws IOException {
        var line = new ByteArrayOutputStream(256);
        boolean any = false;
        while (from < to || fill()) {
            any = true;
            int end = newline();
            append(line, end);
            if (end < to) {
                from = end + 1;
                lineNumber++;
                return line.toByteArray();
            }
            from = to;
        }
        if (!any) {
            return null;
        }
        lineNumber++;
        return line.toByteArray();
    }

    private void append(ByteArrayOutputStream line, int end) {
        if (line.size() + (end - from) > maxLineBytes) {
            throw new RecordFormatException(
                    "it is longer than " + maxLineBytes + " bytes; a record is at most that long");
        }
        line.write(buffer, from, end - from);
    }

    private int newline() {
        int at = from;
        while (at < to && buffer[at] != '\n') {
            at++;
        }
        return at;
    }

    private boolean fill() throws IOException {
        from = 0;
        to = Math.max(0, in.read(buffer));
        return to > 0;
    }
}
