package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.storage.disk.DirectoryInUseException;
import io.millrace.storage.sim.ManualWorkers;
import io.millrace.storage.sim.SimDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogDirectoriesTest {
    private static final TopicIdPartition AGAIN = new TopicIdPartition(new Uuid(8, 8), 0, "events");

    @TempDir
    Path data;

    private static TopicIdPartition partition(int number) {
        return new TopicIdPartition(new Uuid(1, 1), number, "many");
    }

    @Test
    void aDirectoryInUseIsRefused() {
        try (TestStore first = new TestStore(data)) {
            assertThat(first.store().directories()).hasSize(1);
            assertThatThrownBy(() -> LogDirectories.open(LogStoreConfig.of(data)))
                    .isInstanceOf(DirectoryInUseException.class)
                    .hasMessageContaining(data.toString())
                    .hasMessageContaining("in use");
        }
        try (TestStore after = new TestStore(data)) {
            assertThat(after.store().stored()).isEmpty();
        }
    }

    @Test
    void newPartitionsGoWhereTheFewestAre() throws Exception {
        Path one = data.resolve("one");
        Path two = data.resolve("two");
        try (TestStore store = new TestStore(LogStoreConfig.of(one, two))) {
            for (int i = 0; i < 6; i++) {
                TestStore.append(
                        store.store().open(partition(i), LogConfig.DEFAULTS).join(), Batches.batch(1, "v" + i));
            }
        }
        assertThat(names(one.resolve("topics"))).hasSize(3);
        assertThat(names(two.resolve("topics"))).hasSize(3);
        try (TestStore store = new TestStore(LogStoreConfig.of(two, one))) {
            assertThat(store.store().stored()).hasSize(6);
            for (int i = 0; i < 6; i++) {
                PartitionLog log =
                        store.store().open(partition(i), LogConfig.DEFAULTS).join();
                assertThat(TestStore.values(log, 0)).containsExactly("v" + i);
            }
        }
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(path -> String.valueOf(path.getFileName())).toList();
        }
    }

    @Test
    void openingIsDoneOnceForAllWhoAskAtTheSameTime() {
        try (TestStore store = new TestStore(data)) {
            TestStore.append(store.log(), Batches.batch(1, "a"));
        }
        try (TestStore store = new TestStore(data)) {
            var first = store.store().open(TestStore.EVENTS, LogConfig.DEFAULTS);
            var second = store.store().open(TestStore.EVENTS, LogConfig.DEFAULTS);

            assertThat(first.join()).isSameAs(second.join());
            assertThat(store.store().opened(TestStore.EVENTS)).contains(first.join());
        }
    }

    @Test
    void sizesAreToldWithoutOpening() {
        long size;
        try (TestStore store = new TestStore(data)) {
            TestStore.append(store.log(), Batches.batch(1, "a"));
            size = store.log().sizeInBytes();
            assertThat(store.store().directories().getFirst().logs())
                    .containsEntry(TestStore.EVENTS, new LogStore.LogSize(size, 1));
        }
        try (TestStore store = new TestStore(data)) {
            LogStore.Directory directory = store.store().directories().getFirst();
            assertThat(directory.logs()).containsEntry(TestStore.EVENTS, new LogStore.LogSize(size, -1));
            assertThat(directory.online()).isTrue();
            assertThat(directory.usableBytes()).isBetween(1L, directory.totalBytes());
            assertThat(store.store().opened(TestStore.EVENTS)).isEmpty();
        }
    }

    @Test
    void aDeletedLogIsGoneWhileItsReadersFinish() throws Exception {
        try (TestStore store = new TestStore(data)) {
            PartitionLog log = store.log();
            TestStore.append(log, Batches.batch(1, "a"));
            LogSlice slice = log.read(0, 1_000, log.end(), true);

            store.store().delete(TestStore.EVENTS).join();

            assertThat(store.store().stored()).isEmpty();
            assertThat(store.store().opened(TestStore.EVENTS)).isEmpty();
            assertThat(names(data.resolve("topics"))).singleElement().asString().endsWith("-delete");
            assertThat(TestStore.append(log, Batches.batch(1, "b")))
                    .isEqualTo(
                            new AppendOutcome.Refused(Errors.UNKNOWN_TOPIC_OR_PARTITION, "the log has been deleted"));
            assertThat(Batches.values(TestStore.bytes(slice))).containsExactly("a");
        }
    }

    @Test
    void aLogThatIsNotOpenCanBeDeletedToo() throws Exception {
        try (TestStore store = new TestStore(data)) {
            TestStore.append(store.log(TestConfigs.memory()), Batches.batch(1, "a"));
        }
        LogStoreConfig config = LogStoreConfig.of(data).withConfigs(log -> Optional.of(TestConfigs.memory()));
        try (TestStore store = new TestStore(config)) {
            store.store().delete(TestStore.EVENTS).join();

            assertThat(store.store().stored()).isEmpty();
            await().until(() -> names(data.resolve("topics")).isEmpty());
        }
    }

    @Test
    void aTopicMadeAgainSeesNothingOfTheOldOne() {
        try (TestStore store = new TestStore(data)) {
            TestStore.append(store.log(), Batches.batch(1, "old"));

            PartitionLog log = store.store().open(AGAIN, LogConfig.DEFAULTS).join();

            assertThat(log.end().offset()).isZero();
            TestStore.append(log, Batches.batch(1, "new"));
        }
        try (TestStore store = new TestStore(data)) {
            assertThat(store.store().stored()).containsExactly(AGAIN);
            assertThat(TestStore.values(
                            store.store().open(AGAIN, LogConfig.DEFAULTS).join(), 0))
                    .containsExactly("new");
        }
    }

    @Test
    void theLongestTopicNameCanBeDeleted() throws Exception {
        TopicIdPartition longest =
                new TopicIdPartition(new Uuid(2, 2), 99, "a.b_c-".repeat(50).substring(0, 249));
        try (TestStore store = new TestStore(data)) {
            PartitionLog log = store.store().open(longest, LogConfig.DEFAULTS).join();
            TestStore.append(log, Batches.batch(1, "a"));

            store.store().delete(longest).join();

            assertThat(names(data.resolve("topics"))).singleElement().asString().hasSizeLessThanOrEqualTo(255);
        }
    }

    @Test
    void afterCloseAppendsAreRefused() {
        TestStore store = new TestStore(data);
        PartitionLog log = store.log();
        TestStore.append(log, Batches.batch(1, "a"));
        store.close();

        assertThat(TestStore.append(log, Batches.batch(1, "b")))
                .isInstanceOfSatisfying(
                        AppendOutcome.Refused.class,
                        refused -> assertThat(refused.error()).isEqualTo(Errors.KAFKA_STORAGE_ERROR));
    }

    @Test
    void aFailedFlushTakesTheDirectoryOfflineForGood() throws Exception {
        Random random = new Random(1);
        SimDisk disk = new SimDisk(() -> 0, random);
        ManualWorkers workers = new ManualWorkers();
        LogDirectories store = LogDirectories.open(LogStoreConfig.of(Path.of("/data")), disk, workers);
        PartitionLog log = store.open(TestStore.EVENTS, LogConfig.DEFAULTS).join();
        List<Throwable> failures = new ArrayList<>();
        List<AppendOutcome> outcomes = new ArrayList<>();
        log.listen(new Failures(failures));
        append(log, outcomes);
        workers.drain(random);
        disk.failAtChange(2);

        append(log, outcomes);
        workers.drain(random);
        append(log, outcomes);
        workers.drain(random);

        assertThat(failures).hasSize(1);
        assertThat(log.durableEnd().offset()).isEqualTo(1);
        assertThat(outcomes.get(1)).isInstanceOf(AppendOutcome.Appended.class);
        assertThat(outcomes.get(2))
                .isInstanceOfSatisfying(
                        AppendOutcome.Refused.class,
                        refused -> assertThat(refused.error()).isEqualTo(Errors.KAFKA_STORAGE_ERROR));
        assertThat(store.directories().getFirst().online()).isFalse();
        assertThatThrownBy(() -> log.read(0, 10, log.end(), true)).isInstanceOf(KafkaStorageException.class);
        assertThatThrownBy(() -> store.open(partition(1), LogConfig.DEFAULTS))
                .isInstanceOf(KafkaStorageException.class);
        store.close();
    }

    private static void append(PartitionLog log, List<AppendOutcome> outcomes) {
        log.append(new LogAppend(Batches.batch(1, "a"), 0, LogAppend.Origin.CLIENT, outcomes::add));
    }

    private record Failures(List<Throwable> heard) implements LogListener {
        @Override
        public void appended(LogPosition end) {
            assertThat(end.offset()).isNotNegative();
        }

        @Override
        public void durable(LogPosition end) {
            assertThat(end.offset()).isNotNegative();
        }

        @Override
        public void failed(Throwable cause) {
            heard.add(cause);
        }
    }

    @Test
    void openFilesStayBoundedHoweverManySegmentsAreRead() {
        LogStoreConfig few = TestStore.withMaxOpenFiles(data, 4);
        try (TestStore store = new TestStore(few)) {
            PartitionLog log = store.log(TestConfigs.segmentBytes(200));
            for (int i = 0; i < 60; i++) {
                TestStore.append(log, Batches.sized(i, 150));
            }
            assertThat(TestStore.values(log, 0)).hasSize(60);
            assertThat(store.openFiles()).isLessThanOrEqualTo(4);
        }
    }

    @Test
    void openFilesStayBoundedHoweverManyLogsAreWritten() {
        LogStoreConfig few = TestStore.withMaxOpenFiles(data, 4);
        try (TestStore store = new TestStore(few)) {
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 60; i++) {
                    PartitionLog log = manyLogs(store, i);
                    assertThat(TestStore.append(log, Batches.batch(1, round + "-" + i)))
                            .isInstanceOf(AppendOutcome.Appended.class);
                }
            }
            await().until(() -> {
                store.checkpoint();
                return store.openWriters() <= 8;
            });
            assertThat(TestStore.append(manyLogs(store, 0), Batches.batch(1, "after")))
                    .isInstanceOf(AppendOutcome.Appended.class);
        }
        try (TestStore store = new TestStore(few)) {
            assertThat(TestStore.values(manyLogs(store, 0), 0)).containsExactly("0-0", "1-0", "2-0", "after");
            for (int i = 1; i < 60; i++) {
                assertThat(TestStore.values(manyLogs(store, i), 0)).containsExactly("0-" + i, "1-" + i, "2-" + i);
            }
        }
    }

    private static PartitionLog manyLogs(TestStore store, int partition) {
        TopicIdPartition log = new TopicIdPartition(TestStore.EVENTS.topicId(), partition, "events");
        return store.store().open(log, LogConfig.DEFAULTS).join();
    }

    @Test
    void manyLogsAreDeletedAtOnceAndTheirFilesRemovedBitByBit() throws Exception {
        Random random = new Random(2);
        SimDisk disk = new SimDisk(() -> 0, random);
        ManualWorkers workers = new ManualWorkers();
        LogDirectories store = LogDirectories.open(LogStoreConfig.of(Path.of("/data")), disk, workers);
        LogConfig config = TestConfigs.segmentBytes(1 << 20);
        List<TopicIdPartition> logs = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            logs.add(new TopicIdPartition(TestStore.EVENTS.topicId(), i, "events"));
            append(store.open(logs.get(i), config).join(), new ArrayList<>());
        }
        workers.drain(random);

        List<CompletableFuture<Void>> deletions =
                logs.stream().map(store::delete).toList();
        workers.drain(random);

        assertThat(deletions).allMatch(CompletableFuture::isDone);
        assertThat(disk.list(Path.of("/data/topics")))
                .as("still there, under other names")
                .isNotEmpty()
                .allMatch(name -> name.endsWith("-delete"));
        for (int i = 0; i < 3; i++) {
            store.tick();
            workers.drain(random);
        }
        assertThat(disk.list(Path.of("/data/topics"))).isEmpty();
        store.close();
    }

    @Test
    void whoWaitsCannotStopTheAppender() {
        try (TestStore store = new TestStore(data)) {
            PartitionLog log = store.log();
            log.append(new LogAppend(Batches.batch(1, "a"), 0, LogAppend.Origin.CLIENT, outcome -> {
                throw new IllegalStateException("whatever");
            }));

            assertThat(TestStore.append(log, Batches.batch(1, "b"))).isInstanceOf(AppendOutcome.Appended.class);
            assertThat(store.store().directories().getFirst().online()).isTrue();
        }
    }

    @Test
    void withTooLittleSpaceLeftProducersAreRefusedAndTheRestGoesOn() throws Exception {
        Random random = new Random(1);
        SimDisk disk = new SimDisk(() -> 0, random);
        ManualWorkers workers = new ManualWorkers();
        LogDirectories store = LogDirectories.open(LogStoreConfig.of(Path.of("/data")), disk, workers);
        PartitionLog log = store.open(TestStore.EVENTS, LogConfig.DEFAULTS).join();
        List<AppendOutcome> outcomes = new ArrayList<>();

        disk.usableBytes(1_000);
        store.tick();
        append(log, outcomes);
        log.append(new LogAppend(Batches.batch(1, "a"), 0, LogAppend.Origin.COORDINATOR, outcomes::add));
        workers.drain(random);
        disk.usableBytes(1L << 40);
        store.tick();
        append(log, outcomes);
        workers.drain(random);

        assertThat(outcomes.get(0))
                .isInstanceOfSatisfying(
                        AppendOutcome.Refused.class,
                        refused -> assertThat(refused.error()).isEqualTo(Errors.KAFKA_STORAGE_ERROR));
        assertThat(outcomes.subList(1, 3)).allMatch(AppendOutcome.Appended.class::isInstance);
        store.close();
    }
}
