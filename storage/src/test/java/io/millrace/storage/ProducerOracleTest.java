package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.RecordBatchFormat;
import io.millrace.storage.producer.ProducerSnapshot;
import io.millrace.storage.producer.ProducerStates;
import io.millrace.storage.producer.ProducerVerdict;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.BatchMetadata;
import org.apache.kafka.storage.internals.log.ProducerStateEntry;
import org.apache.kafka.storage.internals.log.ProducerStateManager;
import org.apache.kafka.storage.internals.log.ProducerStateManagerConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our decisions on producers' batches beside those of Kafka's own ProducerStateManager. */
class ProducerOracleTest {
    private static final int EXPIRATION_MS = 5_000;

    private final Path directory;
    private ProducerStates ours = new ProducerStates(1_000);
    private ProducerStateManager kafkas;
    private long nextOffset;

    ProducerOracleTest(@TempDir Path directory) throws Exception {
        this.directory = directory;
        this.kafkas = kafka(directory);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void decidesAsKafkaDoes(long seed) throws Exception {
        Random random = new Random(seed);
        int duplicates = 0;
        int refusals = 0;
        for (int i = 0; i < 3_000; i++) {
            ByteBuffer batch = batch(random, i);
            String expected = byKafka(batch);
            String actual = byUs(batch);
            assertThat(actual).as("seed %d, step %d", seed, i).isEqualTo(expected);
            duplicates += expected.startsWith("duplicate") ? 1 : 0;
            refusals += expected.startsWith("refused") ? 1 : 0;
            if (random.nextInt(200) == 0) {
                ours.expire(i, EXPIRATION_MS / 10);
                kafkas.removeExpiredProducers(i + EXPIRATION_MS - EXPIRATION_MS / 10);
            }
            if (random.nextInt(500) == 0) {
                exchangeSnapshots();
            }
        }
        assertThat(duplicates).isPositive();
        assertThat(refusals).isPositive();
    }

    private static ProducerStateManager kafka(Path directory) throws Exception {
        return new ProducerStateManager(
                new TopicPartition("t", 0),
                directory.toFile(),
                60_000,
                new ProducerStateManagerConfig(EXPIRATION_MS, false),
                Time.SYSTEM);
    }

    /** A producer's next batch mostly; else an old one, one too far, another epoch, or one where sequences begin again. */
    private ByteBuffer batch(Random random, int step) {
        long id = random.nextInt(5);
        Optional<ProducerStateEntry> entry = kafkas.lastEntry(id);
        int count = 1 + random.nextInt(3);
        int epoch = entry.map(ProducerStateEntry::producerEpoch).orElse((short) 0);
        int sequence = entry.filter(e -> !e.batchMetadata().isEmpty())
                .map(e -> last(e).lastSeq())
                .map(last -> last == Integer.MAX_VALUE ? 0 : last + 1)
                .orElse(random.nextBoolean() ? 0 : Integer.MAX_VALUE - random.nextInt(6));
        switch (random.nextInt(12)) {
            case 0 -> epoch += 1;
            case 1 -> {
                epoch += 1;
                sequence = 0;
            }
            case 2 -> epoch = Math.max(0, epoch - 1);
            case 3 -> sequence = sequence > Integer.MAX_VALUE - 2 ? 1 : sequence + 1 + random.nextInt(2);
            case 4, 5 -> {
                int kept = entry.map(e -> e.batchMetadata().size()).orElse(0);
                if (kept > 0) {
                    BatchMetadata old = entry.get().batchMetadata().stream()
                            .skip(random.nextInt(kept))
                            .findFirst()
                            .orElseThrow();
                    sequence = old.firstSeq();
                    count = old.offsetDelta() + 1;
                }
            }
            default -> {}
        }
        String[] values = new String[count];
        Arrays.fill(values, "v");
        return Batches.idempotent(id, epoch, sequence, step, values);
    }

    private static BatchMetadata last(ProducerStateEntry entry) {
        return entry.batchMetadata().stream().reduce((first, second) -> second).orElseThrow();
    }

    private String byKafka(ByteBuffer bytes) {
        RecordBatchFormat.assign(bytes, 0, nextOffset, 0);
        RecordBatch batch = MemoryRecords.readableRecords(bytes.duplicate())
                .batches()
                .iterator()
                .next();
        Optional<ProducerStateEntry> known = kafkas.lastEntry(batch.producerId());
        if (known.isPresent() && known.get().producerEpoch() == batch.producerEpoch()) {
            for (BatchMetadata old : known.get().batchMetadata()) {
                if (old.firstSeq() == batch.baseSequence() && old.lastSeq() == batch.lastSequence()) {
                    return "duplicate of " + old.firstOffset() + " to " + old.lastOffset();
                }
            }
        }
        try {
            var update = kafkas.prepareUpdate(batch.producerId(), AppendOrigin.CLIENT);
            update.append(batch, Optional.empty());
            kafkas.update(update);
            kafkas.updateMapEndOffset(batch.nextOffset());
            return "in order";
        } catch (ApiException e) {
            return "refused with " + Errors.forException(e);
        }
    }

    private String byUs(ByteBuffer batch) {
        return switch (ours.check(batch, 0, null, null, true)) {
            case ProducerVerdict.InOrder inOrder -> {
                ours.apply(batch, 0, RecordBatchFormat.maxTimestamp(batch, 0));
                nextOffset = RecordBatchFormat.lastOffset(batch, 0) + 1;
                yield inOrder.equals(new ProducerVerdict.InOrder()) ? "in order" : "";
            }
            case ProducerVerdict.Duplicate known -> "duplicate of " + known.baseOffset() + " to " + known.lastOffset();
            case ProducerVerdict.Refused refused -> "refused with " + refused.error();
        };
    }

    /** Kafka goes on with our snapshot, we with Kafka's (which has one batch a producer). */
    private void exchangeSnapshots() throws Exception {
        Path file = directory.resolve("%020d.snapshot".formatted(nextOffset));
        Files.write(file, ProducerSnapshot.write(ours).array());
        var read = ProducerStateManager.readSnapshot(file.toFile());
        Files.delete(file);
        ProducerStateManager.writeSnapshot(file.toFile(), kafkas.activeProducers(), false);
        ours = new ProducerStates(1_000);
        assertThat(ProducerSnapshot.read(ByteBuffer.wrap(Files.readAllBytes(file)), ours))
                .isTrue();
        kafkas = kafka(directory);
        read.forEach(kafkas::loadProducerEntry);
    }

    @Test
    void aSnapshotOfOursKeepsAllFiveBatches() {
        for (int i = 0; i < 7; i++) {
            ByteBuffer batch = Batches.idempotent(1, 0, i, 1, "v");
            RecordBatchFormat.assign(batch, 0, i, 0);
            ours.apply(batch, 0, 1);
        }

        ProducerStates again = new ProducerStates(1_000);
        assertThat(ProducerSnapshot.read(ProducerSnapshot.write(ours), again)).isTrue();

        for (int i = 2; i < 7; i++) {
            assertThat(again.check(Batches.idempotent(1, 0, i, 1, "v"), 0, null, null, true))
                    .isEqualTo(new ProducerVerdict.Duplicate(i, i, 1));
        }
        assertThat(again.check(Batches.idempotent(1, 0, 1, 1, "v"), 0, null, null, true))
                .isInstanceOf(ProducerVerdict.Refused.class);
    }

    @Test
    void aDamagedSnapshotIsNotRead() {
        ours.apply(Batches.idempotent(1, 0, 0, 1, "v"), 0, 1);
        ByteBuffer snapshot = ProducerSnapshot.write(ours);
        for (int at = 0; at < snapshot.limit(); at++) {
            ByteBuffer damaged = ByteBuffer.allocate(snapshot.limit())
                    .put(snapshot.duplicate())
                    .flip();
            damaged.put(at, (byte) (damaged.get(at) ^ 4));
            assertThat(ProducerSnapshot.read(damaged, new ProducerStates(10)))
                    .as("byte %d", at)
                    .isFalse();
        }
    }

    @Test
    void overTheBoundTheProducerIdleForLongestIsForgotten() {
        ours = new ProducerStates(2);
        for (long id : new long[] {1, 2, 1, 3}) {
            ours.apply(Batches.idempotent(id, 0, 0, 1, "v"), 0, 1);
        }

        assertThat(ours.count()).isEqualTo(2);
        assertThat(ours.check(Batches.idempotent(2, 0, 99, 1, "v"), 0, null, null, true))
                .isEqualTo(new ProducerVerdict.InOrder());
        assertThat(ours.check(Batches.idempotent(1, 0, 99, 1, "v"), 0, null, null, true))
                .isInstanceOf(ProducerVerdict.Refused.class);
    }

    @Test
    void anOpenTransactionHoldsTheFirstUnstableOffset() {
        ByteBuffer data = Batches.transactional(9, 0, "v", "w");
        RecordBatchFormat.assign(data, 0, 40, 0);

        ours.apply(data, 0, 1);

        assertThat(ours.openTransactions()).containsExactly(40L);
        ours.expire(Long.MAX_VALUE / 2, 1);
        assertThat(ours.count()).isEqualTo(1);
    }
}
