package io.millrace.storage.segment;

import java.nio.file.Path;
import java.util.OptionalLong;

/** The names of a segment's files: its base offset in twenty digits, and what kind of file it is. */
public final class SegmentName {
    public static final String LOG = ".log";
    public static final String OFFSET_INDEX = ".index";
    public static final String TIME_INDEX = ".timeindex";
    public static final String TXN_INDEX = ".txnindex";
    public static final String SNAPSHOT = ".snapshot";

    /** Put behind the name of a file that waits for its removal. */
    public static final String DELETED = ".deleted";

    /** Put behind the names of the files that compaction writes, until they take the place of others. */
    public static final String CLEANED = ".cleaned";

    private static final int DIGITS = 20;

    private SegmentName() {}

    public static Path path(Path directory, long offset, String suffix) {
        String digits = Long.toString(offset);
        return directory.resolve("0".repeat(DIGITS - digits.length()) + digits + suffix);
    }

    /** The offset in a file's name, empty for a file of another kind. */
    public static OptionalLong offsetOf(String name, String suffix) {
        if (name.length() != DIGITS + suffix.length() || !name.endsWith(suffix)) {
            return OptionalLong.empty();
        }
        long offset = 0;
        for (int i = 0; i < DIGITS; i++) {
            int digit = name.charAt(i) - '0';
            if (digit < 0 || digit > 9 || offset > (Long.MAX_VALUE - digit) / 10) {
                return OptionalLong.empty();
            }
            offset = offset * 10 + digit;
        }
        return OptionalLong.of(offset);
    }
}
