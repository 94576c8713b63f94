package io.millrace.storage.compact;

/**
 * The last a log has of a producer: with it, a log's reader who knows nothing else can tell which sequence comes next.
 *
 * @param lastDataOffset of the last record, -1 if there is only a marker
 */
public record LastRecord(long lastDataOffset, short producerEpoch) {
    public static final long NO_DATA = -1;
}
