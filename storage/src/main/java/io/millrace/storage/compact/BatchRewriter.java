package io.millrace.storage.compact;

import io.millrace.protocol.RecordBatchFormat;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.internals.BufferSupplier;
import org.apache.kafka.common.utils.internals.ByteBufferOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Makes of a batch what {@link RecordRetention} leave of it. Offsets, timestamps, codec and producer stay. A batch of which all
 * remains stays byte for byte. Goes through a batch's records twice rather than hold them in memory. For one thread.
 */
public final class BatchRewriter implements AutoCloseable {
    private static final int FIRST_BYTES = 16 * 1024;

    private final RecordRetention rules;
    private final BufferSupplier decompression = BufferSupplier.create();
    private ByteBuffer output = ByteBuffer.allocate(FIRST_BYTES);

    /** What the first look at a batch's records came to. */
    private static final class Count {
        private int records;
        private int kept;
        private boolean hasTombstone;
    }

    public BatchRewriter(RecordRetention rules) {
        this.rules = rules;
    }

    /**
     * What remains of the log's next batch.
     *
     * @param batch a whole, intact one, from position 0 to its limit
     * @return the batch, valid until the next call; null if nothing remains
     * @throws org.apache.kafka.common.KafkaException if its records cannot be read
     */
    public @Nullable ByteBuffer rewrite(ByteBuffer batch) {
        rules.enter(batch);
        if (rules.removesAll()) {
            return rules.removesEmpty() ? null : empty(batch);
        }
        MutableRecordBatch records = MemoryRecords.readableRecords(batch.duplicate())
                .batches()
                .iterator()
                .next();
        Count count = new Count();
        forEach(records, data -> {
            count.records++;
            if (rules.keeps(batch, data)) {
                count.kept++;
                count.hasTombstone |= !data.hasValue();
            }
        });
        if (count.kept == 0) {
            return rules.removesEmpty() ? null : empty(batch);
        }
        long horizonMs = rules.horizonFor(batch, count.hasTombstone);
        boolean newHorizon = horizonMs >= 0 && !RecordBatchFormat.hasDeleteHorizon(batch, 0);
        return count.kept == count.records && !newHorizon ? batch : rebuilt(batch, records, horizonMs);
    }

    private void forEach(MutableRecordBatch records, Consumer<Record> action) {
        try (var each = records.streamingIterator(decompression)) {
            each.forEachRemaining(action);
        }
    }

    private ByteBuffer rebuilt(ByteBuffer batch, MutableRecordBatch records, long horizonMs) {
        ByteBufferOutputStream stream = new ByteBufferOutputStream(output.clear());
        try (MemoryRecordsBuilder builder = builder(batch, stream, horizonMs)) {
            forEach(records, data -> {
                if (rules.keeps(batch, data)) {
                    builder.append(data);
                }
            });
            builder.overrideLastOffset(RecordBatchFormat.lastOffset(batch, 0));
            ByteBuffer made = builder.build().buffer();
            output = stream.buffer(); // it may have grown
            return made;
        }
    }

    private static MemoryRecordsBuilder builder(ByteBuffer batch, ByteBufferOutputStream into, long horizonMs) {
        boolean appendTime = RecordBatchFormat.isLogAppendTime(batch, 0);
        return new MemoryRecordsBuilder(
                into,
                RecordBatch.MAGIC_VALUE_V2,
                Compression.of(CompressionType.forId(RecordBatchFormat.compressionId(batch, 0)))
                        .build(),
                timestampType(batch),
                RecordBatchFormat.baseOffset(batch, 0),
                appendTime ? RecordBatchFormat.maxTimestamp(batch, 0) : RecordBatch.NO_TIMESTAMP,
                RecordBatchFormat.producerId(batch, 0),
                RecordBatchFormat.producerEpoch(batch, 0),
                RecordBatchFormat.baseSequence(batch, 0),
                RecordBatchFormat.isTransactional(batch, 0),
                RecordBatchFormat.isControl(batch, 0),
                RecordBatchFormat.leaderEpoch(batch, 0),
                batch.limit(),
                horizonMs);
    }

    private static TimestampType timestampType(ByteBuffer batch) {
        return RecordBatchFormat.isLogAppendTime(batch, 0) ? TimestampType.LOG_APPEND_TIME : TimestampType.CREATE_TIME;
    }

    /** Only the header: who produced it, its offsets and sequences. */
    private ByteBuffer empty(ByteBuffer batch) {
        if (RecordBatchFormat.recordCount(batch, 0) == 0) {
            return batch;
        }
        ByteBuffer header = output.clear();
        DefaultRecordBatch.writeEmptyHeader(
                header,
                RecordBatch.MAGIC_VALUE_V2,
                RecordBatchFormat.producerId(batch, 0),
                RecordBatchFormat.producerEpoch(batch, 0),
                RecordBatchFormat.baseSequence(batch, 0),
                RecordBatchFormat.baseOffset(batch, 0),
                RecordBatchFormat.lastOffset(batch, 0),
                RecordBatchFormat.leaderEpoch(batch, 0),
                timestampType(batch),
                RecordBatchFormat.maxTimestamp(batch, 0),
                RecordBatchFormat.isTransactional(batch, 0),
                RecordBatchFormat.isControl(batch, 0));
        return header.flip();
    }

    @Override
    public void close() {
        decompression.close();
    }
}
