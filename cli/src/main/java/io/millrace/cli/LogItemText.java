package io.millrace.cli;

import io.millrace.cli.record.ByteText;
import io.millrace.storage.LogItem;
import java.nio.ByteBuffer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.internal.Record;
import org.jspecify.annotations.Nullable;

/** What lies in a log's files, as lines for people. */
final class LogItemText {
    private LogItemText() {}

    static String of(LogItem item) {
        return switch (item) {
            case LogItem.File file -> file.path() + " (" + file.sizeInBytes() + " bytes)";
            case LogItem.Batch batch -> batch(batch);
            case LogItem.OffsetEntry entry -> "  offset: " + entry.offset() + " position: " + entry.position();
            case LogItem.TimeEntry entry -> "  timestamp: " + entry.timestampMs() + " offset: " + entry.offset();
            case LogItem.AbortedTransaction aborted ->
                "  aborted producerId: " + aborted.producerId() + " firstOffset: " + aborted.firstOffset()
                        + " lastOffset: " + aborted.lastOffset() + " lastStableOffset: "
                        + aborted.lastStableOffset();
            case LogItem.Producer producer ->
                "  producerId: " + producer.producerId() + " producerEpoch: " + producer.epoch() + " lastSequence: "
                        + producer.lastSequence() + " lastOffset: " + producer.lastOffset() + " offsetDelta: "
                        + producer.offsetDelta() + " timestamp: " + producer.timestampMs() + " coordinatorEpoch: "
                        + producer.coordinatorEpoch() + " transactionStart: " + producer.transactionStart();
            case LogItem.EpochStart start -> "  leaderEpoch: " + start.epoch() + " from offset: " + start.offset();
            case LogItem.TopicId topic -> "  topicId: " + topic.id();
            case LogItem.Checkpointed log ->
                "  " + log.log().topicPartition() + " topicId: " + log.log().topicId() + " startOffset: "
                        + log.startOffset() + " recoveryPoint: "
                        + log.recoveryPoint().offset();
            case LogItem.Finding finding ->
                finding.file() + (finding.position() < 0 ? "" : "@" + finding.position()) + ": " + finding.problem();
        };
    }

    private static String batch(LogItem.Batch batch) {
        StringBuilder text = new StringBuilder(" ");
        BatchText.fields(batch)
                .forEach((name, value) ->
                        text.append(' ').append(name).append(": ").append(value));
        BatchText.records(batch, record -> append(text.append("\n   "), record));
        return text.toString();
    }

    private static void append(StringBuilder text, Record record) {
        text.append(" offset: ").append(record.offset()).append(" timestamp: ").append(record.timestamp());
        text.append(" key: ").append(shown(record.key())).append(" value: ").append(shown(record.value()));
        for (Header header : record.headers()) {
            byte[] value = header.value();
            text.append(" header: ").append(header.key()).append('=');
            text.append(shown(value == null ? null : ByteBuffer.wrap(value)));
        }
    }

    private static String shown(@Nullable ByteBuffer buffer) {
        if (buffer == null) {
            return "null";
        }
        byte[] bytes = BatchText.bytes(buffer);
        return ByteText.utf8(bytes).orElseGet(() -> "base64:" + ByteText.base64(bytes));
    }
}
