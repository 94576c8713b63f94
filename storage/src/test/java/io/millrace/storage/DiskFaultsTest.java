package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.storage.segment.SegmentName;
import io.millrace.storage.sim.SimFault;
import io.millrace.storage.sim.SimOp;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DiskFaultsTest {
    private final SimStore sim;

    DiskFaultsTest() throws Exception {
        sim = new SimStore("/a/data", "/b/data");
    }

    @ParameterizedTest
    @EnumSource(
            value = SimOp.class,
            names = {"READ", "WRITE", "FORCE", "SYNC_DIRECTORY", "OPEN"})
    void aDirectoryWhoseDiskFailsGoesOfflineAndTheOtherServesOn(SimOp operation) {
        PartitionLog bad = sim.log(0, TestConfigs.segmentBytes(200));
        PartitionLog good = sim.log(1, TestConfigs.segmentBytes(200));
        sim.append(bad, Batches.sized(1, 150));
        sim.append(good, Batches.sized(1, 150));
        sim.disk.add(SimFault.failing(Set.of(operation), path -> path.startsWith("/a"), 1));

        sim.append(bad, Batches.sized(2, 150));
        readWhatever(bad);
        sim.append(good, Batches.sized(2, 150));

        assertThat(sim.store.directories().stream().map(LogStore.Directory::online))
                .containsExactly(false, true);
        assertThat(good.durableEnd().offset()).isEqualTo(2);
        assertThat(TestStore.values(good, 0)).hasSize(2);
        assertThat(refusal(sim.append(bad, Batches.sized(3, 150)))).isEqualTo(Errors.KAFKA_STORAGE_ERROR);
        assertThatThrownBy(() -> bad.read(0, 1_000, bad.end(), true)).isInstanceOf(KafkaStorageException.class);
        assertThatThrownBy(() -> bad.firstAtOrAfter(0, 2)).isInstanceOf(KafkaStorageException.class);
    }

    private static void readWhatever(PartitionLog log) {
        try {
            TestStore.values(log, 0);
        } catch (RuntimeException e) {
            assertThat(e).hasMessageContaining("");
        }
    }

    private static Errors refusal(AppendOutcome outcome) {
        assertThat(outcome).isInstanceOf(AppendOutcome.Refused.class);
        return ((AppendOutcome.Refused) outcome).error();
    }

    @Test
    void whatFindsNoSpaceHalfwayIsRefusedAndLeavesNoTrace() throws Exception {
        PartitionLog log = sim.log(0, LogConfig.DEFAULTS);
        sim.append(log, Batches.idempotent(5, 0, 0, 1, "a"));
        sim.disk.capacity("a", sim.disk.usedBytes("a") + 20);

        AppendOutcome refused = sim.append(log, Batches.idempotent(5, 0, 1, 1, "b", "c"));

        assertThat(refusal(refused)).isEqualTo(Errors.KAFKA_STORAGE_ERROR);
        assertThat(sim.store.directories().getFirst().online()).isTrue();
        assertThat(TestStore.values(log, 0)).containsExactly("a");
        assertThat(sim.disk.size(SimStore.file(log, 0, SegmentName.LOG))).isEqualTo(log.sizeInBytes());

        sim.disk.capacity("a", Long.MAX_VALUE);
        sim.store.tick();
        assertThat(sim.append(log, Batches.idempotent(5, 0, 1, 1, "d")))
                .isInstanceOfSatisfying(
                        AppendOutcome.Appended.class,
                        appended -> assertThat(appended.baseOffset()).isEqualTo(1));
        assertThat(TestStore.values(log, 0)).containsExactly("a", "d");
        sim.restart();
        assertThat(TestStore.values(sim.log(0, LogConfig.DEFAULTS), 0)).containsExactly("a", "d");
    }

    @Test
    void onAFullVolumeSegmentsCanBeDeletedAndThenThereIsSpace() {
        LogConfig config = TestConfigs.segmentBytes(200);
        PartitionLog log = sim.log(0, config);
        for (int i = 0; i < 6; i++) {
            sim.append(log, Batches.sized(i, 150));
        }
        sim.disk.capacity("a", sim.disk.usedBytes("a"));
        assertThat(refusal(sim.append(log, Batches.sized(9, 150)))).isEqualTo(Errors.KAFKA_STORAGE_ERROR);

        var start = log.advanceStart(5);
        sim.workers.drain(sim.random);

        assertThat(start).isCompletedWithValue(5L);
        sim.store.tick();
        assertThat(sim.append(log, Batches.sized(9, 150))).isInstanceOf(AppendOutcome.Appended.class);
    }

    @Test
    void aBatchWithoutASaneHeaderIsSaidToBeCorruptAndThoseBeforeItAreRead() throws Exception {
        PartitionLog log = sim.log(0, LogConfig.DEFAULTS);
        for (int i = 0; i < 3; i++) {
            sim.append(log, Batches.batch(i, "v" + i));
        }
        int size = (int) log.sizeInBytes() / 3;
        Path file = SimStore.file(log, 0, SegmentName.LOG);
        sim.append(log, Batches.batch(3, "v3"));
        sim.restart();
        sim.disk.flipBit(file, size + 16, 0); // magic of the second batch
        PartitionLog again = sim.log(0, LogConfig.DEFAULTS);

        assertThat(again.end().offset()).isEqualTo(4);
        assertThat(Batches.values(TestStore.bytes(again.read(0, 1_000, again.end(), true))))
                .containsExactly("v0");
        assertThatThrownBy(() -> again.read(1, 1_000, again.end(), true)).isInstanceOf(CorruptRecordException.class);
        sim.append(again, Batches.batch(4, "v4"));
        assertThat(Batches.values(TestStore.bytes(again.read(4, 1_000, again.end(), true))))
                .containsExactly("v4");
        assertThat(sim.store.directories().getFirst().online()).isTrue();
    }

    /** What may be damaged, of a sealed segment and of the active one, while it is in use or while the broker is down. */
    @ParameterizedTest
    @CsvSource({
        ".index, 0, false", ".index, 0, true", ".timeindex, 0, false", ".timeindex, 0, true",
        ".index, 20, false", ".index, 20, true", ".timeindex, 20, false", ".timeindex, 20, true"
    })
    void aDamagedIndexIsMadeAnew(String suffix, long base, boolean whileDown) throws Exception {
        for (Damage damage : Damage.values()) {
            SimStore store = new SimStore("/a/data");
            LogConfig config = TestConfigs.segmentBytes(20 * 150);
            PartitionLog log = store.log(0, config);
            for (int i = 0; i < 36; i++) {
                store.append(log, Batches.sized(i, 150));
            }
            Path file = SimStore.file(log, base, suffix);
            store.restart(); // writes the active segment's indexes
            if (!whileDown) {
                store.log(0, config);
            }
            damage.done(store, file);
            PartitionLog again = store.log(0, config);

            assertThat(again.end().offset()).isEqualTo(36);
            for (int i = 0; i < 36; i++) {
                assertThat(again.firstAtOrAfter(i, 36).orElseThrow().offset())
                        .as("%s of %s at %d", damage, file, i)
                        .isEqualTo(i);
                assertThat(Batches.records(TestStore.bytes(again.read(i, 1, again.end(), true))))
                        .extracting(Batches.Seen::offset)
                        .isEqualTo(List.of((long) i));
            }
            assertThat(again.maxTimestamp(36).orElseThrow().offset()).isEqualTo(35);
            assertThat(again.maxTimestamp(20).orElseThrow().offset()).isEqualTo(19);
        }
    }

    private enum Damage {
        DELETED,
        EMPTIED,
        CUT_IN_AN_ENTRY,
        CUT_BETWEEN_ENTRIES,
        BIT_FLIPPED_IN_THE_FIRST,
        BIT_FLIPPED_IN_THE_LAST;

        void done(SimStore store, Path file) throws Exception {
            if (!store.disk.exists(file)) {
                return;
            }
            int size = (int) store.disk.size(file);
            int entry = file.toString().endsWith(".timeindex") ? 12 : 8;
            switch (this) {
                case DELETED -> store.disk.delete(file);
                case EMPTIED -> cut(store, file, 0);
                case CUT_IN_AN_ENTRY -> cut(store, file, Math.max(0, size - 3));
                case CUT_BETWEEN_ENTRIES -> cut(store, file, Math.max(0, size - 2 * entry));
                case BIT_FLIPPED_IN_THE_FIRST -> store.disk.flipBit(file, 3, 1);
                case BIT_FLIPPED_IN_THE_LAST -> store.disk.flipBit(file, size - entry + 3, 1);
            }
        }

        private static void cut(SimStore store, Path file, int to) throws Exception {
            try (FileChannel channel = store.disk.openToWrite(file)) {
                channel.truncate(to);
            }
        }
    }
}
