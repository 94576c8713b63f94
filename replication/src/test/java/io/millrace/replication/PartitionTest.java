package io.millrace.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.metadata.PartitionImage;
import io.millrace.protocol.TransactionMarker;
import io.millrace.storage.LogConfig;
import io.millrace.storage.PartitionLog;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;

class PartitionTest {
    private static final TopicIdPartition ID = new TopicIdPartition(new Uuid(1, 2), 0, "t");
    private static final int ME = 1;
    private static final int EPOCH = 5;

    private final FakeLogStore store = new FakeLogStore();
    private final Partition partition = new Partition(ID, store, leadership(ME, EPOCH), TopicSettings.DEFAULTS);

    @Test
    void anAppendIsAcknowledgedWhenItIsDurable() {
        for (short acks : new short[] {PartitionAppend.ACKS_LEADER, PartitionAppend.ACKS_ALL}) {
            TestAppend append = append(acks);
            assertThat(append.bufferFree).isFalse();
            log().write();
            assertThat(append.bufferFree).isTrue();
            assertThat(append.done()).isFalse();
            log().flush();
            assertThat(append.acknowledged()).isTrue();
        }
    }

    @Test
    void acksNoneWaitsForTheLogAlone() {
        TestAppend append = append(PartitionAppend.ACKS_NONE);
        log().write();

        assertThat(append.acknowledged()).isTrue();
    }

    @Test
    void appendsAreAcknowledgedInTheirOrder() {
        List<TestAppend> appends = List.of(
                append(PartitionAppend.ACKS_ALL), append(PartitionAppend.ACKS_ALL), append(PartitionAppend.ACKS_ALL));
        log().write();
        log().write();
        log().flush();
        log().write();

        assertThat(appends).extracting(TestAppend::acknowledged).containsExactly(true, true, false);
        assertThat(appends).extracting(append -> append.baseOffset).containsExactly(0L, 1L, -2L);
    }

    @Test
    void aRetryIsAnsweredWithTheFirstOffsetOnceThatIsDurable() {
        TestAppend first = append(PartitionAppend.ACKS_ALL);
        TestAppend retry = append(PartitionAppend.ACKS_ALL);
        log().write();
        log().duplicate(0);
        assertThat(retry.done()).isFalse();
        log().flush();

        assertThat(first.baseOffset).isEqualTo(retry.baseOffset).isZero();
    }

    @Test
    void whatTheLogRefusesIsToldAtOnce() {
        TestAppend append = append(PartitionAppend.ACKS_ALL);
        log().refuse(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);

        assertThat(append.error).isEqualTo(Errors.OUT_OF_ORDER_SEQUENCE_NUMBER);
    }

    @Test
    void theHighWatermarkFollowsWhatIsDurable() {
        append(PartitionAppend.ACKS_ALL);
        log().write();
        assertThat(partition.highWatermark().offset()).isZero();
        log().flush();
        assertThat(partition.highWatermark().offset()).isEqualTo(1);
    }

    @Test
    void appendsWaitForTheLogToOpen() {
        store.slow = true;
        TestAppend one = append(PartitionAppend.ACKS_ALL);
        TestAppend two = append(PartitionAppend.ACKS_ALL);

        opening().complete(store.log(ID, LogConfig.DEFAULTS));
        log().write();
        log().write();
        log().flush();

        assertThat(one.baseOffset).isZero();
        assertThat(two.baseOffset).isEqualTo(1);
    }

    @Test
    void aLogThatDoesNotOpenRefusesAndIsTriedAgain() {
        store.slow = true;
        TestAppend append = append(PartitionAppend.ACKS_ALL);
        opening().completeExceptionally(new org.apache.kafka.common.errors.KafkaStorageException(new IOException()));
        assertThat(append.error).isEqualTo(Errors.KAFKA_STORAGE_ERROR);

        store.slow = false;
        TestAppend again = append(PartitionAppend.ACKS_ALL);
        log().write();
        log().flush();
        assertThat(again.acknowledged()).isTrue();
    }

