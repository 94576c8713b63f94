package io.millrace.storage;

import io.millrace.protocol.RecordBatchFormat;
import io.millrace.storage.LogAppend.Origin;
import io.millrace.storage.producer.ProducerStates;
import io.millrace.storage.producer.ProducerVerdict;
import java.nio.ByteBuffer;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/** Decides whether an append may go into the log. Changes nothing. */
final class AppendCheck {
    private final LogConfig config;
    private final ProducerStates producers;
    private final boolean fromClient;
    private final boolean replicated;
    private final TransactionTerms terms;
    private long nextOffset;
    private @Nullable ByteBuffer previous;

    private AppendCheck(LogConfig config, ProducerStates producers, LogAppend append, long nextOffset) {
        this.config = config;
        this.producers = producers;
        this.fromClient = append.origin() == Origin.CLIENT;
        this.replicated = append.origin() == Origin.REPLICATION;
        this.terms = append.terms();
        this.nextOffset = nextOffset;
    }

    /**
     * What is wrong with an append, or a duplicate's answer.
     *
     * @return null if it may go in
     */
    static @Nullable AppendOutcome check(AppendTask task, LogConfig config, ProducerStates producers, long nextOffset) {
        AppendCheck check = new AppendCheck(config, producers, task.append(), nextOffset);
        return check.all(task);
    }

    private @Nullable AppendOutcome all(AppendTask task) {
        ByteBuffer batches = task.batches();
        int at = task.start();
        if (task.sizeInBytes() > config.segmentBytes()) {
            return refused(
                    Errors.RECORD_LIST_TOO_LARGE,
                    "an append of " + task.sizeInBytes() + " bytes is more than segment.bytes="
                            + config.segmentBytes());
        }
        while (at < task.limit()) {
            int size =
                    task.limit() - at < RecordBatchFormat.HEADER_SIZE ? 0 : RecordBatchFormat.sizeInBytes(batches, at);
            AppendOutcome outcome = size < RecordBatchFormat.HEADER_SIZE || size > task.limit() - at
                    ? refused(Errors.CORRUPT_MESSAGE, "the batch at byte " + (at - task.start()) + " is not whole")
                    : one(batches, at, size);
            if (outcome != null) {
                return outcome;
            }
            at += size;
        }
        return at == task.start() ? refused(Errors.CORRUPT_MESSAGE, "an append without a batch") : null;
    }

    private @Nullable AppendOutcome one(ByteBuffer batches, int at, int size) {
        if (!replicated && size > config.maxMessageBytes()) {
            return refused(
                    Errors.MESSAGE_TOO_LARGE,
                    "a batch of " + size + " bytes is more than max.message.bytes=" + config.maxMessageBytes());
        }
        if (replicated) {
            long base = RecordBatchFormat.baseOffset(batches, at);
            if (base < nextOffset) {
                return refused(Errors.OFFSET_OUT_OF_RANGE, "offset " + base + " came where " + nextOffset + " is next");
            }
            nextOffset = RecordBatchFormat.lastOffset(batches, at) + 1;
        }
        if (RecordBatchFormat.producerId(batches, at) < 0 || replicated) {
            return null;
        }
        return RecordBatchFormat.isControl(batches, at)
                ? answer(producers.checkMarker(batches, at, terms.markerVersion()))
                : sequence(batches, at, size);
    }

    private @Nullable AppendOutcome sequence(ByteBuffer batches, int at, int size) {
        boolean sameProducer = previous != null
                && RecordBatchFormat.producerId(previous, 0) == RecordBatchFormat.producerId(batches, at);
        ProducerVerdict verdict =
                producers.check(batches, at, sameProducer ? previous : null, terms.verification(), fromClient);
        if (at + size < batches.limit()) {
            previous = batches.slice(at, size);
        }
        return answer(verdict);
    }

    private @Nullable AppendOutcome answer(ProducerVerdict verdict) {
        if (verdict instanceof ProducerVerdict.Refused refused) {
            return refused(refused.error(), refused.message());
        }
        return verdict instanceof ProducerVerdict.Duplicate known ? duplicate(known) : null;
    }

    private AppendOutcome duplicate(ProducerVerdict.Duplicate known) {
        boolean stamped = config.timestampType() == TimestampType.LOG_APPEND_TIME;
        return new AppendOutcome.Duplicate(
                known.baseOffset(), stamped ? known.timestampMs() : AppendTask.NO_APPEND_TIME, known.lastOffset() + 1);
    }

    private static AppendOutcome refused(Errors error, String message) {
        return new AppendOutcome.Refused(error, message);
    }
}
