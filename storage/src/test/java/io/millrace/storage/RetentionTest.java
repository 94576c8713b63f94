package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.storage.LogConfig.Cleanup;
import io.millrace.storage.RetentionRules.Aged;
import io.millrace.storage.sim.ManualWorkers;
import io.millrace.storage.sim.SimDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class RetentionTest {
    private static final Path DATA = Path.of("/data");

    private final Random random = new Random(1);
    private long nowMs = 10_000;
    private LogConfig configured = LogConfig.DEFAULTS;
    private SimDisk disk = new SimDisk(() -> nowMs, random);
    private ManualWorkers workers = new ManualWorkers();

    private LogDirectories open(LogConfig config) throws IOException {
        configured = config;
        LogStoreConfig storeConfig = LogStoreConfig.of(DATA)
                .withClock(() -> Instant.ofEpochMilli(nowMs))
                .withConfigs(log -> Optional.of(configured));
        return LogDirectories.open(storeConfig, disk, workers);
    }

    private LogDirectories reopen(LogDirectories store, LogConfig config) throws IOException {
        store.close();
        disk = disk.afterKill();
        workers = new ManualWorkers();
        return open(config);
    }

    private void append(PartitionLog log, long timestampMs) {
        log.append(new LogAppend(
                Batches.sized(timestampMs, 200),
                0,
                LogAppend.Origin.CLIENT,
                outcome -> assertThat(outcome).isInstanceOf(AppendOutcome.Appended.class)));
        workers.drain(random);
    }

    private void retain(LogDirectories store) {
        store.retain();
        workers.drain(random);
    }

    @Test
    void segmentsWhoseRecordsAreAllTooOldGo() throws Exception {
        LogConfig config = TestConfigs.retention(250, 1_000, -1);
        LogDirectories store = open(config);
        PartitionLog log = store.open(TestStore.EVENTS, config).join();
        for (long timestamp : new long[] {8_000, 8_500, 9_500, 8_200, 10_000}) {
            append(log, timestamp);
        }

        retain(store);

        assertThat(log.logStartOffset()).isEqualTo(2);
        assertThat(log.end().offset()).isEqualTo(5);
    }

    @Test
    void theActiveSegmentIsRolledFirstWhenAllOfItIsTooOld() throws Exception {
        LogConfig config = TestConfigs.retention(1 << 20, 1_000, -1);
        LogDirectories store = open(config);
        PartitionLog log = store.open(TestStore.EVENTS, config).join();
        append(log, 8_000);

        retain(store);

        assertThat(log.logStartOffset()).isEqualTo(1);
        assertThat(log.sizeInBytes()).isZero();
        append(log, 10_000);
        assertThat(log.end().offset()).isEqualTo(2);
    }

    @Test
    void theOldestSegmentsGoWhileThereIsTooMuch() throws Exception {
        LogConfig config = TestConfigs.retention(250, -1, 500);
        LogDirectories store = open(config);
        PartitionLog log = store.open(TestStore.EVENTS, config).join();
        for (int i = 0; i < 6; i++) {
            append(log, 1);
        }

        retain(store);

        assertThat(log.sizeInBytes()).isBetween(500L, 700L);
        assertThat(log.logStartOffset()).isPositive();
    }

    @Test
    void aStoredLogIsOpenedOnlyWhereSomethingMayBeDue() throws Exception {
        LogConfig config = TestConfigs.retention(250, 1_000, -1);
        LogDirectories store = open(config);
        PartitionLog log = store.open(TestStore.EVENTS, config).join();
        append(log, 9_900);
        append(log, 9_950);
        store = reopen(store, config);

        retain(store);
        assertThat(store.opened(TestStore.EVENTS)).isEmpty();

        nowMs += 2_000;
        retain(store);
        assertThat(store.opened(TestStore.EVENTS))
                .hasValueSatisfying(
                        opened -> assertThat(opened.logStartOffset()).isEqualTo(2));
    }

    @Test
    void aClosedLogIsLookedAtOnce() throws Exception {
        LogConfig config = TestConfigs.retention(1 << 20, 1_000, -1);
        LogDirectories store = open(config);
        append(store.open(TestStore.EVENTS, config).join(), 9_900);
        store = reopen(store, config);
        retain(store);
        assertThat(store.opened(TestStore.EVENTS)).isEmpty();

        // A second look would find nothing that could ever be due.
        disk.delete(DATA.resolve("topics/events-0/00000000000000000000.log"));
        nowMs += 2_000;
        retain(store);
        assertThat(store.opened(TestStore.EVENTS)).isPresent();
    }

    @Test
    void anotherRetentionTimeHoldsForClosedLogsToo() throws Exception {
        LogConfig config = TestConfigs.retention(1 << 20, 1_000_000, -1);
        LogDirectories store = open(config);
        append(store.open(TestStore.EVENTS, config).join(), 9_900);
        store = reopen(store, config);
        retain(store);

        configured = TestConfigs.retention(1 << 20, 10, -1);
        nowMs += 100;
        retain(store);
        assertThat(store.opened(TestStore.EVENTS)).isPresent();
    }

    @Test
    void filesStayUntilTheirDelayIsOver() throws Exception {
        LogConfig config = new LogConfig(
                LogConfig.Durability.DISK,
                Cleanup.DELETE,
                250,
                Long.MAX_VALUE,
                1 << 20,
                4096,
                1_000,
                -1,
                5_000,
                1 << 20,
                TimestampType.CREATE_TIME);
        LogDirectories store = open(config);
        PartitionLog log = store.open(TestStore.EVENTS, config).join();
        append(log, 1);
        append(log, 10_000);
        retain(store);
        assertThat(deletedFiles()).isNotEmpty();

        nowMs += 5_001;
        store.tick();
        workers.drain(random);

        assertThat(deletedFiles()).isEmpty();
    }

    private List<String> deletedFiles() throws IOException {
        return disk.list(DATA.resolve("topics/events-0")).stream()
                .filter(name -> name.endsWith(".deleted"))
                .toList();
    }

    @Test
    void nothingGoesFromALogThatIsOnlyCompacted() {
        List<Aged> segments = List.of(new Aged(5, 100, 0), new Aged(9, 100, 0));
        LogConfig delete = TestConfigs.retention(100, 10, 0);
        LogConfig compact = new LogConfig(
                delete.durability(),
                Cleanup.COMPACT,
                delete.segmentBytes(),
                delete.segmentMs(),
                delete.segmentIndexBytes(),
                delete.indexIntervalBytes(),
                delete.retentionMs(),
                delete.retentionBytes(),
                delete.fileDeleteDelayMs(),
                delete.maxMessageBytes(),
                delete.timestampType());

        assertThat(RetentionRules.startAfter(segments, compact, 0, 9, 1_000)).isZero();
        assertThat(RetentionRules.startAfter(segments, delete, 0, 9, 1_000)).isEqualTo(9);
    }

    @Test
    void whatIsNotDurableStays() {
        List<Aged> segments = List.of(new Aged(5, 100, 0), new Aged(9, 100, 0));

        assertThat(RetentionRules.startAfter(segments, TestConfigs.retention(100, 10, -1), 0, 8, 1_000))
                .isEqualTo(5);
    }

    @Test
    void aYoungSegmentProtectsThoseBehindIt() {
        List<Aged> segments = List.of(new Aged(5, 100, 0), new Aged(9, 100, 995), new Aged(12, 100, 0));

        assertThat(RetentionRules.startAfter(segments, TestConfigs.retention(100, 10, -1), 0, 12, 1_000))
                .isEqualTo(5);
    }
}
