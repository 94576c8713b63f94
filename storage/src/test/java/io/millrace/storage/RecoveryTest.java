package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.storage.segment.SegmentName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is made of files that are not as a clean stop leaves them. Most logs here have no checkpoint to lean on. */
class RecoveryTest {
    private static final int BATCHES = 200;
    private static final LogConfig CONFIG = TestConfigs.segmentBytes(8_000);

    @TempDir
    Path data;

    private final List<String> written = new ArrayList<>();
    private Path files;

    @BeforeEach
    void writeSomeSegments() throws Exception {
        try (TestStore store = new TestStore(data)) {
            PartitionLog log = store.log(CONFIG);
            for (int i = 0; i < BATCHES; i++) {
                written.add("value " + i + " " + "x".repeat(100));
                TestStore.append(log, Batches.batch(1_000 + i, written.getLast()));
            }
        }
        files = data.resolve("topics/events-0");
        assertThat(bases()).hasSizeGreaterThan(3);
    }

    private List<Long> bases() throws IOException {
        try (var all = Files.list(files)) {
            return all.flatMap(
                            file -> SegmentName.offsetOf(String.valueOf(file.getFileName()), SegmentName.LOG).stream()
                                    .boxed())
                    .sorted()
                    .toList();
        }
    }

    private Path file(long base, String suffix) {
        return SegmentName.path(files, base, suffix);
    }

    private void forgetCheckpoint() throws IOException {
        Files.delete(data.resolve("checkpoint"));
    }

    private void assertLogHolds(List<String> values) {
        try (TestStore store = new TestStore(data)) {
            PartitionLog log = store.log(CONFIG);
            assertThat(log.end().offset()).isEqualTo(values.size());
            assertThat(log.durableEnd()).isEqualTo(log.end());
            assertThat(TestStore.values(log, 0)).isEqualTo(values);
            for (int i = 0; i < values.size(); i += 13) {
                assertThat(TestStore.read(log, i).getFirst().value()).isEqualTo(values.get(i));
                assertThat(log.firstAtOrAfter(1_000 + i, values.size()))
                        .contains(new PartitionLog.TimestampedOffset(1_000 + i, i, 0));
            }
            TestStore.append(log, Batches.batch(9_000, "goes on"));
            assertThat(TestStore.values(log, values.size())).containsExactly("goes on");
        }
    }

    @Test
    void withoutACheckpointEverythingIsCheckedAndKept() throws Exception {
        forgetCheckpoint();
        assertLogHolds(written);
    }

    @Test
    void aDamagedCheckpointIsAsNone() throws Exception {
        Files.write(data.resolve("checkpoint"), new byte[] {1, 2, 3});
        assertLogHolds(written);
    }

    @Test
    void aTornTailIsCut() throws Exception {
        Path log = file(bases().getLast(), SegmentName.LOG);
        try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - 7);
        }
        assertLogHolds(written.subList(0, BATCHES - 1));
    }

    @Test
    void zerosBehindTheEndAreCut() throws Exception {
        Files.write(file(bases().getLast(), SegmentName.LOG), new byte[5_000], StandardOpenOption.APPEND);
        assertLogHolds(written);
    }

    @Test
    void garbageBehindTheEndIsCut() throws Exception {
        byte[] garbage = new byte[3_000];
        new Random(5).nextBytes(garbage);
        Files.write(file(bases().getLast(), SegmentName.LOG), garbage, StandardOpenOption.APPEND);
        assertLogHolds(written);
    }

    @Test
    void aFlippedBitBehindTheRecoveryPointEndsTheLogThere() throws Exception {
        forgetCheckpoint();
        long base = bases().getLast();
        Path log = file(base, SegmentName.LOG);
        byte[] bytes = Files.readAllBytes(log);
        int size = ByteBuffer.wrap(bytes).getInt(8) + 12;
        bytes[size + size / 2] ^= 1;
        Files.write(log, bytes);

        assertLogHolds(written.subList(0, (int) base + 1));
    }

    @Test
    void segmentsBehindACutAreRemoved() throws Exception {
        forgetCheckpoint();
        List<Long> bases = bases();
        try (FileChannel channel = FileChannel.open(file(bases.get(1), SegmentName.LOG), StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - 1);
        }
        assertLogHolds(written.subList(0, (int) (bases.get(2) - 1)));
        assertThat(bases()).hasSize(2);
    }

    @Test
    void theBrokerMayStopRightAfterItMadeANewSegment() throws Exception {
        Files.createFile(file(BATCHES, SegmentName.LOG));
        assertLogHolds(written);
    }

    @Test
    void aSegmentThatDoesNotFollowIsRemoved() throws Exception {
        Files.createFile(file(BATCHES + 50, SegmentName.LOG));
        assertLogHolds(written);
    }

    @Test
    void lostIndexesAreBuiltAnew() throws Exception {
        for (long base : bases()) {
            Files.deleteIfExists(file(base, SegmentName.OFFSET_INDEX));
            Files.deleteIfExists(file(base, SegmentName.TIME_INDEX));
        }
        assertLogHolds(written);
        assertThat(file(bases().getFirst(), SegmentName.OFFSET_INDEX)).isNotEmptyFile();
    }

    @Test
    void indexesFullOfGarbageAreBuiltAnew() throws Exception {
        for (long base : bases()) {
            byte[] garbage = new byte[160];
            new Random(base).nextBytes(garbage);
            for (int at = 0; at < garbage.length; at += 8) {
                garbage[at] &= 0x7f;
                garbage[at + 4] &= 0x7f;
            }
            Files.write(file(base, SegmentName.OFFSET_INDEX), garbage);
        }
        try (TestStore store = new TestStore(data)) {
            PartitionLog log = store.log(CONFIG);
            for (int i = 0; i < BATCHES; i += 7) {
                assertThat(TestStore.read(log, i).getFirst().value()).isEqualTo(written.get(i));
            }
        }
    }

    @Test
    void orphansAndLeftoversAreRemoved() throws Exception {
        Path orphan = Files.createFile(file(77, SegmentName.OFFSET_INDEX));
        Path deleted = Files.createFile(file(0, SegmentName.LOG + SegmentName.DELETED));
        Path directory = Files.createDirectories(data.resolve("topics/old-0.123-delete"));
        Files.createFile(directory.resolve("x.log"));

        assertLogHolds(written);

        assertThat(orphan).doesNotExist();
        assertThat(deleted).doesNotExist();
        assertThat(directory).doesNotExist();
    }

    @Test
    void lostSnapshotsAndEpochsAreFoundInTheBatches() throws Exception {
        forgetCheckpoint();
        Files.delete(files.resolve("leader-epoch-checkpoint"));
        try (var all = Files.list(files)) {
            for (Path file :
                    all.filter(f -> f.toString().endsWith(SegmentName.SNAPSHOT)).toList()) {
                Files.delete(file);
            }
        }
        try (TestStore store = new TestStore(data)) {
            assertThat(store.log(CONFIG).epochAt(BATCHES - 1)).contains(0);
        }
        assertLogHolds(written);
    }

    @Test
    void aDirectoryWithoutTopicIdWasNeverAcknowledgedAndGoes() throws Exception {
        forgetCheckpoint();
        Files.delete(files.resolve("partition.metadata"));
        try (TestStore store = new TestStore(data)) {
            assertThat(store.store().stored()).isEmpty();
            assertThat(store.log(CONFIG).end().offset()).isZero();
            TestStore.append(store.log(CONFIG), Batches.batch(1, "new"));
            assertThat(TestStore.values(store.log(CONFIG), 0)).containsExactly("new");
        }
    }
}