    @Test
    void onlyTheLeaderAppends() {
        partition.lead(leadership(2, EPOCH + 1), TopicSettings.DEFAULTS);

        assertThat(append(PartitionAppend.ACKS_ALL).error).isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER);
    }

    @Test
    void resigningAnswersWhatWaits() {
        TestAppend append = append(PartitionAppend.ACKS_ALL);
        log().write();
        partition.lead(leadership(2, EPOCH + 1), TopicSettings.DEFAULTS);

        assertThat(append.error).isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER);
    }

    @Test
    void deletionAnswersWhatWaitsAndWhatComesIntoTheLogLater() {
        TestAppend waiting = append(PartitionAppend.ACKS_ALL);
        TestAppend late = append(PartitionAppend.ACKS_ALL);
        log().write();
        partition.stop(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        log().write();

        assertThat(waiting.error).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(late.error).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
    }

    @Test
    void aFailedDiskAnswersWhatWaits() {
        TestAppend append = append(PartitionAppend.ACKS_ALL);
        log().write();
        log().listener().failed(new IOException("gone"));

        assertThat(append.error).isEqualTo(Errors.KAFKA_STORAGE_ERROR);
    }

    @Test
    void acksAllNeedsEnoughReplicasInSync() {
        TopicSettings two = new TopicSettings(
                LogConfig.DEFAULTS, 2, Long.MAX_VALUE, 0, null, 0, TopicSettings.ANY_DECOMPRESSED_BYTES);
        PartitionImage image = new PartitionImage(List.of(1, 2), List.of(1), ME, EPOCH, 0);
        partition.lead(new Leadership(ME, image), two);

        assertThat(append(PartitionAppend.ACKS_ALL).error).isEqualTo(Errors.NOT_ENOUGH_REPLICAS);
        assertThat(append(PartitionAppend.ACKS_LEADER).done()).isFalse();
    }

    @Test
    void leaderEpochsOfClientsAreCompared() {
        assertThat(partition.check(-1)).isEqualTo(Errors.NONE);
        assertThat(partition.check(EPOCH)).isEqualTo(Errors.NONE);
        assertThat(partition.check(EPOCH - 1)).isEqualTo(Errors.FENCED_LEADER_EPOCH);
        assertThat(partition.check(EPOCH + 1)).isEqualTo(Errors.UNKNOWN_LEADER_EPOCH);
        partition.lead(leadership(2, EPOCH + 1), TopicSettings.DEFAULTS);
        assertThat(partition.check(EPOCH + 1)).isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER);
    }

    @Test
    void aWaitingFetchWakesWhenEnoughIsCommitted() {
        AtomicInteger woken = new AtomicInteger();
        FetchWaiter waiter = waiter(2 * FakeLog.RECORD_BYTES, 0, woken);
        grow();
        assertThat(woken).hasValue(0);
        grow();
        assertThat(woken).hasValue(1);
        grow();
        assertThat(woken).hasValue(1);
        assertThat(waiter.expire()).isFalse();
    }

    @Test
    void whatCameBetweenLookingAndWaitingCounts() {
        open();
        var seen = partition.highWatermark();
        grow();
        AtomicInteger woken = new AtomicInteger();
        FetchWaiter waiter = new FetchWaiter(1, 0, 1, woken::incrementAndGet);
        waiter.watch(partition, IsolationLevel.READ_UNCOMMITTED, seen, 1000);

        assertThat(woken).hasValue(1);
    }

    @Test
    void aReaderOfCommittedRecordsWaitsForTheTransactionsEnd() {
        AtomicInteger uncommitted = new AtomicInteger();
        AtomicInteger committed = new AtomicInteger();
        open();
        log().openTransaction(log().end());
        wait(IsolationLevel.READ_UNCOMMITTED, uncommitted);
        wait(IsolationLevel.READ_COMMITTED, committed);
        grow();
        assertThat(uncommitted).hasValue(1);
        assertThat(committed).hasValue(0);

        var marker = partition.endTransaction(7, (short) 0, new TransactionMarker(true, 0), 0);
        log().endTransaction();
        log().write();
        assertThat(marker).isNotDone();
        log().flush();

        assertThat(marker).isCompletedWithValue(Errors.NONE);
        assertThat(committed).hasValue(1);
    }

    private void wait(IsolationLevel isolation, AtomicInteger woken) {
        new FetchWaiter(1, 0, 1, woken::incrementAndGet).watch(partition, isolation, partition.limit(isolation), 1_000);
    }

    @Test
    void noMoreThanThePartitionsLimitCounts() {
        AtomicInteger woken = new AtomicInteger();
        FetchWaiter waiter = new FetchWaiter(150, 0, 1, woken::incrementAndGet);
        open();
        waiter.watch(partition, IsolationLevel.READ_UNCOMMITTED, partition.highWatermark(), 120);
        grow();
        grow();
        grow();

        assertThat(woken).hasValue(0);
    }

    @Test
    void aClosedWaiterHearsNothing() {
        AtomicInteger woken = new AtomicInteger();
        waiter(1, 0, woken).close();
        grow();

        assertThat(woken).hasValue(0);
    }

    @Test
    void closingOneWaiterLeavesTheOthers() {
        AtomicInteger[] woken = {new AtomicInteger(), new AtomicInteger(), new AtomicInteger()};
        FetchWaiter[] waiters = {waiter(1, 0, woken[0]), waiter(1, 0, woken[1]), waiter(1, 0, woken[2])};
        waiters[1].close();
        grow();

        assertThat(woken).extracting(AtomicInteger::get).containsExactly(1, 0, 1);
    }

    @Test
    void waitingFetchesWakeWhenThePartitionGoesAway() {
        AtomicInteger woken = new AtomicInteger();
        waiter(1000, 0, woken);
        partition.stop(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(woken).hasValue(1);

        waiter(1000, 0, woken);
        assertThat(woken).hasValue(2);
    }

    @Test
    void newSettingsReachTheLog() {
        open();
        LogConfig compacted = RecordBatchValidationTest.withCleanup(LogConfig.Cleanup.COMPACT);
        partition.lead(leadership(ME, EPOCH), RecordBatchValidationTest.settings(compacted));

        assertThat(log().config()).isEqualTo(compacted);
    }

    private FetchWaiter waiter(int minBytes, long found, AtomicInteger woken) {
        open();
        FetchWaiter waiter = new FetchWaiter(minBytes, found, 1, woken::incrementAndGet);
        waiter.watch(partition, IsolationLevel.READ_UNCOMMITTED, partition.highWatermark(), Integer.MAX_VALUE);
        return waiter;
    }

    private void open() {
        assertThat(partition.log()).isNotNull();
    }

    private void grow() {
        append(PartitionAppend.ACKS_ALL);
        log().write();
        log().flush();
    }

    private TestAppend append(short acks) {
        TestAppend append = new TestAppend(acks);
        partition.append(append);
        return append;
    }

    private FakeLog log() {
        return store.log(ID, LogConfig.DEFAULTS);
    }

    private CompletableFuture<PartitionLog> opening() {
        return store.opening.values().iterator().next();
    }

    private static Leadership leadership(int leader, int epoch) {
        return new Leadership(ME, new PartitionImage(List.of(1), List.of(1), leader, epoch, 0));
    }
}
