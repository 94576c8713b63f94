package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.storage.LogAppend.Origin;
import io.millrace.storage.LogConfig.Cleanup;
import io.millrace.storage.LogConfig.Compaction;
import io.millrace.storage.disk.CheckedFile;
import io.millrace.storage.disk.Disk;
import io.millrace.storage.disk.FileDisk;
import io.millrace.storage.sim.ManualWorkers;
import io.millrace.storage.sim.SimDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Our cleaning beside that of Kafka's own Cleaner: the same batches go into both logs, which are cleaned at the same times, and
 * must come out the same, byte for byte, segment by segment.
 */
class CleanerOracleTest {
    private static final int ROUNDS = 6;
    private static final int BATCHES = 60;
    private static final int KEYS = 25;
    private static final long SEGMENT_MS = 1_000;
    private static final long DELETE_RETENTION_MS = 40_000;

    @TempDir
    Path directory;

    private final ManualWorkers workers = new ManualWorkers();
    private final SimDisk disk = new SimDisk(() -> this.nowMs, new Random(1));
    private final Map<Long, Integer> nextSequence = new HashMap<>();
    private final Map<Long, Boolean> inTransaction = new HashMap<>();
    private Random random = new Random();
    private long nowMs = 1_000_000;
    private int removed;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void leavesWhatKafkaLeaves(long seed) throws Exception {
        random = new Random(seed);
        TimestampType type = seed % 4 == 0 ? TimestampType.LOG_APPEND_TIME : TimestampType.CREATE_TIME;
        try (KafkaCleaner kafka = new KafkaCleaner(directory.resolve("kafka/events-0"), () -> nowMs, config(type));
                LogDirectories store = open()) {
            store.open(TestStore.EVENTS, logConfig(type));
            workers.drain(random);
            PartitionLog ours = store.opened(TestStore.EVENTS).orElseThrow();
            for (int round = 0; round < ROUNDS; round++) {
                fill(kafka, ours);
                store.checkpoint();
                workers.drain(random);
                long before = ours.sizeInBytes();
                kafka.clean();
                store.clean();
                workers.drain(random);
                removed += before > ours.sizeInBytes() ? 1 : 0;
                assertThat(batches(disk, Path.of("/ours/topics/events-0")))
                        .as("seed %d, round %d", seed, round)
                        .isEqualTo(batches(new FileDisk(), directory.resolve("kafka/events-0")));
                nowMs += random.nextInt(30_000);
            }
        }
        assertThat(removed).isGreaterThan(ROUNDS / 2);
    }

    private static Map<String, String> config(TimestampType type) {
        return Map.of(
                "cleanup.policy", "compact",
                "segment.ms", Long.toString(SEGMENT_MS),
                "delete.retention.ms", Long.toString(DELETE_RETENTION_MS),
                "message.timestamp.type", type.name,
                "message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE));
    }

    private static LogConfig logConfig(TimestampType type) {
        return new LogConfig(
                LogConfig.Durability.DISK,
                Cleanup.COMPACT.with(new Compaction(0, Long.MAX_VALUE, 0, DELETE_RETENTION_MS)),
                1 << 30,
                SEGMENT_MS,
                10 << 20,
                4096,
                -1,
                -1,
                0,
                1 << 20,
                type);
    }

    private LogDirectories open() throws IOException {
        LogStoreConfig config =
                LogStoreConfig.of(Path.of("/ours")).withClock(() -> Instant.ofEpochMilli(nowMs));
        return LogDirectories.open(config, disk, workers);
    }

    private void fill(KafkaCleaner kafka, PartitionLog ours) throws IOException {
        for (int i = 0; i < BATCHES; i++) {
            nowMs += random.nextInt(8) == 0 ? 2 * SEGMENT_MS : random.nextInt(20);
            ByteBuffer batch = nextBatch();
            List<AppendOutcome> outcome = new ArrayList<>();
            ByteBuffer copy = ByteBuffer.allocate(batch.remaining());
            copy.put(batch.duplicate()).flip();
            boolean marker = MemoryRecords.readableRecords(batch.duplicate())
                    .batches()
                    .iterator()
                    .next()
                    .isControlBatch();
            kafka.append(batch, marker);
            ours.append(new LogAppend(copy, 0, marker ? Origin.COORDINATOR : Origin.CLIENT, outcome::add));
            workers.drain(random);
            assertThat(outcome).hasOnlyElementsOfType(AppendOutcome.Appended.class);
        }
    }

    private ByteBuffer nextBatch() {
        long producerId = random.nextInt(8) - 2;
        if (producerId >= 3 && inTransaction.getOrDefault(producerId, false) && random.nextInt(3) == 0) {
            inTransaction.put(producerId, false);
            ControlRecordType type = random.nextBoolean() ? ControlRecordType.ABORT : ControlRecordType.COMMIT;
            return MemoryRecords.withEndTransactionMarker(
                            0, nowMs, 0, producerId, (short) 0, new EndTransactionMarker(type, 0))
                    .buffer();
        }
        return data(Math.max(-1, producerId));
    }

    private ByteBuffer data(long producerId) {
        SimpleRecord[] records = new SimpleRecord[1 + random.nextInt(5)];
        for (int i = 0; i < records.length; i++) {
            byte @Nullable [] value = random.nextInt(5) == 0 ? null : new byte[random.nextInt(300)];
            records[i] =
                    new SimpleRecord(nowMs - random.nextInt(10), ("key " + random.nextInt(KEYS)).getBytes(), value);
        }
        int sequence = producerId < 0 ? -1 : nextSequence.getOrDefault(producerId, 0);
        nextSequence.put(producerId, sequence + records.length);
        boolean transactional = producerId >= 3;
        inTransaction.put(producerId, transactional);
        CompressionType codec = CompressionType.values()[random.nextInt(CompressionType.values().length)];
        Compression compression = Compression.of(codec).build();
        return transactional
                ? MemoryRecords.withTransactionalRecords(
                                RecordBatch.MAGIC_VALUE_V2, 0, compression, producerId, (short) 0, sequence, 0, records)
                        .buffer()
                : MemoryRecords.withIdempotentRecords(
                                RecordBatch.MAGIC_VALUE_V2,
                                0,
                                compression,
                                producerId,
                                (short) (producerId < 0 ? -1 : 0),
                                sequence,
                                0,
                                records)
                        .buffer();
    }

    /** All batches of a log's segments, as text: where they are, what they are, and what bytes. */
    private static List<String> batches(Disk disk, Path log) throws IOException {
        List<String> seen = new ArrayList<>();
        for (String name : disk.list(log).stream().sorted().toList()) {
            if (name.endsWith(".log")) {
                seen.add(name);
                ByteBuffer bytes = CheckedFile.readAll(disk, log.resolve(name));
                for (var batch : MemoryRecords.readableRecords(bytes).batches()) {
                    batch.ensureValid();
                    seen.add("%s %s horizon %s control %s of %d: %s"
                            .formatted(
                                    batch,
                                    batch.compressionType(),
                                    batch.deleteHorizonMs(),
                                    batch.isControlBatch(),
                                    batch.producerId(),
                                    describe(batch)));
                }
            }
        }
        return seen;
    }

    private static List<String> describe(RecordBatch batch) {
        List<String> records = new ArrayList<>();
        batch.forEach(data -> records.add(data.offset() + "@" + data.timestamp() + " " + data.keySize() + "/"
                + data.valueSize() + " " + data.key().hashCode()));
        return records;
    }
}
