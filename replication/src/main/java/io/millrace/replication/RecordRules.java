package io.millrace.replication;

import io.millrace.replication.RefusedBatch.RecordError;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * What a topic asks of every single record: a key if it is compacted, a time within bounds if producers set it. Collects those
 * that fail. Used for one batch, by one thread.
 */
final class RecordRules {
    /** No timestamp. */
    static final long NO_TIMESTAMP = -1;
    /** A batch can have a million bad records; the first ones say enough. */
    private static final int ERRORS_MAX = 100;

    private final TopicSettings settings;
    private final long nowMs;
    private final boolean logAppendTime;
    private List<RecordError> errors = List.of();
    private int refused;
    private boolean badTimestamp;
    private long maxTimestamp = NO_TIMESTAMP;

    /** @param logAppendTime the batch claims that its times are the broker's */
    RecordRules(TopicSettings settings, long nowMs, boolean logAppendTime) {
        this.settings = settings;
        this.nowMs = nowMs;
        this.logAppendTime = logAppendTime;
    }

    void check(int batchIndex, long timestamp, boolean hasKey) {
        maxTimestamp = Math.max(maxTimestamp, timestamp);
        if (settings.compacted() && !hasKey) {
            refuse(batchIndex, "A compacted topic takes no record without a key.");
        } else if (!acceptable(settings, timestamp, nowMs)) {
            badTimestamp = true;
            refuse(batchIndex, "Timestamp " + timestamp + " is out of range [" + oldest() + ", " + newest() + "].");
        } else if (logAppendTime && !checked(settings, timestamp)) {
            badTimestamp = true;
            refuse(batchIndex, "Producers do not set the timestamp type LogAppendTime.");
        }
    }

    /** Whether producers may set this time here. */
    static boolean acceptable(TopicSettings settings, long timestamp, long nowMs) {
        if (!checked(settings, timestamp)) {
            return true;
        }
        long age = nowMs - timestamp;
        return age <= settings.timestampBeforeMaxMs() && -age <= settings.timestampAfterMaxMs();
    }

    private static boolean checked(TopicSettings settings, long timestamp) {
        return settings.log().timestampType() == TimestampType.CREATE_TIME && timestamp != NO_TIMESTAMP;
    }

    private long oldest() {
        return nowMs - settings.timestampBeforeMaxMs();
    }

    private long newest() {
        return nowMs + settings.timestampAfterMaxMs();
    }

    private void refuse(int batchIndex, String message) {
        if (refused++ == 0) {
            errors = new ArrayList<>();
        }
        if (errors.size() < ERRORS_MAX) {
            errors.add(new RecordError(batchIndex, message));
        }
    }

    /** Largest timestamp seen, -1 without any. */
    long maxTimestamp() {
        return maxTimestamp;
    }

    /** Null if all were fine. */
    @Nullable
    RefusedBatch result() {
        if (refused == 0) {
            return null;
        }
        return badTimestamp
                ? new RefusedBatch(
                        Errors.INVALID_TIMESTAMP, refused + " records were refused, some for their timestamp", errors)
                : new RefusedBatch(
                        Errors.INVALID_RECORD,
                        refused + " records were refused; the first: "
                                + errors.getFirst().message(),
                        errors);
    }
}
