package io.millrace.replication;

import io.millrace.protocol.RecordBatchFormat;
import java.nio.ByteBuffer;
import java.util.Iterator;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.compress.GzipCompression;
import org.apache.kafka.common.compress.Lz4Compression;
import org.apache.kafka.common.compress.ZstdCompression;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MemoryRecordsBuilder;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.utils.internals.BufferSupplier;
import org.apache.kafka.common.utils.internals.ByteBufferOutputStream;
import org.apache.kafka.common.utils.internals.CloseableIterator;
import org.jspecify.annotations.Nullable;

/**
 * Looks inside a compressed batch, and writes it anew where the topic wants another compression or the offsets inside are not
 * consecutive. Takes time and memory in
 * proportion to the decompressed size, which is bounded: not for an event loop. Used once.
 */
public final class RecordConversion {
    /** What one batch may decompress to. */
    static final int DECOMPRESSED_BYTES_MAX = 64 << 20;

    private final TopicSettings settings;
    private final long nowMs;
    private final int decompressedBytesMax;
    private boolean consecutive = true;

    public RecordConversion(TopicSettings settings, long nowMs) {
        this(settings, nowMs, DECOMPRESSED_BYTES_MAX);
    }

    RecordConversion(TopicSettings settings, long nowMs, int decompressedBytesMax) {
        this.settings = settings;
        this.nowMs = nowMs;
        this.decompressedBytesMax = decompressedBytesMax;
    }

    /** How it ended. */
    public sealed interface Converted {
        /** @param batch what to append: the batch that came, or one of its own */
        record Batch(ByteBuffer batch) implements Converted {}

        record Refused(RefusedBatch why) implements Converted {}
    }

    /** @param records a batch that {@link RecordBatchValidation#check} let pass; its largest timestamp may be put right */
    public Converted convert(ByteBuffer records) {
        try {
            MutableRecordBatch batch = MemoryRecords.readableRecords(records.duplicate())
                    .batches()
                    .iterator()
                    .next();
            CompressionType target = settings.compression();
            RecordRules rules = rules(batch);
            ByteBuffer converted = target == null || target == batch.compressionType()
                    ? look(batch, records, rules)
                    : write(batch, target, rules);
            return result(converted, rules);
        } catch (TooLarge tooLarge) {
            return refused(RefusedBatch.of(Errors.MESSAGE_TOO_LARGE, String.valueOf(tooLarge.getMessage())));
        } catch (InvalidRecordException malformed) {
            return refused(RefusedBatch.of(Errors.INVALID_RECORD, String.valueOf(malformed.getMessage())));
        } catch (RuntimeException broken) {
            // Decompressors stumble over garbage in many ways.
            return refused(RefusedBatch.of(Errors.CORRUPT_MESSAGE, "The records cannot be decompressed."));
        }
    }

    private RecordRules rules(MutableRecordBatch batch) {
        return new RecordRules(settings, nowMs, batch.timestampType() == TimestampType.LOG_APPEND_TIME);
    }

    private Converted result(ByteBuffer converted, RecordRules rules) {
        RefusedBatch refused = rules.result();
        if (refused != null) {
            return refused(refused);
        }
        int size = converted.remaining();
        return size > settings.log().maxMessageBytes()
                ? refused(RefusedBatch.of(Errors.MESSAGE_TOO_LARGE, RecordBatchValidation.tooLarge(size, settings)))
                : new Converted.Batch(converted);
    }

    private static Converted refused(RefusedBatch why) {
        return new Converted.Refused(why);
    }

    private ByteBuffer look(MutableRecordBatch batch, ByteBuffer records, RecordRules rules) {
        try (CloseableIterator<Record> iterator =
                batch.skipKeyValueIterator(BufferSupplier.NO_CACHING, recordBytesMax())) {
            walk(iterator, rules, batch, null);
        }
        if (!consecutive) {
            return write(batch, batch.compressionType(), rules(batch));
        }
        RecordBatchValidation.correctTimes(records, records.position(), rules.maxTimestamp());
        return records;
    }

    private ByteBuffer write(MutableRecordBatch batch, CompressionType target, RecordRules rules) {
        int estimate = Math.min(settings.log().maxMessageBytes(), 2 * batch.sizeInBytes());
        ByteBufferOutputStream out = new ByteBufferOutputStream(Math.max(estimate, RecordBatchFormat.HEADER_SIZE));
        try (MemoryRecordsBuilder builder = new MemoryRecordsBuilder(
                        out,
                        RecordBatchFormat.MAGIC_V2,
                        compression(target),
                        TimestampType.CREATE_TIME,
                        0,
                        RecordRules.NO_TIMESTAMP,
                        batch.producerId(),
                        batch.producerEpoch(),
                        batch.baseSequence(),
                        batch.isTransactional(),
                        false,
                        batch.partitionLeaderEpoch(),
                        0);
                CloseableIterator<Record> iterator =
                        batch.streamingIterator(BufferSupplier.NO_CACHING, recordBytesMax())) {
            walk(iterator, rules, batch, new Copy(builder, out));
            return builder.build().buffer();
        }
    }

    private void walk(Iterator<Record> records, RecordRules rules, MutableRecordBatch batch, @Nullable Copy copy) {
        long bytes = 0;
        for (int index = 0; records.hasNext(); index++) {
            Record entry = records.next();
            bytes += entry.sizeInBytes();
            if (bytes > decompressedBytesMax) {
                throw new TooLarge("A record batch of more than " + decompressedBytesMax + " bytes, decompressed.");
            }
            consecutive &= entry.offset() == batch.baseOffset() + index;
            rules.check(index, entry.timestamp(), entry.hasKey());
            if (copy != null) {
                append(entry, copy);
            }
        }
    }

    /** A batch that is being written, and where it is written to. */
    private record Copy(MemoryRecordsBuilder builder, ByteBufferOutputStream out) {}

    /** Ends where the batch has become larger than the topic takes, rather than when it has all been written. */
    private void append(Record entry, Copy copy) {
        copy.builder().append(entry);
        if (copy.out().position() > settings.log().maxMessageBytes()) {
            throw new TooLarge(RecordBatchValidation.tooLarge(copy.out().position(), settings));
        }
    }

    /** A record says how large it is before it is there: nothing is allocated for one that says too much. */
    private int recordBytesMax() {
        return Math.min(settings.maxDecompressedBytes(), decompressedBytesMax);
    }

    private Compression compression(CompressionType type) {
        return switch (type) {
            case NONE -> Compression.NONE;
            case SNAPPY -> Compression.snappy().build();
            case GZIP ->
                new GzipCompression.Builder().level(settings.compressionLevel()).build();
            case LZ4 ->
                new Lz4Compression.Builder().level(settings.compressionLevel()).build();
            case ZSTD ->
                new ZstdCompression.Builder().level(settings.compressionLevel()).build();
        };
    }

    private static final class TooLarge extends RuntimeException {
        private static final long serialVersionUID = 1;

        TooLarge(String message) {
            super(message, null, false, false);
        }
    }
}
