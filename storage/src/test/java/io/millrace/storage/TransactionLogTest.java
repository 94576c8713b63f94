package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.storage.LogAppend.Origin;
import io.millrace.storage.producer.Verification;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.storage.internals.log.TransactionIndex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transactions in a log: how far committed records go, which were aborted, and what of it outlives a restart. */
class TransactionLogTest {
    private static final AbortedRecords ABORTED_FIRST = new AbortedRecords(7, 0, 3, 1);
    private static final AbortedRecords ABORTED_SECOND = new AbortedRecords(8, 1, 4, 5);

    @TempDir
    Path data;

    private static AppendOutcome send(PartitionLog log, long producerId, int sequence, String... values) {
        Verification verification = log.verifications().begin(producerId, (short) 0, sequence, false);
        return append(
                log,
                Batches.transactional(producerId, sequence, values),
                Origin.CLIENT,
                verification == null ? TransactionTerms.NONE : TransactionTerms.verified(verification));
    }

    private static AppendOutcome end(PartitionLog log, long producerId, boolean commit) {
        return append(log, Batches.marker(producerId, 0, commit), Origin.COORDINATOR, TransactionTerms.marker(0));
    }

    private static AppendOutcome append(PartitionLog log, ByteBuffer batch, Origin origin, TransactionTerms terms) {
        CompletableFuture<AppendOutcome> outcome = new CompletableFuture<>();
        log.append(new LogAppend(batch, 0, origin, terms, outcome::complete));
        return outcome.join();
    }

    private static long stable(PartitionLog log) {
        return log.stableBefore(log.end()).offset();
    }

    /** Two aborted transactions that overlap, the first of which ends first. */
    private static void abortTwo(PartitionLog log) {
        send(log, 7, 0, "a");
        send(log, 8, 0, "b");
        TestStore.append(log, Batches.batch(1, "in no transaction"));
        end(log, 7, false);
        end(log, 8, false);
    }

    @Test
    void committedRecordsEndWhereTheOldestOpenTransactionBegins() {
        try (TestStore store = new TestStore(data)) {
            PartitionLog log = store.log();
            TestStore.append(log, Batches.batch(1, "before"));
            send(log, 7, 0, "a");
            send(log, 8, 0, "b");
            assertThat(stable(log)).isEqualTo(1);

            end(log, 7, true);
            assertThat(stable(log)).isEqualTo(2);

            end(log, 8, true);
            assertThat(stable(log)).isEqualTo(5);
            assertThat(log.abortedTransactions(0, 5)).isEmpty();
        }
    }

    @Test
    void aTransactionIsUndecidedUntilItsMarkerIsCommitted() {
        try (TestStore store = new TestStore(data)) {
            PartitionLog log = store.log();
            send(log, 7, 0, "a");
            LogPosition beforeMarker = log.end();
            end(log, 7, false);

            assertThat(log.stableBefore(beforeMarker).offset()).isZero();
            assertThat(log.firstUnstableOffset()).hasValue(0);

            log.committed(log.end().offset());
            TestStore.append(log, Batches.batch(1, "more"));
            send(log, 7, 1, "b");
            assertThat(log.firstUnstableOffset()).hasValue(3);
        }
    }

    @Test
    void theIndexTellsWhichTransactionsWereAborted() throws Exception {
        try (TestStore store = new TestStore(data)) {
            PartitionLog log = store.log();
            abortTwo(log);

            assertThat(log.abortedTransactions(0, 5)).containsExactly(ABORTED_FIRST, ABORTED_SECOND);
            assertThat(log.abortedTransactions(0, 1)).containsExactly(ABORTED_FIRST);
            assertThat(log.abortedTransactions(4, 5)).containsExactly(ABORTED_SECOND);
        }
        Path file = data.resolve("topics/events-0/00000000000000000000.txnindex");
        var kafkas = new TransactionIndex(0, file.toFile());
        kafkas.sanityCheck();
        assertThat(kafkas.allAbortedTxns())
                .extracting(entry -> new AbortedRecords(
                        entry.producerId(), entry.firstOffset(), entry.lastOffset(), entry.lastStableOffset()))
                .containsExactly(ABORTED_FIRST, ABORTED_SECOND);
    }

