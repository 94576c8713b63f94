package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.storage.LogAppend.Origin;
import io.millrace.storage.PartitionLog.EpochEnd;
import io.millrace.storage.PartitionLog.TimestampedOffset;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentedLogTest {
    @TempDir
    Path data;

    private TestStore store;

    @BeforeEach
    void open() {
        store = new TestStore(data);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void reopen() {
        store.close();
        store = new TestStore(data);
    }

    @Test
    void whatIsAppendedCanBeReadAndBecomesDurable() {
        PartitionLog log = store.log();
        int size = Batches.batch(5, "a", "b").remaining();

        AppendOutcome first = TestStore.append(log, Batches.batch(5, "a", "b"));
        AppendOutcome second = TestStore.append(log, Batches.batch(6, "c"));

        assertThat(first).isEqualTo(new AppendOutcome.Appended(0, -1, new LogPosition(2, 0, size)));
        assertThat(second).isEqualTo(new AppendOutcome.Appended(2, -1, log.end()));
        await().until(() -> log.durableEnd().offset() == 3);
        assertThat(TestStore.values(log, 0)).containsExactly("a", "b", "c");
        assertThat(TestStore.values(log, 2)).containsExactly("c");
    }

    @Test
    void inMemoryDurabilityAnAppendIsDurableAtOnce() {
        PartitionLog log = store.log(TestConfigs.memory());

        TestStore.append(log, Batches.batch(5, "a"));

        assertThat(log.durableEnd()).isEqualTo(log.end());
    }

    @Test
    void aLogThatWasNeverWrittenHasNoFiles() throws Exception {
        PartitionLog log = store.log();

        try (var topics = Files.list(data.resolve("topics"))) {
            assertThat(topics).isEmpty();
        }
        assertThat(store.store().stored()).isEmpty();
        assertThat(log.end().offset()).isZero();
        assertThat(log.latestEpoch()).isEmpty();
        assertThat(log.maxTimestamp(0)).isEmpty();
        assertThat(log.firstAtOrAfter(0, 0)).isEmpty();
    }

    @Test
    void aReopenedLogGoesOnWhereItEnded() {
        TestStore.append(store.log(), Batches.batch(5, "a", "b"));
        reopen();
        assertThat(store.store().stored()).containsExactly(TestStore.EVENTS);
        PartitionLog log = store.log();

        TestStore.append(log, Batches.batch(5, "c"));

        assertThat(TestStore.values(log, 0)).containsExactly("a", "b", "c");
    }

    @Test
    void readingOutsideTheLogIsRefused() {
        PartitionLog log = store.log();
        TestStore.append(log, Batches.batch(5, "a"));

        assertThat(log.read(1, 100, log.end(), true).isEmpty()).isTrue();
        assertThatThrownBy(() -> log.read(2, 100, log.end(), true)).isInstanceOf(OffsetOutOfRangeException.class);
        assertThatThrownBy(() -> log.read(-1, 100, log.end(), true)).isInstanceOf(OffsetOutOfRangeException.class);
    }

    @Test
    void theListenerHearsEverythingInOrder() {
        PartitionLog log = store.log();
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        log.listen(new LogListener() {
            @Override
            public void appended(LogPosition end) {
                heard.add("appended " + end.offset());
            }

            @Override
            public void durable(LogPosition end) {
                heard.add("durable " + end.offset());
            }

            @Override
            public void failed(Throwable cause) {
                heard.add("failed");
            }
        });

        TestStore.append(log, Batches.batch(5, "a"));

        await().until(() -> heard.size() == 4);
        assertThat(heard).containsExactly("appended 0", "durable 0", "appended 1", "durable 1");
    }

    @Test
    void aSliceHoldsWholeBatchesWithinItsLimit() {
        PartitionLog log = store.log();
        int size = Batches.sized(1, 1_000).remaining();
        for (int i = 0; i < 40; i++) {
            TestStore.append(log, Batches.sized(1, 1_000));
        }
        for (int from = 0; from < 40; from++) {
            ByteBuffer some = TestStore.bytes(log.read(from, 5 * size + 17, log.end(), false));
            assertThat(some.remaining() % size).isZero();
            assertThat(some.remaining()).isBetween(size, 5 * size);
            assertThat(Batches.records(some).getFirst().offset()).isEqualTo(from);
        }
    }

    @Test
    void theFirstBatchIsWholeOnlyWhereThatIsAskedFor() {
        PartitionLog log = store.log();
        int size = Batches.sized(1, 10_000).remaining();
        TestStore.append(log, Batches.sized(1, 10_000));
        TestStore.append(log, Batches.sized(1, 10_000));

        assertThat(TestStore.bytes(log.read(0, 10, log.end(), true)).remaining())
                .isEqualTo(size);
        assertThat(TestStore.bytes(log.read(0, 10, log.end(), false)).remaining())
                .isEqualTo(10);
        assertThat(log.read(0, 0, log.end(), false).isEmpty()).isTrue();
        assertThat(TestStore.bytes(log.read(0, 0, log.end(), true)).remaining()).isEqualTo(size);
    }

    @Test
    void nothingBehindTheLimitIsRead() {
        PartitionLog log = store.log();
        TestStore.append(log, Batches.batch(1, "a", "b"));
        LogPosition limit = log.end();
        TestStore.append(log, Batches.batch(1, "c"));
        LogPosition offsetOnly = new LogPosition(2, -1, -1);

        assertThat(Batches.values(TestStore.bytes(log.read(0, 10_000, limit, true))))
                .containsExactly("a", "b");
        assertThat(Batches.values(TestStore.bytes(log.read(1, 10_000, offsetOnly, true))))
                .containsExactly("a", "b");
        assertThat(log.read(2, 10_000, limit, true).isEmpty()).isTrue();
    }

    @Test
    void appendTimeIsWrittenIntoTheBatch() {
        PartitionLog log = store.log(TestConfigs.appendTime());
        long before = System.currentTimeMillis();

        AppendOutcome outcome =
                TestStore.append(log, Batches.batch(Compression.gzip().build(), 5, "a", "b"));

        long appended = ((AppendOutcome.Appended) outcome).appendTimeMs();
        assertThat(appended).isBetween(before, System.currentTimeMillis());
        ByteBuffer bytes = TestStore.bytes(log.read(0, 10_000, log.end(), true));
        assertThat(Batches.timestampType(bytes.duplicate())).isEqualTo(TimestampType.LOG_APPEND_TIME);
        assertThat(Batches.records(bytes)).allMatch(record -> record.timestampMs() == appended);
    }

    @Test
    void severalBatchesOfOneAppendFollowEachOther() {
        PartitionLog log = store.log();
        TestStore.append(log, Batches.batch(1, "a"));

        AppendOutcome outcome = TestStore.append(
                log, Batches.joined(Batches.batch(1, "b", "c"), Batches.batch(1, "d")), 3, Origin.COORDINATOR);

        assertThat(outcome).isEqualTo(new AppendOutcome.Appended(1, -1, log.end()));
        assertThat(TestStore.read(log, 0)).extracting(Batches.Seen::offset).containsExactly(0L, 1L, 2L, 3L);
        assertThat(log.epochAt(3)).contains(3);
    }

    @Test
    void aReplicaKeepsOffsetsAndEpochs() {
        PartitionLog leader = store.log();
        TestStore.append(leader, Batches.batch(1, "a", "b"), 4, Origin.CLIENT);
        TestStore.append(leader, Batches.batch(1, "c"), 6, Origin.CLIENT);
        ByteBuffer copy = TestStore.bytes(leader.read(0, 10_000, leader.end(), true));
        store.store().delete(TestStore.EVENTS).join();
        PartitionLog follower = store.log();

        AppendOutcome outcome = TestStore.append(follower, copy.duplicate(), 9, Origin.REPLICATION);
        AppendOutcome again = TestStore.append(follower, copy, 9, Origin.REPLICATION);

        assertThat(outcome).isInstanceOf(AppendOutcome.Appended.class);
        assertThat(again)
                .isInstanceOfSatisfying(
                        AppendOutcome.Refused.class,
                        refused -> assertThat(refused.error()).isEqualTo(Errors.OFFSET_OUT_OF_RANGE));
        assertThat(follower.latestEpoch()).contains(6);
        assertThat(TestStore.values(follower, 0)).containsExactly("a", "b", "c");
    }

    @Test
    void whatIsTooLargeOrNotWholeIsRefusedAndLeavesTheLogAsItWas() {
        PartitionLog log = store.log(TestConfigs.maxMessageBytes(200));
        PartitionLog small = store.store()
                .open(new TopicIdPartition(new Uuid(1, 1), 0, "small"), TestConfigs.segmentBytes(300))
                .join();

        assertThat(error(TestStore.append(log, Batches.sized(1, 300)))).isEqualTo(Errors.MESSAGE_TOO_LARGE);
        assertThat(error(TestStore.append(small, Batches.sized(1, 400)))).isEqualTo(Errors.RECORD_LIST_TOO_LARGE);
        assertThat(error(TestStore.append(log, Batches.batch(1, "a").limit(60))))
                .isEqualTo(Errors.CORRUPT_MESSAGE);
        assertThat(error(TestStore.append(log, ByteBuffer.allocate(0)))).isEqualTo(Errors.CORRUPT_MESSAGE);
        assertThat(log.end().offset()).isZero();
        assertThat(store.store().stored()).isEmpty();
    }

    private static Errors error(AppendOutcome outcome) {
        return ((AppendOutcome.Refused) outcome).error();
    }

    @Test
    void anIdempotentProducersRetryIsKnownAlsoAfterARestart() {
        for (int i = 0; i < 7; i++) {
            TestStore.append(store.log(), Batches.idempotent(3, 0, i, 1, "v" + i));
        }
        reopen();
        PartitionLog log = store.log();

        assertThat(TestStore.append(log, Batches.idempotent(3, 0, 2, 1, "v2")))
                .isEqualTo(new AppendOutcome.Duplicate(2, -1, 3));
        assertThat(TestStore.append(log, Batches.idempotent(3, 0, 6, 1, "v6")))
                .isEqualTo(new AppendOutcome.Duplicate(6, -1, 7));
        assertThat(error(TestStore.append(log, Batches.idempotent(3, 0, 9, 1, "v9"))))
                .isEqualTo(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
        assertThat(log.end().offset()).isEqualTo(7);
    }

    @Test
    void batchesOfOneAppendAreCheckedAsIfOneCameAfterTheOther() {
        PartitionLog log = store.log();
        ByteBuffer inOrder =
                Batches.joined(Batches.idempotent(3, 0, 0, 1, "a", "b"), Batches.idempotent(3, 0, 2, 1, "c"));
        ByteBuffer gap = Batches.joined(Batches.idempotent(3, 0, 3, 1, "d"), Batches.idempotent(3, 0, 5, 1, "f"));

        assertThat(TestStore.append(log, inOrder)).isInstanceOf(AppendOutcome.Appended.class);
        assertThat(error(TestStore.append(log, gap))).isEqualTo(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
        assertThat(TestStore.append(log, Batches.idempotent(3, 0, 3, 1, "d")))
                .isInstanceOf(AppendOutcome.Appended.class);
    }

    @Test
    void recordsAreFoundByTimeExactly() {
        PartitionLog log = store.log(TestConfigs.segmentBytes(400));
        TestStore.append(log, Batches.timed(10, 30, 20));
        TestStore.append(log, Batches.timed(15, 40, 40));
        TestStore.append(log, Batches.timed(25, 35));

        assertThat(log.firstAtOrAfter(0, 8)).contains(new TimestampedOffset(10, 0, 0));
        assertThat(log.firstAtOrAfter(11, 8)).contains(new TimestampedOffset(30, 1, 0));
        assertThat(log.firstAtOrAfter(31, 8)).contains(new TimestampedOffset(40, 4, 0));
        assertThat(log.firstAtOrAfter(41, 8)).isEmpty();
        assertThat(log.firstAtOrAfter(31, 4)).isEmpty();
        assertThat(log.maxTimestamp(8)).contains(new TimestampedOffset(40, 4, 0));
        assertThat(log.maxTimestamp(3)).contains(new TimestampedOffset(30, 1, 0));
    }

    @Test
    void epochsTellWhereTheyEnded() {
        PartitionLog log = store.log();
        TestStore.append(log, Batches.batch(1, "a", "b"), 2, Origin.CLIENT);
        TestStore.append(log, Batches.batch(1, "c"), 5, Origin.CLIENT);
        reopen();
        PartitionLog again = store.log();

        assertThat(again.endOf(2, 7)).contains(new EpochEnd(2, 2));
        assertThat(again.endOf(4, 7)).contains(new EpochEnd(2, 2));
        assertThat(again.endOf(5, 7)).contains(new EpochEnd(5, 3));
        assertThat(again.endOf(7, 7)).contains(new EpochEnd(7, 3));
        assertThat(again.endOf(8, 7)).isEmpty();
        assertThat(again.endOf(1, 7)).contains(new EpochEnd(1, 0));
        assertThat(again.epochAt(1)).contains(2);
    }

    @Test
    void segmentsRollBySizeAndByRecordTime() throws Exception {
        PartitionLog bySize = store.log(TestConfigs.segmentBytes(300));
        for (int i = 0; i < 4; i++) {
            TestStore.append(bySize, Batches.sized(1, 200));
        }
        assertThat(logFiles()).hasSize(4);

        bySize.reconfigure(TestConfigs.segmentMs(1_000));
        TestStore.append(bySize, Batches.batch(900, "a"));
        assertThat(logFiles()).hasSize(4);
        TestStore.append(bySize, Batches.batch(1_100, "b"));
        assertThat(logFiles()).hasSize(5);
    }

    private List<Path> logFiles() throws Exception {
        try (var files = Files.list(data.resolve("topics/events-0"))) {
            return files.filter(file -> file.toString().endsWith(".log")).toList();
        }
    }

    @Test
    void theStartMovesAndSegmentsBeforeItGo() throws Exception {
        PartitionLog log = store.log(TestConfigs.segmentBytes(300));
        for (int i = 0; i < 10; i++) {
            TestStore.append(log, Batches.batch(i, "value " + i, "x".repeat(80)));
        }
        int before = logFiles().size();

        assertThat(log.advanceStart(11).join()).isEqualTo(11);

        assertThat(log.logStartOffset()).isEqualTo(11);
        assertThat(logFiles()).hasSizeLessThan(before);
        assertThatThrownBy(() -> log.read(10, 10, log.end(), true)).isInstanceOf(OffsetOutOfRangeException.class);
        assertThat(log.firstAtOrAfter(0, 20)).contains(new TimestampedOffset(5, 11, 0));
        assertThat(log.advanceStart(21))
                .failsWithin(Duration.ofSeconds(5))
                .withThrowableThat()
                .withCauseInstanceOf(OffsetOutOfRangeException.class);
        reopen();
        assertThat(store.log().logStartOffset()).isEqualTo(11);
    }

    @Test
    void aLogWhoseRecordsAreAllDeletedKeepsItsEnd() {
        PartitionLog log = store.log();
        TestStore.append(log, Batches.batch(1, "a", "b"));
        log.advanceStart(2).join();
        reopen();

        assertThat(store.log().logStartOffset()).isEqualTo(2);
        assertThat(TestStore.append(store.log(), Batches.batch(1, "c")))
                .isInstanceOfSatisfying(
                        AppendOutcome.Appended.class,
                        a -> assertThat(a.baseOffset()).isEqualTo(2));
    }
}
