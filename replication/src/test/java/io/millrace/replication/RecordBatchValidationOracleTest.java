package io.millrace.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.RecordBatchFormat;
import io.millrace.replication.RecordConversion.Converted;
import io.millrace.storage.LogConfig;
import io.millrace.storage.LogConfig.Cleanup;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged batches get the same error from us as from Kafka's own log. */
class RecordBatchValidationOracleTest {
    private static final int ROUNDS = Integer.getInteger("fuzz.rounds", 1000);
    private static final int[] FIELDS = {
        RecordBatchFormat.LENGTH,
        RecordBatchFormat.MAGIC,
        RecordBatchFormat.ATTRIBUTES,
        RecordBatchFormat.LAST_OFFSET_DELTA,
        RecordBatchFormat.BASE_TIMESTAMP,
        RecordBatchFormat.MAX_TIMESTAMP,
        RecordBatchFormat.BASE_SEQUENCE,
        RecordBatchFormat.RECORD_COUNT
    };
    private static final int[] VALUES = {-2, -1, 0, 1, 2, 3, 60, 10_000, Integer.MAX_VALUE, Integer.MIN_VALUE};

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);

    @Test
    void batchesOfAnOrdinaryTopic(@TempDir Path directory) {
        compare(directory, Map.of(), RecordBatchValidationTest.settings(LogConfig.DEFAULTS));
    }

    @Test
    void batchesOfACompactedTopic(@TempDir Path directory) {
        compare(
                directory,
                Map.of("cleanup.policy", "compact"),
                RecordBatchValidationTest.settings(RecordBatchValidationTest.withCleanup(Cleanup.COMPACT)));
    }

    private void compare(Path directory, Map<String, String> config, TopicSettings settings) {
        try (KafkaLogOracle kafka = new KafkaLogOracle(directory, config)) {
            for (int round = 0; round < ROUNDS; round++) {
                compare(kafka, settings, damaged(batch()));
            }
        }
    }

    private void compare(KafkaLogOracle kafka, TopicSettings settings, ByteBuffer batch) {
        short version = (short) random.nextInt(5, 14);
        String about = "seed " + seed + ", version " + version + ", " + hex(batch);
        KafkaLogOracle.Verdict theirs = kafka.append(TestBatches.copy(batch), version);
        RefusedBatch refused = RecordBatchValidation.check(batch, settings, version, System.currentTimeMillis());
        boolean looked = refused == null
                && RecordBatchValidation.needsDecompression(batch, settings, System.currentTimeMillis());
        if (looked) {
            refused = convert(settings, batch);
        }
        boolean compressed =
                batch.limit() > RecordBatchFormat.HEADER_SIZE && RecordBatchFormat.compressionId(batch, 0) != 0;
        if (compressed && !looked && refused == null) {
            // What is compressed is not looked into: it passes as long as its header is right.
            return;
        }
        if (theirs.error() == Errors.UNKNOWN_SERVER_ERROR) {
            // Kafka has stumbled over an overflow of its own.
            assertThat(refused).as(about).isNotNull();
            return;
        }
        Errors ours = refused == null ? Errors.NONE : refused.error();
        if (looked && ours == Errors.CORRUPT_MESSAGE) {
            assertThat(theirs.error()).as(about).isNotEqualTo(Errors.NONE);
            return;
        }
        assertThat(ours).as(about).isEqualTo(theirs.error());
        if (compressed && !looked) {
            return;
        }
        List<Integer> indexes = refused == null
                ? List.of()
                : refused.recordErrors().stream()
                        .map(RefusedBatch.RecordError::batchIndex)
                        .toList();
        assertThat(indexes).as(about).isEqualTo(theirs.records());
    }

    private static @Nullable RefusedBatch convert(TopicSettings settings, ByteBuffer batch) {
        return switch (new RecordConversion(settings, System.currentTimeMillis()).convert(batch)) {
            case Converted.Batch _ -> null;
            case Converted.Refused refusal -> refusal.why();
        };
    }

    private ByteBuffer batch() {
        SimpleRecord[] records = new SimpleRecord[1 + random.nextInt(4)];
        for (int i = 0; i < records.length; i++) {
            Header[] headers = new Header[random.nextInt(3)];
            for (int h = 0; h < headers.length; h++) {
                headers[h] = new RecordHeader("h" + h, random.nextBoolean() ? null : bytes());
            }
            long timestamp = System.currentTimeMillis() + (random.nextInt(10) == 0 ? 10_000_000 : 0);
            byte[] key = random.nextInt(4) == 0 ? null : bytes();
            records[i] = new SimpleRecord(timestamp, key, random.nextInt(4) == 0 ? null : bytes(), headers);
        }
        Compression compression = switch (random.nextInt(6)) {
            case 0 -> Compression.gzip().build();
            case 1 -> Compression.lz4().build();
            default -> Compression.NONE;
        };
        return TestBatches.batch(compression, records);
    }

    private byte[] bytes() {
        byte[] bytes = new byte[random.nextInt(10)];
        random.nextBytes(bytes);
        return bytes;
    }

    private ByteBuffer damaged(ByteBuffer batch) {
        int wounds = random.nextInt(3);
        for (int i = 0; i < wounds; i++) {
            switch (random.nextInt(4)) {
                case 0 -> batch.put(random.nextInt(batch.limit()), (byte) random.nextInt());
                case 1 -> edit(batch);
                case 2 ->
                    batch.put(
                            RecordBatchFormat.RECORDS + random.nextInt(batch.limit() - RecordBatchFormat.RECORDS),
                            (byte) random.nextInt());
                default -> {
                    if (random.nextInt(4) == 0) {
                        return batch.limit(random.nextInt(batch.limit()));
                    }
                }
            }
        }
        return random.nextInt(5) == 0 ? batch : TestBatches.sealed(batch);
    }

    private void edit(ByteBuffer batch) {
        int field = FIELDS[random.nextInt(FIELDS.length)];
        int value = VALUES[random.nextInt(VALUES.length)];
        switch (field) {
            case RecordBatchFormat.MAGIC -> batch.put(field, (byte) random.nextInt(-1, 4));
            case RecordBatchFormat.ATTRIBUTES -> batch.putShort(field, (short) random.nextInt(0x30));
            case RecordBatchFormat.BASE_TIMESTAMP, RecordBatchFormat.MAX_TIMESTAMP -> batch.putLong(field, value);
            default -> batch.putInt(field, value);
        }
    }

    private static String hex(ByteBuffer batch) {
        byte[] bytes = new byte[batch.limit()];
        batch.get(0, bytes);
        return HexFormat.of().formatHex(bytes);
    }
}
