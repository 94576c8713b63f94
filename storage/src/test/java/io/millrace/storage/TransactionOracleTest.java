package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.RecordBatchFormat;
import io.millrace.protocol.TransactionMarker;
import io.millrace.storage.producer.ProducerSnapshot;
import io.millrace.storage.producer.ProducerStates;
import io.millrace.storage.producer.ProducerVerdict;
import io.millrace.storage.producer.TransactionChange;
import io.millrace.storage.producer.Verification;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Our decisions on transactional batches and markers beside those of Kafka's ProducerStateManager. What Kafka's log does around
 * it (a transaction's first batch has to be verified) is said here once more.
 */
class TransactionOracleTest {
    private final Path directory;
    private final Map<Long, Verification> verified = new HashMap<>();
    private final Map<String, Integer> seen = new TreeMap<>();
    private ProducerStates ours = new ProducerStates(1_000);
    private ProducerStateManager kafkas;
    private long nextOffset;

    TransactionOracleTest(@TempDir Path directory) throws Exception {
        this.directory = directory;
        this.kafkas = kafka(directory);
    }

    private static ProducerStateManager kafka(Path directory) throws Exception {
        return new ProducerStateManager(
                new TopicPartition("t", 0),
                directory.toFile(),
                60_000,
                new ProducerStateManagerConfig(1 << 30, true),
                Time.SYSTEM);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void decidesAsKafkaDoes(long seed) throws Exception {
        Random random = new Random(seed);
        for (int i = 0; i < 4_000; i++) {
            long id = random.nextInt(4);
            if (random.nextInt(3) == 0) {
                verify(random, id);
            }
            boolean marker = random.nextInt(3) == 0;
            int version = random.nextInt(3);
            ByteBuffer batch = marker ? marker(random, id) : data(random, id);
            RecordBatchFormat.assign(batch, 0, nextOffset, 0);

            String expected = byKafka(batch, version);
            assertThat(byUs(batch, version)).as("seed %d, step %d", seed, i).isEqualTo(expected);
            seen.merge((marker ? "marker " : "data ") + expected.replaceAll("\\d+", "N"), 1, Integer::sum);

            assertThat(ours.openTransactions().stream().findFirst())
                    .as("first undecided offset, seed %d, step %d", seed, i)
                    .isEqualTo(kafkas.firstUndecidedOffset().stream().boxed().findFirst());
            if (random.nextInt(400) == 0) {
                exchangeSnapshots();
            }
        }
        assertThat(seen.keySet())
                .as("%s", seen)
                .contains(
                        "data in order",
                        "data duplicate",
                        "data refused with INVALID_TXN_STATE",
                        "data refused with INVALID_PRODUCER_EPOCH",
                        "data refused with OUT_OF_ORDER_SEQUENCE_NUMBER",
                        "marker in order",
                        "marker aborted from N to N, stable up to N",
                        "marker committed from N to N, stable up to N",
                        "marker refused with INVALID_PRODUCER_EPOCH",
                        "marker refused with TRANSACTION_COORDINATOR_FENCED");
    }

    private Optional<ProducerStateEntry> entry(long id) {
        return kafkas.lastEntry(id);
    }

    private static int nextSequence(Optional<ProducerStateEntry> entry) {
        return entry.flatMap(e -> e.batchMetadata().stream().reduce((first, second) -> second))
                .map(last -> last.lastSeq() + 1)
                .orElse(0);
    }

    private boolean ongoing(long id, short epoch) {
        return entry(id)
                .filter(e -> e.currentTxnFirstOffset().isPresent() && e.producerEpoch() == epoch)
                .isPresent();
    }

    private void verify(Random random, long id) {
        short epoch = (short) (epoch(id) + (random.nextInt(4) == 0 ? 1 : 0));
        int sequence = random.nextInt(4) == 0 ? random.nextInt(3) : nextSequence(entry(id));
        boolean bumps = random.nextBoolean();
        Verification ofOurs = ours.verifications().begin(id, epoch, sequence, bumps);
        assertThat(ofOurs == null).isEqualTo(ongoing(id, epoch));
        if (ofOurs != null) {
            kafkas.maybeCreateVerificationStateEntry(id, sequence, epoch, bumps);
            verified.put(id, ofOurs);
        }
    }

    private short epoch(long id) {
        return entry(id).map(ProducerStateEntry::producerEpoch).orElse((short) 0);
    }

    private ByteBuffer marker(Random random, long id) {
        int epoch = Math.max(0, epoch(id) + random.nextInt(4) - 1);
        int coordinator = entry(id).map(ProducerStateEntry::coordinatorEpoch).orElse(0);
        int coordinatorEpoch = Math.max(0, coordinator + (random.nextInt(6) == 0 ? random.nextInt(3) - 1 : 0));
        return new TransactionMarker(random.nextBoolean(), coordinatorEpoch).batch(1, id, (short) epoch);
    }

    private ByteBuffer data(Random random, long id) {
        int epoch = epoch(id);
        int sequence = nextSequence(entry(id));
        switch (random.nextInt(10)) {
            case 0 -> sequence += 1;
            case 1 -> {
                epoch += 1;
                sequence = random.nextInt(2);
            }
            case 2 -> epoch = Math.max(0, epoch - 1);
            case 3 -> sequence = Math.max(0, sequence - 1);
            default -> {}
        }
        // Kafka holds a verification under way against a producer's other batches too, which no producer sends.
        return random.nextInt(5) == 0 && kafkas.verificationStateEntry(id) == null
                ? Batches.idempotent(id, epoch, sequence, 1, "v")
                : Batches.transactional(id, epoch, sequence, "v");
    }

    private String byKafka(ByteBuffer bytes, int version) {
        RecordBatch batch = MemoryRecords.readableRecords(bytes.duplicate())
                .batches()
                .iterator()
                .next();
        long id = batch.producerId();
        Optional<ProducerStateEntry> known = entry(id);
        if (!batch.isControlBatch() && known.isPresent() && known.get().producerEpoch() == batch.producerEpoch()) {
            for (BatchMetadata old : known.get().batchMetadata()) {
                if (old.firstSeq() == batch.baseSequence() && old.lastSeq() == batch.lastSequence()) {
                    return "duplicate";
                }
            }
        }
        if (batch.isTransactional() && !ongoing(id, batch.producerEpoch())) {
            if (known.isPresent() && batch.producerEpoch() < known.get().producerEpoch()) {
                return "refused with INVALID_PRODUCER_EPOCH";
            }
            if (!batch.isControlBatch() && kafkas.verificationStateEntry(id) == null) {
                return "refused with INVALID_TXN_STATE";
            }
        }
        try {
            var update =
                    kafkas.prepareUpdate(id, batch.isControlBatch() ? AppendOrigin.COORDINATOR : AppendOrigin.CLIENT);
            var completed = update.append(batch, Optional.empty(), (short) version);
            if (batch.isTransactional()) {
                kafkas.clearVerificationStateEntry(id);
            }
            kafkas.update(update);
            kafkas.updateMapEndOffset(batch.nextOffset());
            if (completed.isEmpty()) {
                return "in order";
            }
            long stable = kafkas.lastStableOffset(completed.get());
            kafkas.completeTxn(completed.get());
            kafkas.onHighWatermarkUpdated(batch.nextOffset());
            return ended(
                    completed.get().isAborted(),
                    completed.get().firstOffset(),
                    completed.get().lastOffset(),
                    stable);
        } catch (ApiException e) {
            return "refused with " + Errors.forException(e);
        }
    }

    private static String ended(boolean aborted, long first, long last, long stable) {
        return (aborted ? "aborted" : "committed") + " from " + first + " to " + last + ", stable up to " + stable;
    }

    private String byUs(ByteBuffer batch, int version) {
        long id = RecordBatchFormat.producerId(batch, 0);
        ProducerVerdict verdict = RecordBatchFormat.isControl(batch, 0)
                ? ours.checkMarker(batch, 0, version)
                : ours.check(batch, 0, null, verified.get(id), true);
        return switch (verdict) {
            case ProducerVerdict.InOrder inOrder -> apply(batch);
            case ProducerVerdict.Duplicate known -> "duplicate";
            case ProducerVerdict.Refused refused -> "refused with " + refused.error();
        };
    }

    private String apply(ByteBuffer batch) {
        TransactionChange change = ours.apply(batch, 0, RecordBatchFormat.maxTimestamp(batch, 0));
        nextOffset = RecordBatchFormat.lastOffset(batch, 0) + 1;
        return change instanceof TransactionChange.Ended ended
                ? ended(!ended.committed(), ended.firstOffset(), ended.lastOffset(), ended.lastStableOffset())
                : "in order";
    }

    /** Kafka goes on with our snapshot, we with Kafka's. Verifications under way are lost with a restart. */
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
        verified.clear();
    }
}
