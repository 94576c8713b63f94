package io.millrace.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.coordinator.RegisterMachine.Command;
import io.millrace.coordinator.RegisterMachine.Put;
import io.millrace.coordinator.SimulatedLog.Behaviour;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.Test;

class ShardRuntimeTest {
    private static final int MAX_BATCH = 4096;
    private static final int MAX_WAITING = 50;

    private final SimulatedWorld world = new SimulatedWorld();
    private final SimulatedLog log = world.log();
    private final ShardRuntime<Command, Put> runtime =
            new ShardRuntime<>(2, new RegisterMachine.Type(), world.ports(), new ShardLimits(MAX_WAITING, MAX_BATCH));

    /** Replies that a test does not look at. */
    private final List<CompletableFuture<String>> started = new ArrayList<>();

    private CompletableFuture<String> set(String key, String value) {
        return runtime.submit(0, RegisterMachine::error, ticket -> new Command.Set(key, value, ticket));
    }

    private CompletableFuture<String> get(String key) {
        return runtime.submit(0, RegisterMachine::error, ticket -> new Command.Get(key, ticket));
    }

    private CompletableFuture<String> setMany(int count, String value, boolean atomic) {
        return runtime.submit(0, RegisterMachine::error, ticket -> new Command.SetMany(count, value, atomic, ticket));
    }

    private CompletableFuture<String> setLater(String key, long afterMs) {
        return runtime.submit(0, RegisterMachine::error, ticket -> new Command.SetLater(key, afterMs, ticket));
    }

    private void lead() {
        runtime.elect(0, 1);
        world.settle();
    }

    @Test
    void aShardThatIsNotLedIsNotTheCoordinator() {
        CompletableFuture<String> reply = get("a");
        world.settle();

        assertThat(reply).isCompletedWithValue("NOT_COORDINATOR");
    }

    @Test
    void whileLoadingItSaysSo() {
        runtime.elect(0, 1);
        CompletableFuture<String> reply = get("a");
        world.settle();

        assertThat(reply).isCompletedWithValue("COORDINATOR_LOAD_IN_PROGRESS");
        assertThat(world.log().loads()).isOne();
    }

    @Test
    void aPipelinedReadSeesTheWriteBeforeItButOnlyWhenThatIsCommitted() {
        lead();
        log.behave(Behaviour.HOLD);

        CompletableFuture<String> write = set("a", "1");
        CompletableFuture<String> read = get("a");
        world.settle();
        assertThat(write).isNotDone();
        assertThat(read).isNotDone();

        log.release(Behaviour.COMMIT);
        world.settle();
        assertThat(write).isCompletedWithValue("set 1");
        assertThat(read).isCompletedWithValue("1");
    }

    @Test
    void whatIsDecidedDuringAnAppendGoesIntoTheNextBatchTogether() {
        lead();
        log.behave(Behaviour.HOLD);
        started.add(set("a", "1"));
        world.settle();
        IntStream.range(0, 20).forEach(i -> started.add(set("k" + i, "v")));
        world.settle();
        assertThat(log.held()).isOne();

        log.release(Behaviour.COMMIT);
        world.settle();
        log.release(Behaviour.COMMIT);
        world.settle();

        assertThat(log.batches(0)).isEqualTo(2);
        assertThat(log.records(0)).hasSize(21);
    }

    @Test
    void batchesStayBelowTheLimit() {
        lead();
        log.behave(Behaviour.HOLD);
        List<CompletableFuture<String>> replies = new ArrayList<>();
        String value = "x".repeat(400);
        IntStream.range(0, 40).forEach(i -> replies.add(set("k" + i, value)));
        for (int i = 0; i < 20; i++) {
            world.settle();
            log.release(Behaviour.COMMIT);
        }
        world.settle();

        assertThat(replies).allSatisfy(reply -> assertThat(reply).isCompletedWithValue("set " + value));
        assertThat(log.sizes(0))
                .hasSizeBetween(4, 10)
                .allSatisfy(size -> assertThat(size).isLessThanOrEqualTo(MAX_BATCH));
    }

    @Test
    void aDecisionThatFitsNoBatchIsRefusedAndChangesNothing() {
        lead();

        CompletableFuture<String> tooMuch = setMany(10, "x".repeat(500), true);
        CompletableFuture<String> read = get("k0");
        world.settle();

        assertThat(tooMuch).isCompletedWithValue("UNKNOWN_SERVER_ERROR");
        assertThat(read).isCompletedWithValue("null");
        assertThat(log.batches(0)).isZero();
    }

    @Test
    void aDecisionThatMayBeSplitGoesIntoSeveralBatches() {
        lead();

        CompletableFuture<String> much = setMany(30, "x".repeat(500), false);
        world.settle();

        assertThat(much).isCompletedWithValue("set 30");
        assertThat(log.records(0)).hasSize(30);
        assertThat(log.batches(0)).isGreaterThan(3);
    }

    @Test
    void aRefusedAppendTakesBackAllThatWasDecidedOnIt() {
        lead();
        started.add(set("a", "before"));
        world.settle();
        log.behave(Behaviour.HOLD);
        CompletableFuture<String> first = set("a", "1");
        world.settle();
        CompletableFuture<String> second = set("a", "2");
        CompletableFuture<String> read = get("a");
        world.settle();

        log.release(Behaviour.REFUSE);
        log.behave(Behaviour.COMMIT);
        world.settle();

        assertThat(List.of(first, second, read))
                .allSatisfy(reply -> assertThat(reply).isCompletedWithValue("COORDINATOR_NOT_AVAILABLE"));
        CompletableFuture<String> after = get("a");
        world.settle();
        assertThat(after).isCompletedWithValue("before");
        assertThat(log.loads()).isOne();
    }