    @Test
    void openTransactionsAndTheIndexOutliveARestart() {
        try (TestStore store = new TestStore(data)) {
            abortTwo(store.log());
            send(store.log(), 9, 0, "open");
        }
        try (TestStore store = new TestStore(data)) {
            PartitionLog log = store.log();
            assertThat(stable(log)).isEqualTo(5);
            assertThat(log.abortedTransactions(0, 9)).containsExactly(ABORTED_FIRST, ABORTED_SECOND);
            assertThat(send(log, 9, 1, "goes on")).isInstanceOf(AppendOutcome.Appended.class);
            end(log, 9, false);
            assertThat(log.abortedTransactions(5, 9)).containsExactly(new AbortedRecords(9, 5, 7, 8));
        }
    }

    @Test
    void aLostOrDamagedIndexIsMadeAnewFromTheMarkers() throws Exception {
        try (TestStore store = new TestStore(data)) {
            abortTwo(store.log());
        }
        Path file = data.resolve("topics/events-0/00000000000000000000.txnindex");
        byte[] good = Files.readAllBytes(file);

        Files.delete(file);
        Files.delete(data.resolve("checkpoint"));
        assertIndexIsWhole();
        assertThat(Files.readAllBytes(file)).isEqualTo(good);

        Files.write(file, new byte[good.length - 3]);
        assertIndexIsWhole();
        assertThat(Files.readAllBytes(file)).isEqualTo(good);
    }

    private void assertIndexIsWhole() {
        try (TestStore store = new TestStore(data)) {
            assertThat(store.log().abortedTransactions(0, 5)).containsExactly(ABORTED_FIRST, ABORTED_SECOND);
        }
    }

    @Test
    void aBatchOfATransactionThatNobodyHasVerifiedIsRefused() {
        try (TestStore store = new TestStore(data)) {
            PartitionLog log = store.log();

            assertThat(append(log, Batches.transactional(7, 0, "a"), Origin.CLIENT, TransactionTerms.NONE))
                    .isInstanceOfSatisfying(
                            AppendOutcome.Refused.class,
                            refused -> assertThat(refused.error()).isEqualTo(Errors.INVALID_TXN_STATE));
        }
    }

    @Test
    void aMarkerMakesAVerificationVoid() {
        try (TestStore store = new TestStore(data)) {
            PartitionLog log = store.log();
            Verification late = Objects.requireNonNull(log.verifications().begin(7, (short) 0, 0, false));
            end(log, 7, false);

            AppendOutcome outcome =
                    append(log, Batches.transactional(7, 0, "a"), Origin.CLIENT, TransactionTerms.verified(late));

            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            AppendOutcome.Refused.class,
                            refused -> assertThat(refused.error()).isEqualTo(Errors.INVALID_TXN_STATE));
            assertThat(stable(log)).isEqualTo(log.end().offset());
        }
    }

    @Test
    void behindTheLogsStartATransactionStaysOpen() {
        try (TestStore store = new TestStore(data)) {
            PartitionLog log = store.log();
            send(log, 7, 0, "a", "b", "c");
            TestStore.append(log, Batches.batch(1, "d"));
            log.advanceStart(2).join();

            assertThat(stable(log)).isEqualTo(2);
            assertThat(TestStore.bytes(log.read(2, 1_000, log.stableBefore(log.end()), true))
                            .hasRemaining())
                    .isFalse();
        }
    }

    @Test
    void producersAreDescribed() {
        try (TestStore store = new TestStore(data)) {
            PartitionLog log = store.log();
            abortTwo(log);
            send(log, 7, 1, "open");

            assertThat(log.producers().join())
                    .extracting(LogProducer::producerId, LogProducer::lastSequence, LogProducer::transactionStart)
                    .containsExactlyInAnyOrder(
                            org.assertj.core.groups.Tuple.tuple(7L, 1, 5L),
                            org.assertj.core.groups.Tuple.tuple(8L, 0, -1L));
        }
    }
}
