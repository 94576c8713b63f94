package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.storage.LogAppend.Origin;
import io.millrace.storage.LogInspection.CheckOptions;
import io.millrace.storage.LogItem.Finding;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.common.compress.Compression;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage of every kind is found, and nothing is found where there is none. */
class LogInspectionTest {
    private static final int BATCHES = 120;
    private static final int FLIPS = 400;

    @TempDir
    Path data;

    private Path log;

    @BeforeEach
    void writeSomeSegments() {
        try (TestStore store = new TestStore(data)) {
            PartitionLog events = store.log(TestConfigs.segmentBytes(10_000));
            for (int i = 0; i < BATCHES; i++) {
                TestStore.append(
                        events,
                        Batches.batch(Compression.lz4().build(), 1_000 + i, "a" + i, "b".repeat(i % 300)),
                        i / 50,
                        Origin.CLIENT);
                TestStore.append(events, Batches.idempotent(4, 0, i, 1_000 + i, "p" + i), i / 50, Origin.CLIENT);
            }
        }
        log = data.resolve("topics/events-0");
    }

    @Test
    void nothingIsWrongWithWhatWasWritten() throws IOException {
        List<Finding> findings = new ArrayList<>();

        LogInspection.Extent extent = LogInspection.of(data).verify(new CheckOptions(false, true), findings::add);

        assertThat(findings).isEmpty();
        assertThat(extent.batches()).isEqualTo(2 * BATCHES);
        assertThat(extent.segments()).isGreaterThan(2);
    }

    @Test
    void everySingleFlippedBitIsFound() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        List<Path> files = files();

        for (int i = 0; i < FLIPS; i++) {
            Path file = files.get(random.nextInt(files.size()));
            long bit = random.nextLong(Files.size(file) * 8);
            flip(file, bit);
            assertThat(verify()).as("seed %s: bit %s of %s", seed, bit, file).isNotEmpty();
            flip(file, bit);
        }

        assertThat(verify()).isEmpty();
    }

    @Test
    void itLooksBesideTheBrokerThatHasTheLock() throws IOException {
        try (TestStore store = new TestStore(data)) {
            TestStore.append(
                    store.log(TestConfigs.segmentBytes(10_000)), Batches.batch(5_000, "more"), 2, Origin.CLIENT);

            assertThat(verify()).isEmpty();
        }
    }

    @Test
    void aSegmentThatIsMissingIsFound() throws IOException {
        Path second = files().stream()
                .filter(file -> file.toString().endsWith(".log"))
                .sorted()
                .toList()
                .get(1);
        Files.delete(second);

        assertThat(verify()).anyMatch(finding -> finding.problem().contains("are missing"));
    }

    @Test
    void aLengthThatLiesIsFoundWithoutReadingThatMuch() throws IOException {
        Path last = files().stream()
                .filter(file -> file.toString().endsWith(".log"))
                .sorted()
                .toList()
                .getLast();
        flip(last, 8 * 8 + 7); // the batch now says to be nearly 16 MB

        assertThat(verify()).anyMatch(finding -> finding.problem().contains("not a whole batch"));
    }

    @Test
    void theDumpShowsEveryBatchAndFile() throws IOException {
        List<LogItem> items = new ArrayList<>();

        LogInspection.of(log).dump(new LogDump.Selection(false, 0, Long.MAX_VALUE), items::add);

        assertThat(items.stream().filter(LogItem.Batch.class::isInstance)).hasSize(2 * BATCHES);
        assertThat(items).contains(new LogItem.EpochStart(1, 150), new LogItem.TopicId(TestStore.EVENTS.topicId()));
        assertThat(items).hasAtLeastOneElementOfType(LogItem.OffsetEntry.class);
        assertThat(items).hasAtLeastOneElementOfType(LogItem.TimeEntry.class);
        assertThat(items).hasAtLeastOneElementOfType(LogItem.Producer.class);
        assertThat(items).doesNotHaveAnyElementsOfTypes(Finding.class);
    }

    private List<Finding> verify() throws IOException {
        List<Finding> findings = new ArrayList<>();
        LogInspection.of(data).verify(new CheckOptions(false, false), findings::add);
        return findings;
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(log)) {
            List<Path> files = new ArrayList<>(
                    all.filter(LogInspectionTest::isNotEmpty).sorted().toList());
            files.add(data.resolve("checkpoint"));
            return files;
        }
    }

    private static boolean isNotEmpty(Path file) {
        return file.toFile().length() > 0;
    }

    private static void flip(Path file, long bit) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) (bit / 8)] ^= (byte) (1 << bit % 8);
        Files.write(file, bytes);
    }
}
