package io.millrace.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.RecordBatchFormat;
import io.millrace.replication.RecordConversion.Converted;
import io.millrace.storage.LogConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecordConversionTest {
    private static final long NOW = 1_700_000_000_000L;

    @ParameterizedTest
    @EnumSource(CompressionType.class)
    void recordsSurviveEveryChangeOfCompression(CompressionType target) {
        Header[] headers = {new RecordHeader("h", new byte[] {1, 2})};
        SimpleRecord[] records = {
            TestBatches.record(NOW, "k", "v"),
            TestBatches.keyless(NOW - 7, "w"),
            new SimpleRecord(NOW, (byte[]) null, null, headers)
        };
        for (CompressionType source : CompressionType.values()) {
            ByteBuffer batch = TestBatches.batch(Compression.of(source).build(), records);

            ByteBuffer converted = converted(new RecordConversion(settings(target), NOW), batch);

            assertThat(RecordBatchFormat.compressionId(converted, 0)).isEqualTo(target.id);
            assertThat(RecordBatchValidation.check(converted, settings(target), (short) 13, NOW))
                    .isNull();
            assertThat(records(converted)).isEqualTo(records(batch));
        }
    }

    @Test
    void theProducersIdentityIsKept() {
        ByteBuffer batch = TestBatches.copy(MemoryRecords.withIdempotentRecords(
                        Compression.gzip().build(), 77, (short) 3, 12, TestBatches.record(NOW, "k", "v"))
                .buffer());

        ByteBuffer converted = converted(new RecordConversion(settings(CompressionType.LZ4), NOW), batch);

        assertThat(RecordBatchFormat.producerId(converted, 0)).isEqualTo(77);
        assertThat(RecordBatchFormat.producerEpoch(converted, 0)).isEqualTo((short) 3);
        assertThat(RecordBatchFormat.baseSequence(converted, 0)).isEqualTo(12);
    }

    @Test
    void whatDecompressesToTooMuchIsRefused() {
        SimpleRecord[] records = new SimpleRecord[100];
        Arrays.fill(records, TestBatches.record(NOW, "k", "0".repeat(1_000)));
        ByteBuffer bomb = TestBatches.batch(Compression.gzip().build(), records);
        RecordConversion conversion = new RecordConversion(settings(CompressionType.LZ4), NOW, 50_000);

        assertThat(error(conversion.convert(bomb))).isEqualTo(Errors.MESSAGE_TOO_LARGE);
    }

    @Test
    void whatIsTooLargeWhenWrittenAnewIsRefused() {
        ByteBuffer batch =
                TestBatches.batch(Compression.gzip().build(), TestBatches.record(NOW, "k", "0".repeat(2 << 20)));
        RecordConversion conversion = new RecordConversion(settings(CompressionType.NONE), NOW);

        assertThat(error(conversion.convert(batch))).isEqualTo(Errors.MESSAGE_TOO_LARGE);
    }

    @ParameterizedTest
    @EnumSource(value = CompressionType.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void aRecordLargerThanTheTopicTakesDecompressedIsRefusedAsKafkaDoes(CompressionType source) {
        ByteBuffer batch =
                TestBatches.batch(Compression.of(source).build(), TestBatches.record(NOW, "k", "0".repeat(100_000)));

        for (CompressionType target : CompressionType.values()) {
            assertThat(error(new RecordConversion(settings(target, 99_999), NOW).convert(batch)))
                    .isEqualTo(Errors.INVALID_RECORD);
            assertThat(new RecordConversion(settings(target, 101_000), NOW).convert(batch))
                    .isInstanceOf(Converted.Batch.class);
        }
    }

    @ParameterizedTest
    @EnumSource(value = CompressionType.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void nothingIsAllocatedForARecordThatOnlySaysToBeLarge(CompressionType source) throws IOException {
        ByteBuffer batch = TestBatches.lying(source, Integer.MAX_VALUE - 100);

        for (CompressionType target : CompressionType.values()) {
            assertThat(error(new RecordConversion(settings(target), NOW).convert(batch)))
                    .isEqualTo(Errors.INVALID_RECORD);
        }
    }

    @Test
    void garbageInsideIsRefused() {
        for (CompressionType type :
                List.of(CompressionType.GZIP, CompressionType.LZ4, CompressionType.SNAPPY, CompressionType.ZSTD)) {
            ByteBuffer batch =
                    TestBatches.batch(Compression.of(type).build(), TestBatches.record(NOW, "key", "value".repeat(20)));
            for (int at = RecordBatchFormat.RECORDS; at < batch.limit(); at++) {
                batch.put(at, (byte) (at * 31));
            }
            TestBatches.sealed(batch);

            assertThat(error(new RecordConversion(settings(CompressionType.NONE), NOW).convert(batch)))
                    .as(type.name)
                    .isIn(Errors.CORRUPT_MESSAGE, Errors.INVALID_RECORD);
        }
    }

    private static ByteBuffer converted(RecordConversion conversion, ByteBuffer batch) {
        return ((Converted.Batch) conversion.convert(batch)).batch();
    }

    private static Errors error(Converted converted) {
        return ((Converted.Refused) converted).why().error();
    }

    private static TopicSettings settings(CompressionType target) {
        return settings(target, TopicSettings.ANY_DECOMPRESSED_BYTES);
    }

    private static TopicSettings settings(CompressionType target, int maxDecompressedBytes) {
        return new TopicSettings(
                LogConfig.DEFAULTS, 1, Long.MAX_VALUE, 3_600_000, target, level(target), maxDecompressedBytes);
    }

    private static int level(CompressionType target) {
        return switch (target) {
            case GZIP, LZ4, ZSTD -> target.defaultLevel();
            case NONE, SNAPPY -> 0;
        };
    }

    private record Seen(
            long offset,
            long timestamp,
            @Nullable ByteBuffer key,
            @Nullable ByteBuffer value,
            List<Header> headers) {}

    private static List<Seen> records(ByteBuffer batch) {
        List<Seen> seen = new ArrayList<>();
        for (Record entry : MemoryRecords.readableRecords(batch.duplicate()).records()) {
            seen.add(new Seen(entry.offset(), entry.timestamp(), entry.key(), entry.value(), List.of(entry.headers())));
        }
        return seen;
    }
}
