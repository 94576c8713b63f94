package io.millrace.cli;

import io.millrace.protocol.RecordBatchFormat;
import io.millrace.storage.LogItem;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.utils.internals.BufferSupplier;

/** What of a batch is shown. */
final class BatchText {
    private static final List<String> CODECS = List.of("none", "gzip", "snappy", "lz4", "zstd");

    private BatchText() {}

    /** The header's fields under their names; numbers and booleans as such. */
    static Map<String, Object> fields(LogItem.Batch batch) {
        ByteBuffer header = batch.header();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("baseOffset", RecordBatchFormat.baseOffset(header, 0));
        fields.put("lastOffset", RecordBatchFormat.lastOffset(header, 0));
        fields.put("position", batch.position());
        fields.put("size", RecordBatchFormat.sizeInBytes(header, 0));
        fields.put("records", RecordBatchFormat.recordCount(header, 0));
        fields.put("magic", (int) RecordBatchFormat.magic(header, 0));
        fields.put("codec", codec(RecordBatchFormat.compressionId(header, 0)));
        fields.put("leaderEpoch", RecordBatchFormat.leaderEpoch(header, 0));
        fields.put("timestampType", RecordBatchFormat.isLogAppendTime(header, 0) ? "LogAppendTime" : "CreateTime");
        fields.put("baseTimestamp", RecordBatchFormat.baseTimestamp(header, 0));
        fields.put("maxTimestamp", RecordBatchFormat.maxTimestamp(header, 0));
        fields.put("producerId", RecordBatchFormat.producerId(header, 0));
        fields.put("producerEpoch", (int) RecordBatchFormat.producerEpoch(header, 0));
        fields.put("baseSequence", RecordBatchFormat.baseSequence(header, 0));
        fields.put("transactional", RecordBatchFormat.isTransactional(header, 0));
        fields.put("control", RecordBatchFormat.isControl(header, 0));
        fields.put("crc", Integer.toUnsignedLong(RecordBatchFormat.crc(header, 0)));
        fields.put("intact", batch.intact());
        return fields;
    }

    private static String codec(int id) {
        return id < CODECS.size() ? CODECS.get(id) : "unknown " + id;
    }

    /** Each record of a batch, if it is all there. */
    static void records(LogItem.Batch batch, Consumer<Record> each) {
        ByteBuffer whole = batch.whole();
        if (whole == null) {
            return;
        }
        MutableRecordBatch records =
                MemoryRecords.readableRecords(whole).batches().iterator().next();
        try (var all = records.streamingIterator(BufferSupplier.NO_CACHING)) {
            all.forEachRemaining(each);
        }
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }
}
