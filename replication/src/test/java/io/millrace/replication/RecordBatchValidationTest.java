package io.millrace.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.RecordBatchFormat;
import io.millrace.storage.LogConfig;
import io.millrace.storage.LogConfig.Cleanup;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;

class RecordBatchValidationTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final short LATEST = 13;

    private TopicSettings settings = TopicSettings.DEFAULTS;

    @Test
    void takesWhatProducersSend() {
        assertTaken(TestBatches.batch(1, NOW));
        assertTaken(TestBatches.batch(100, NOW - 5));
        assertTaken(TestBatches.batch(Compression.zstd().build(), TestBatches.keyless(NOW, "v")));
        assertTaken(TestBatches.batch(Compression.NONE, new SimpleRecord(NOW, (byte[]) null, null)));
        Header[] headers = {new RecordHeader("h", new byte[] {1}), new RecordHeader("", null)};
        assertTaken(TestBatches.batch(Compression.NONE, new SimpleRecord(NOW, new byte[0], new byte[300], headers)));
    }

    @Test
    void refusesNothingAndHalfABatch() {
        assertRefused(ByteBuffer.allocate(0), Errors.INVALID_RECORD);
        assertRefused(TestBatches.batch(3, NOW).limit(40), Errors.INVALID_RECORD);
        ByteBuffer lying = TestBatches.batch(3, NOW);
        assertRefused(lying.putInt(RecordBatchFormat.LENGTH, Integer.MAX_VALUE), Errors.INVALID_RECORD);
        assertRefused(TestBatches.batch(3, NOW).putInt(RecordBatchFormat.LENGTH, -1), Errors.CORRUPT_MESSAGE);
    }

    @Test
    void refusesASecondBatchButDropsAFragment() {
        ByteBuffer batch = TestBatches.batch(1, NOW);
        ByteBuffer two = ByteBuffer.allocate(2 * batch.limit());
        two.put(batch.duplicate()).put(batch.duplicate()).flip();
        assertRefused(two, Errors.INVALID_RECORD);

        two.limit(batch.limit() + 30);
        assertTaken(two);
        assertThat(two.limit()).isEqualTo(batch.limit());
    }

    @Test
    void refusesOldAndUnknownFormats() {
        for (byte magic : new byte[] {0, 1}) {
            ByteBuffer old = MemoryRecords.withRecords(magic, Compression.NONE, new SimpleRecord(NOW, new byte[10]))
                    .buffer();
            assertRefused(TestBatches.copy(old), Errors.INVALID_RECORD);
        }
        assertRefused(TestBatches.batch(1, NOW).put(RecordBatchFormat.MAGIC, (byte) 3), Errors.CORRUPT_MESSAGE);
    }

    @Test
    void refusesAWrongChecksum() {
        ByteBuffer batch = TestBatches.batch(2, NOW);
        int last = batch.limit() - 1;
        batch.put(last, (byte) ~batch.get(last));

        assertRefused(batch, Errors.CORRUPT_MESSAGE);
    }

    @Test
    void refusesWhatIsLargerThanAllowed() {
        LogConfig small = withMaxMessageBytes(200);
        settings = settings(small);

        assertTaken(TestBatches.batch(1, NOW));
        assertRefused(TestBatches.batch(20, NOW), Errors.MESSAGE_TOO_LARGE);
    }

    @Test
    void refusesHeadersThatDoNotAgreeWithThemselves() {
        assertRefused(edited(RecordBatchFormat.RECORD_COUNT, 4), Errors.INVALID_RECORD);
        assertRefused(edited(RecordBatchFormat.LAST_OFFSET_DELTA, 4), Errors.INVALID_RECORD);
        assertRefused(edited(RecordBatchFormat.RECORD_COUNT, -1), Errors.INVALID_RECORD);
        ByteBuffer offset = TestBatches.batch(3, NOW).putLong(RecordBatchFormat.BASE_OFFSET, 5);
        assertRefused(offset, Errors.INVALID_RECORD);
        ByteBuffer sequence = TestBatches.batch(3, NOW).putLong(RecordBatchFormat.PRODUCER_ID, 5);
        assertRefused(TestBatches.sealed(sequence), Errors.INVALID_RECORD);
    }

    @Test
    void refusesControlBatches() {
        assertRefused(withAttributes(0x20), Errors.INVALID_RECORD);
    }

    @Test
    void refusesCountsThatTheRecordsDoNotHave() {
        ByteBuffer fewer = TestBatches.batch(3, NOW);
        fewer.putInt(RecordBatchFormat.RECORD_COUNT, 2).putInt(RecordBatchFormat.LAST_OFFSET_DELTA, 1);
        assertRefused(TestBatches.sealed(fewer), Errors.INVALID_RECORD);
        ByteBuffer more = TestBatches.batch(3, NOW);
        more.putInt(RecordBatchFormat.RECORD_COUNT, 4).putInt(RecordBatchFormat.LAST_OFFSET_DELTA, 3);
        assertRefused(TestBatches.sealed(more), Errors.INVALID_RECORD);
    }

    @Test
    void refusesUnknownCompressionAndZstdOfOldClients() {
        assertRefused(withAttributes(5), Errors.CORRUPT_MESSAGE);
        ByteBuffer zstd = TestBatches.batch(Compression.zstd().build(), TestBatches.keyless(NOW, "v"));
        assertThat(error(zstd, (short) 6)).isEqualTo(Errors.UNSUPPORTED_COMPRESSION_TYPE);
        assertThat(error(zstd, (short) 7)).isEqualTo(Errors.NONE);
    }

    @Test
    void refusesTimestampsOutOfBounds() {
        assertRefused(TestBatches.batch(2, NOW + 3_600_001), Errors.INVALID_TIMESTAMP);
        assertTaken(TestBatches.batch(2, NOW + 3_600_000));
        settings = new TopicSettings(LogConfig.DEFAULTS, 1, 1000, 1000, null, 0, TopicSettings.ANY_DECOMPRESSED_BYTES);
        assertRefused(TestBatches.batch(2, NOW - 1001), Errors.INVALID_TIMESTAMP);
        assertTaken(TestBatches.batch(2, NOW - 1000));
    }

    @Test
    void namesTheRecordsAtFault() {
        ByteBuffer batch = TestBatches.batch(
                Compression.NONE,
                TestBatches.record(NOW, "k", "v"),
                TestBatches.record(NOW + 3_600_001, "k", "v"),
                TestBatches.record(NOW, "k", "v"),
                TestBatches.record(NOW + 3_600_001, "k", "v"));

        RefusedBatch refused = Objects.requireNonNull(RecordBatchValidation.check(batch, settings, LATEST, NOW));

        assertThat(refused.recordErrors())
                .extracting(RefusedBatch.RecordError::batchIndex)
                .containsExactly(1, 3);
    }

    @Test
    void refusesRecordsWithoutKeyOnCompactedTopics() {
        settings = settings(withCleanup(Cleanup.COMPACT));

        assertRefused(TestBatches.batch(Compression.NONE, TestBatches.keyless(NOW, "v")), Errors.INVALID_RECORD);
        assertTaken(TestBatches.batch(1, NOW));
    }

    @Test
    void aTimestampTypeOfTheBrokersIsTakenBack() {
        ByteBuffer batch = withAttributes(0x08);

        assertTaken(batch);

        assertThat(RecordBatchFormat.isLogAppendTime(batch, 0)).isFalse();
        assertThat(MemoryRecords.readableRecords(batch).batches()).allMatch(RecordBatch::isValid);
    }

    @Test
    void putsTheLargestTimestampRight() {
        ByteBuffer batch = TestBatches.batch(2, NOW);
        TestBatches.sealed(batch.putLong(RecordBatchFormat.MAX_TIMESTAMP, NOW + 1000));

        assertTaken(batch);

        assertThat(RecordBatchFormat.maxTimestamp(batch, 0)).isEqualTo(NOW);
        assertThat(MemoryRecords.readableRecords(batch).batches()).allMatch(RecordBatch::isValid);
    }

    @Test
    void workOnWhatIsCompressedIsAskedForOnlyWhereNeeded() {
        ByteBuffer gzip = TestBatches.batch(Compression.gzip().build(), TestBatches.keyless(NOW, "v"));
        ByteBuffer plain = TestBatches.batch(1, NOW);

        assertThat(RecordBatchValidation.needsDecompression(gzip, settings, NOW))
                .isFalse();
        settings = settings(withCleanup(Cleanup.COMPACT));
        assertThat(RecordBatchValidation.needsDecompression(gzip, settings, NOW))
                .isTrue();
        assertThat(RecordBatchValidation.needsDecompression(plain, settings, NOW))
                .isFalse();
    }

    private ByteBuffer edited(int field, int value) {
        return TestBatches.sealed(TestBatches.batch(3, NOW).putInt(field, value));
    }

    private static ByteBuffer withAttributes(int attributes) {
        return TestBatches.sealed(TestBatches.batch(3, NOW).putShort(RecordBatchFormat.ATTRIBUTES, (short) attributes));
    }

    private void assertTaken(ByteBuffer batch) {
        assertThat(RecordBatchValidation.check(batch, settings, LATEST, NOW)).isNull();
    }

    private void assertRefused(ByteBuffer batch, Errors error) {
        assertThat(error(batch, LATEST)).isEqualTo(error);
    }

    private Errors error(ByteBuffer batch, short version) {
        RefusedBatch refused = RecordBatchValidation.check(batch, settings, version, NOW);
        return refused == null ? Errors.NONE : refused.error();
    }

    static TopicSettings settings(LogConfig log) {
        return new TopicSettings(log, 1, Long.MAX_VALUE, 3_600_000, null, 0, TopicSettings.ANY_DECOMPRESSED_BYTES);
    }

    private static LogConfig withMaxMessageBytes(int bytes) {
        return config(Cleanup.DELETE, bytes);
    }

    static LogConfig withCleanup(Cleanup cleanup) {
        return config(cleanup, LogConfig.DEFAULTS.maxMessageBytes());
    }

    private static LogConfig config(Cleanup cleanup, int maxMessageBytes) {
        LogConfig from = LogConfig.DEFAULTS;
        return new LogConfig(
                from.durability(),
                cleanup,
                from.segmentBytes(),
                from.segmentMs(),
                from.segmentIndexBytes(),
                from.indexIntervalBytes(),
                from.retentionMs(),
                from.retentionBytes(),
                from.fileDeleteDelayMs(),
                maxMessageBytes,
                TimestampType.CREATE_TIME);
    }
}
