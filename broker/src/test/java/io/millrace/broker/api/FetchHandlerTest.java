package io.millrace.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.metadata.MetadataCommand.DeleteTopic;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.ReplicaState;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FetchHandlerTest {
    private static final int BY_NAME = 12;
    private static final int BY_ID = 17;

    private RecordWorld world;
    private FetchHandler handler;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        world = new RecordWorld(directory);
        handler = handler(50 << 20);
    }

    private FetchHandler handler(int responseBytesMax) {
        return new FetchHandler(
                world.replicas, new FetchSessions(10), world.cluster.metadata::image, responseBytesMax);
    }

    @AfterEach
    void stop() {
        world.close();
    }

    @Test
    void readsFromTheOffsetOn() throws Exception {
        world.create("t", 1);
        world.produce("t", 0, "a");
        world.produce("t", 0, "b");

        PartitionData answer = Fetches.only(ask(BY_NAME, Fetches.of("t", 0, 1)));

        assertThat(RecordWorld.values(answer.records())).contains("b");
        assertThat(answer.highWatermark()).isEqualTo(2);
        assertThat(answer.lastStableOffset()).isEqualTo(2);
        assertThat(answer.logStartOffset()).isZero();
        assertThat(answer.preferredReadReplica()).isEqualTo(-1);
        assertThat(answer.abortedTransactions()).isNull();
    }

    @Test
    void everyVersionIsAnswered() throws Exception {
        Uuid id = world.create("t", 1);
        world.produce("t", 0, "a");
        for (int version = 4; version <= 18; version++) {
            FetchRequestData request = version < 13
                    ? Fetches.of("t", 0, 0)
                    : Fetches.addById(Fetches.request(), id, 0, 0);
            assertThat(RecordWorld.values(Fetches.only(ask(version, request)).records()))
                    .containsExactly("a");
        }
    }

    @Test
    void readCommittedIsToldOfAbortedTransactions() throws Exception {
        world.create("t", 1);
        world.produce("t", 0, "a");

        PartitionData answer =
                Fetches.only(ask(BY_NAME, Fetches.of("t", 0, 0).setIsolationLevel((byte) 1)));

        assertThat(answer.abortedTransactions()).isEmpty();
        assertThat(RecordWorld.values(answer.records())).containsExactly("a");
    }

    @Test
    void atTheEndThereIsNothing() throws Exception {
        world.create("t", 1);
        world.produce("t", 0, "a");

        PartitionData answer = Fetches.only(ask(BY_NAME, Fetches.of("t", 0, 1)));

        assertThat(answer.errorCode()).isZero();
        assertThat(answer.records().sizeInBytes()).isZero();
    }

    @Test
    void offsetsOutOfRangeAreRefused() throws Exception {
        world.create("t", 1);
        world.produce("t", 0, "a");

        for (long offset : new long[] {-1, 2, Long.MAX_VALUE}) {
            PartitionData answer = Fetches.only(ask(BY_NAME, Fetches.of("t", 0, offset)));
            assertThat(Errors.forCode(answer.errorCode())).isEqualTo(Errors.OFFSET_OUT_OF_RANGE);
            assertThat(answer.highWatermark()).isEqualTo(-1);
        }
    }

    @Test
    void unknownTopicsAndPartitionsAreToldApart() throws Exception {
        world.create("t", 1);

        assertThat(error(BY_NAME, Fetches.of("x", 0, 0))).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(error(BY_NAME, Fetches.of("t", 9, 0))).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(error(BY_ID, Fetches.addById(Fetches.request(), new Uuid(5, 5), 0, 0)))
                .isEqualTo(Errors.UNKNOWN_TOPIC_ID);
    }

    @Test
    void leaderEpochsAreCompared() throws Exception {
        world.create("t", 1);
        int epoch = world.partition("t", 0).leaderEpoch();

        assertThat(error(BY_NAME, withEpoch(epoch))).isEqualTo(Errors.NONE);
        assertThat(error(BY_NAME, withEpoch(epoch + 1))).isEqualTo(Errors.UNKNOWN_LEADER_EPOCH);
        world.cluster.register(0, false, TestCluster.LISTENER);
        assertThat(error(BY_NAME, withEpoch(epoch))).isEqualTo(Errors.FENCED_LEADER_EPOCH);
    }

    private static FetchRequestData withEpoch(int epoch) {
        FetchRequestData request = Fetches.of("t", 0, 0);
        Fetches.only(request).setCurrentLeaderEpoch(epoch);
        return request;
    }

    @Test
    void theWrongBrokerNamesTheRightOne() throws Exception {
        world.cluster.register(1, false, TestCluster.LISTENER);
        Uuid id = world.cluster.create("t", List.of(List.of(1)), Map.of());

        FetchResponseData response = ask(BY_ID, Fetches.addById(Fetches.request(), id, 0, 0));

        PartitionData answer = Fetches.only(response);
        assertThat(answer.errorCode()).isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER.code());
        assertThat(answer.currentLeader().leaderId()).isEqualTo(1);
        assertThat(response.nodeEndpoints().find(1).port()).isEqualTo(9093);
    }

    @Test
    void followersAreRefusedForNow() throws Exception {
        Uuid id = world.create("t", 1);
        FetchRequestData request = Fetches.addById(Fetches.request(), id, 0, 0)
                .setReplicaState(new ReplicaState().setReplicaId(1));

        assertThat(error(BY_ID, request)).isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER);
        assertThat(error(BY_NAME, Fetches.of("t", 0, 0).setReplicaId(1))).isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER);
    }

    @Test
    void anUnknownIsolationIsRefused() {
        assertThat(world.start(handler, BY_NAME, Fetches.of("t", 0, 0).setIsolationLevel((byte) 2)))
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .withCauseInstanceOf(InvalidRequestException.class);
    }

    @Test
    void theFirstBatchComesWholeHoweverSmallTheLimit() throws Exception {
        world.create("t", 2);
        world.produce("t", 0, "a".repeat(5000));
        world.produce("t", 1, "b".repeat(5000));
        FetchRequestData request = Fetches.add(Fetches.of("t", 0, 0), "t", 1, 0).setMaxBytes(100);

        FetchResponseData response = ask(BY_NAME, request);

        List<PartitionData> answers = response.responses().getFirst().partitions();
        assertThat(RecordWorld.values(answers.getFirst().records())).hasSize(1);
        assertThat(answers.get(1).records().sizeInBytes()).isZero();
        assertThat(answers.get(1).errorCode()).isZero();
    }

    @Test
    void theLimitOfAPartitionIsKept() throws Exception {
        world.create("t", 2);
        for (int i = 0; i < 20; i++) {
            world.produce("t", 1, "x".repeat(1000));
        }
        world.produce("t", 0, "first");
        FetchRequestData request = Fetches.add(Fetches.of("t", 0, 0), "t", 1, 0);
        request.topics().get(1).partitions().getFirst().setPartitionMaxBytes(3000);

        PartitionData answer = ask(BY_NAME, request).responses().getFirst().partitions().get(1);

        assertThat(answer.records().sizeInBytes()).isLessThanOrEqualTo(3000);
        assertThat(RecordWorld.values(answer.records())).isNotNull();
    }

    @Test
    void theBrokersOwnLimitIsKept() throws Exception {
        world.create("t", 2);
        world.produce("t", 0, "x".repeat(1000));
        world.produce("t", 1, "y".repeat(1000));
        handler = handler(1100);

        FetchResponseData response = ask(BY_NAME, Fetches.add(Fetches.of("t", 0, 0), "t", 1, 0));

        List<PartitionData> answers = response.responses().getFirst().partitions();
        assertThat(RecordWorld.values(answers.getFirst().records())).hasSize(1);
        assertThat(answers.get(1).records().sizeInBytes()).isLessThan(100);
    }

    @Test
    void waitsUntilThereIsEnough() throws Exception {
        world.create("t", 1);
        world.produce("t", 0, "a");
        CompletableFuture<@Nullable ApiMessage> answer = world.start(
                handler, BY_NAME, Fetches.of("t", 0, 1).setMaxWaitMs(60_000).setMinBytes(100));
        world.produce("t", 0, "b");
        assertThat(answer).isNotDone();
        world.produce("t", 0, "c");

        FetchResponseData response = (FetchResponseData) answer.get(10, TimeUnit.SECONDS);
        assertThat(RecordWorld.values(Fetches.only(response).records())).contains("b", "c");
    }

    @Test
    void whatWasThereBeforeCountsToo() throws Exception {
        world.create("t", 2);
        world.produce("t", 0, "a");
        FetchRequestData request = Fetches.add(Fetches.of("t", 0, 0), "t", 1, 0)
                .setMaxWaitMs(60_000)
                .setMinBytes(120);
        CompletableFuture<@Nullable ApiMessage> answer = world.start(handler, BY_NAME, request);
        world.produce("t", 1, "b");

        FetchResponseData response = (FetchResponseData) answer.get(10, TimeUnit.SECONDS);
        for (PartitionData partition : response.responses().getFirst().partitions()) {
            assertThat(RecordWorld.values(partition.records())).hasSize(1);
        }
    }

    @Test
    void waitsNoLongerThanAsked() throws Exception {
        world.create("t", 1);
        world.produce("t", 0, "a");

        PartitionData answer = Fetches.only(ask(
                BY_NAME, Fetches.of("t", 0, 0).setMaxWaitMs(50).setMinBytes(10_000)));

        assertThat(RecordWorld.values(answer.records())).containsExactly("a");
    }

    @Test
    void anErrorIsToldAtOnce() throws Exception {
        world.create("t", 2);
        FetchRequestData request = Fetches.add(Fetches.of("t", 0, 0), "t", 1, 99).setMaxWaitMs(60_000);

        assertThat(ask(BY_NAME, request).responses().getFirst().partitions())
                .extracting(answer -> Errors.forCode(answer.errorCode()))
                .containsExactly(Errors.NONE, Errors.OFFSET_OUT_OF_RANGE);
    }

    @Test
    void aDeletedTopicEndsTheWait() throws Exception {
        Uuid id = world.create("t", 1);
        world.produce("t", 0, "a");
        CompletableFuture<@Nullable ApiMessage> answer =
                world.start(handler, BY_NAME, Fetches.of("t", 0, 1).setMaxWaitMs(60_000));
        world.cluster.apply(new DeleteTopic(id));

        FetchResponseData response = (FetchResponseData) answer.get(10, TimeUnit.SECONDS);
        assertThat(Fetches.only(response).errorCode()).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
    }

    private FetchResponseData ask(int version, FetchRequestData request) throws Exception {
        return world.ask(handler, version, request, FetchResponseData.class);
    }

    private Errors error(int version, FetchRequestData request) throws Exception {
        return Errors.forCode(Fetches.only(ask(version, request)).errorCode());
    }
}
