package io.millrace.storage;

import io.millrace.storage.LogState.Refusal;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.Errors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An append on its way. */
final class AppendTask extends LogTask {
    private static final Logger LOG = LoggerFactory.getLogger(AppendTask.class);

    static final long NO_APPEND_TIME = -1;

    private final LogAppend append;
    private final int start;
    private final int limit;
    private long baseOffset;
    private long appendTimeMs = NO_APPEND_TIME;
    private LogPosition end = new LogPosition(0, 0, 0);

    AppendTask(LogWriter log, LogAppend append) {
        super(log);
        this.append = append;
        this.start = append.batches().position();
        this.limit = append.batches().limit();
    }

    LogAppend append() {
        return append;
    }

    ByteBuffer batches() {
        return append.batches();
    }

    /** First byte of the first batch. */
    int start() {
        return start;
    }

    int limit() {
        return limit;
    }

    int sizeInBytes() {
        return limit - start;
    }

    /** It has its place; when it is written, it is done. */
    void placed(long firstOffset, long timeMs, LogPosition newEnd) {
        baseOffset = firstOffset;
        appendTimeMs = timeMs;
        end = newEnd;
    }

    LogPosition end() {
        return end;
    }

    void written() {
        complete(new AppendOutcome.Appended(baseOffset, appendTimeMs, end));
    }

    /** Whoever waits must not stop the appender, whatever they do. */
    void complete(AppendOutcome outcome) {
        try {
            append.completion().accept(outcome);
        } catch (RuntimeException e) {
            LOG.error(
                    "the completion of an append to {} has failed",
                    log().state().partition(),
                    e);
        }
    }

    void refuse(Errors error, String message) {
        complete(new AppendOutcome.Refused(error, message));
    }

    @Override
    void run() throws IOException {
        log().add(this);
    }

    @Override
    void refuse(Refusal why) {
        refuse(why.error(), why.message());
    }
}