    @Test
    void anAppendOfUnknownOutcomeLoadsTheShardAgain() {
        lead();
        log.behave(Behaviour.LOSE_ANSWER);
        CompletableFuture<String> write = set("a", "1");
        world.settle();
        log.behave(Behaviour.COMMIT);
        CompletableFuture<String> read = get("a");
        world.settle();

        assertThat(write).isCompletedWithValue("COORDINATOR_NOT_AVAILABLE");
        assertThat(read).isCompletedWithValue("1");
        assertThat(log.loads()).isEqualTo(2);
    }

    @Test
    void whoeverWaitsWhenTheShardIsResignedIsToldSoAndALateAppendChangesNothing() {
        lead();
        log.behave(Behaviour.HOLD);
        CompletableFuture<String> write = set("a", "1");
        world.settle();
        runtime.resign(0);
        world.settle();
        assertThat(write).isCompletedWithValue("NOT_COORDINATOR");

        log.release(Behaviour.COMMIT);
        world.settle();
        runtime.elect(0, 2);
        world.settle();
        CompletableFuture<String> read = get("a");
        world.settle();
        assertThat(read).isCompletedWithValue("1");
    }

    @Test
    void anOldElectionIsIgnored() {
        runtime.elect(0, 5);
        runtime.elect(0, 4);
        world.settle();

        assertThat(log.loads()).isOne();
    }

    @Test
    void tooManyWaitingCommandsAreAskedToComeBack() {
        lead();
        log.behave(Behaviour.HOLD);
        started.add(set("a", "1"));
        world.settle();

        List<CompletableFuture<String>> replies = new ArrayList<>();
        IntStream.range(0, 3 * MAX_WAITING).forEach(i -> replies.add(get("a")));
        world.settle();
        IntStream.range(0, 3 * MAX_WAITING).forEach(i -> replies.add(get("a")));
        world.settle();
        long refused = replies.stream().filter(CompletableFuture::isDone).count();
        log.release(Behaviour.COMMIT);
        world.settle();

        assertThat(refused).isBetween(4L * MAX_WAITING, 5L * MAX_WAITING);
        assertThat(replies.stream().map(CompletableFuture::join).distinct())
                .containsExactlyInAnyOrder("1", "COORDINATOR_LOAD_IN_PROGRESS");
    }

    @Test
    void aBugInADecisionIsAnsweredAndTheShardGoesOn() {
        lead();
        CompletableFuture<String> broken = runtime.submit(0, RegisterMachine::error, Command.Break::new);
        CompletableFuture<String> write = set("a", "1");
        world.settle();

        assertThat(broken).isCompletedWithValue("UNKNOWN_SERVER_ERROR");
        assertThat(write).isCompletedWithValue("set 1");
    }

    @Test
    void alarmsRingWhenTheirTimeHasCome() {
        lead();
        started.add(setLater("a", 1000));
        world.advance(999);
        CompletableFuture<String> early = get("a");
        world.advance(1);
        CompletableFuture<String> late = get("a");
        world.settle();

        assertThat(early).isCompletedWithValue("null");
        assertThat(late).isCompletedWithValue("rang");
    }

    @Test
    void aDeadlineThatMovedOnIsKept() {
        lead();
        started.add(setLater("a", 1000));
        world.advance(500);
        started.add(setLater("a", 1000));
        world.advance(999);
        CompletableFuture<String> early = get("a");
        world.advance(1);
        CompletableFuture<String> late = get("a");
        world.settle();

        assertThat(early).isCompletedWithValue("null");
        assertThat(late).isCompletedWithValue("rang");
    }

    @Test
    void anAlarmWhoseAppendWasRefusedRingsAgain() {
        lead();
        started.add(setLater("a", 1000));
        world.settle();
        log.behave(Behaviour.REFUSE);
        world.advance(1200);
        log.behave(Behaviour.COMMIT);
        CompletableFuture<String> before = get("a");
        world.advance(1000);
        CompletableFuture<String> after = get("a");
        world.settle();

        assertThat(before).isCompletedWithValue("null");
        assertThat(after).isCompletedWithValue("rang");
    }

    @Test
    void unknownRecordsAreSkippedAndBadOnesStopTheLoad() {
        log.put(0, records("?from the future", "x"));
        log.put(0, records("a", "1"));
        lead();
        CompletableFuture<String> read = get("a");
        world.settle();
        assertThat(read).isCompletedWithValue("1");

        log.put(0, records("!bad", "x"));
        runtime.elect(0, 2);
        world.settle();
        CompletableFuture<String> unloaded = get("a");
        world.settle();
        assertThat(unloaded).isCompletedWithValue("NOT_COORDINATOR");
    }

    @Test
    void aCommandForAllIsKeptForTheShardsThatAreBeingLoaded() {
        runtime.elect(0, 1);
        runtime.tellAll(new Command.Set("a", "told", new Ticket<>(RegisterMachine::error)));
        world.settle();
        CompletableFuture<String> read = get("a");
        world.settle();

        assertThat(read).isCompletedWithValue("told");
    }

    @Test
    void afterCloseItIsNotAvailable() {
        lead();
        runtime.close();
        CompletableFuture<String> read = get("a");
        world.settle();

        assertThat(read).isCompletedWithValue("COORDINATOR_NOT_AVAILABLE");
    }

    private static MemoryRecords records(String key, String value) {
        return MemoryRecords.withRecords(
                Compression.NONE,
                new SimpleRecord(0L, RegisterMachine.Type.bytes(key), RegisterMachine.Type.bytes(value)));
    }
}
