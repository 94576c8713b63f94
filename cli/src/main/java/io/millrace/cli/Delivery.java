package io.millrace.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.output.JsonText;
import io.millrace.cli.record.LineReader;
import io.millrace.cli.record.RecordFormatException;
import io.millrace.cli.record.RecordParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Lines on their way to the broker, and the account of them. The command's thread sends, the producer's own thread reports
 * back, the JVM's shutdown thread may interrupt; the account is guarded by this object's lock.
 */
final class Delivery {
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);
    private static final long PROGRESS_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String topic;
    private final boolean json;
    private final PrintWriter out;
    private final PrintWriter err;
    private final long startNanos = System.nanoTime();
    private final Map<Integer, Range> acknowledged = new TreeMap<>();
    private long records;
    private long bytes;
    private @Nullable CliException failure;
    private boolean interrupted;
    private boolean reported;

    Delivery(String topic, boolean json, PrintWriter out, PrintWriter err) {
        this.topic = topic;
        this.json = json;
        this.out = out;
        this.err = err;
    }

    /** Sends until the lines end, one cannot be sent, or the user stops it; then waits for what is under way. */
    void sendAll(Producer<byte[], byte[]> producer, LineReader lines, RecordParser parser) throws IOException {
        long progressNanos = startNanos;
        while (!ended()) {
            ProducerRecord<byte[], byte[]> next = next(lines, parser);
            if (next == null) {
                break;
            }
            send(producer, next, lines.lineNumber());
            if (Terminal.watched() && System.nanoTime() - progressNanos > PROGRESS_EVERY_NANOS) {
                progressNanos = System.nanoTime();
                System.err.print("\r" + lines.lineNumber() + " records");
                System.err.flush();
            }
        }
        producer.flush();
    }

    /** Sends what was read and no more. */
    void interrupt(Producer<byte[], byte[]> producer) {
        synchronized (this) {
            interrupted = true;
        }
        producer.close(CLOSE_PATIENCE);
    }

    /** Prints the account, once. */
    synchronized void report() {
        if (reported) {
            return;
        }
        reported = true;
        if (json) {
            out.println(JsonText.of(this::write));
            out.flush();
        } else {
            err.print(Terminal.watched() ? "\r" : "");
            err.println(summary());
            err.flush();
        }
    }

    /** Throws what ended the sending early, if something did. */
    synchronized void throwFailure() {
        if (failure != null) {
            throw failure;
        }
    }

    private synchronized boolean ended() {
        return failure != null || interrupted;
    }

    private @Nullable ProducerRecord<byte[], byte[]> next(LineReader lines, RecordParser parser) throws IOException {
        try {
            byte[] line = lines.next();
            return line == null ? null : parser.parse(line);
        } catch (RecordFormatException e) {
            fail(new CliException(
                    ExitCode.USAGE,
                    "Line " + Math.max(1, lines.lineNumber()) + " was not sent: " + e.getMessage() + '.',
                    e));
            return null;
        }
    }

    private void send(Producer<byte[], byte[]> producer, ProducerRecord<byte[], byte[]> next, long lineNumber) {
        int size = size(next.key()) + size(next.value());
        try {
            var _ = producer.send(next, (metadata, refusal) -> settled(metadata, refusal, lineNumber, size));
        } catch (RuntimeException e) {
            if (!ended()) {
                fail(explained(e, lineNumber));
            }
        }
    }

    private synchronized void settled(
            @Nullable RecordMetadata metadata, @Nullable Exception refusal, long lineNumber, int size) {
        if (refusal != null || metadata == null) {
            fail(explained(refusal == null ? new IllegalStateException("no answer") : refusal, lineNumber));
            return;
        }
        records++;
        bytes += size;
        acknowledged.merge(metadata.partition(), new Range(metadata.offset(), metadata.offset()), Range::span);
    }

    private synchronized void fail(CliException why) {
        if (failure == null) {
            failure = why;
        }
    }

    private CliException explained(Exception refusal, long lineNumber) {
        Throwable cause = Failures.unwrapped(refusal);
        if (cause instanceof TimeoutException
                && String.valueOf(cause.getMessage()).contains("not present in metadata")) {
            return CliException.noSuchTopic(topic);
        }
        CliException explained = Failures.explain(cause);
        return new CliException(
                explained.exitCode(), "Line " + lineNumber + " was not written: " + explained.getMessage(), cause);
    }

    private String summary() {
        double seconds = (System.nanoTime() - startNanos) / 1e9;
        return String.format(
                Locale.ROOT,
                "%,d record%s (%,d bytes) written to %d partition%s of %s in %.1f s%s",
                records,
                records == 1 ? "" : "s",
                bytes,
                acknowledged.size(),
                acknowledged.size() == 1 ? "" : "s",
                topic,
                seconds,
                failure == null ? "" : ", then it failed");
    }

    private void write(JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("topic", topic);
        json.writeNumberField("records", records);
        json.writeNumberField("bytes", bytes);
        json.writeArrayFieldStart("partitions");
        for (Map.Entry<Integer, Range> entry : acknowledged.entrySet()) {
            json.writeStartObject();
            json.writeNumberField("partition", entry.getKey());
            json.writeNumberField("firstOffset", entry.getValue().first());
            json.writeNumberField("lastOffset", entry.getValue().last());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeBooleanField("complete", failure == null);
        json.writeEndObject();
    }

    private static int size(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    /** Offsets acknowledged in one partition; -1 where the broker does not say (acks=0). */
    private record Range(long first, long last) {
        Range span(Range other) {
            return new Range(Math.min(first, other.first), Math.max(last, other.last));
        }
    }
}
