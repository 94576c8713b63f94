package io.millrace.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.TransactionMarker;
import io.millrace.replication.PartitionAppend;
import io.millrace.storage.LogAppend.Origin;
import io.millrace.storage.TransactionTerms;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.DescribeProducersRequestData;
import org.apache.kafka.common.message.DescribeProducersRequestData.TopicRequest;
import org.apache.kafka.common.message.DescribeProducersResponseData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.AbortedTransaction;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Fetch, ListOffsets and DescribeProducers say of a partition with transactions. */
class TransactionReadsTest {
    private static final byte COMMITTED = 1;
    private static final long PRODUCER = 7;

    private RecordWorld world;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        world = new RecordWorld(directory);
        world.create("t", 1);
    }

    @AfterEach
    void stop() {
        world.close();
    }

    /** A record in a transaction, as a verified client sends it. */
    private void send(int sequence, String value) throws Exception {
        var partition = world.partition("t", 0);
        var verification = partition.log().get().verifications().begin(PRODUCER, (short) 0, sequence, false);
        ByteBuffer batch = RecordWorld.copy(MemoryRecords.withTransactionalRecords(
                        Compression.NONE,
                        PRODUCER,
                        (short) 0,
                        sequence,
                        new SimpleRecord(value.getBytes(StandardCharsets.UTF_8)))
                .buffer());
        CompletableFuture<Errors> outcome = new CompletableFuture<>();
        partition.append(new PartitionAppend(batch, Origin.CLIENT, PartitionAppend.ACKS_ALL) {
            @Override
            protected TransactionTerms transactionTerms() {
                return verification == null ? TransactionTerms.NONE : TransactionTerms.verified(verification);
            }

            @Override
            protected void bufferFree() {
                // the test's own
            }

            @Override
            protected void completed(Errors error, @Nullable String message, long baseOffset, long appendTimeMs) {
                outcome.complete(error);
            }
        });
        assertThat(outcome.get(10, TimeUnit.SECONDS)).isEqualTo(Errors.NONE);
    }

    private void end(boolean commit) throws Exception {
        assertThat(world.partition("t", 0)
                        .endTransaction(PRODUCER, (short) 0, new TransactionMarker(commit, 3), 0)
                        .get(10, TimeUnit.SECONDS))
                .isEqualTo(Errors.NONE);
    }

    private FetchHandler fetches() {
        return new FetchHandler(world.replicas, new FetchSessions(10), world.cluster.metadata::image, 50 << 20);
    }

    private PartitionData fetchCommitted(long offset) throws Exception {
        return Fetches.only(world.ask(
                fetches(), 12, Fetches.of("t", 0, offset).setIsolationLevel(COMMITTED), FetchResponseData.class));
    }

    private long latest(byte isolation) throws Exception {
        ListOffsetsTopic topic = new ListOffsetsTopic().setName("t");
        topic.partitions().add(new ListOffsetsPartition().setPartitionIndex(0).setTimestamp(-1));
        ListOffsetsRequestData request =
                new ListOffsetsRequestData().setReplicaId(-1).setIsolationLevel(isolation);
        request.topics().add(topic);
        return world.ask(new ListOffsetsHandler(world.replicas), 7, request, ListOffsetsResponseData.class)
                .topics()
                .getFirst()
                .partitions()
                .getFirst()
                .offset();
    }

    @Test
    void anOpenTransactionEndsWhatReadersOfCommittedRecordsSee() throws Exception {
        world.produce("t", 0, "before");
        send(0, "a");
        world.produce("t", 0, "behind");

        PartitionData answer = fetchCommitted(0);

        assertThat(answer.highWatermark()).isEqualTo(3);
        assertThat(answer.lastStableOffset()).isEqualTo(1);
        assertThat(RecordWorld.values(answer.records())).containsExactly("before");
        assertThat(latest(COMMITTED)).isEqualTo(1);
        assertThat(latest((byte) 0)).isEqualTo(3);
    }

    @Test
    void theAbortedAreNamed() throws Exception {
        send(0, "a");
        end(false);
        send(1, "b");
        end(true);

        PartitionData answer = fetchCommitted(0);

        assertThat(answer.lastStableOffset()).isEqualTo(4);
        assertThat(answer.abortedTransactions())
                .containsExactly(
                        new AbortedTransaction().setProducerId(PRODUCER).setFirstOffset(0));
        assertThat(RecordWorld.values(answer.records())).contains("a", "b");
        assertThat(fetchCommitted(2).abortedTransactions()).isEmpty();
    }

    @Test
    void aFetchWaitsForTheMarkerAndNotForMoreOfTheTransaction() throws Exception {
        send(0, "a");
        var waiting = world.start(
                fetches(),
                12,
                Fetches.of("t", 0, 0).setIsolationLevel(COMMITTED).setMaxWaitMs(60_000));
        send(1, "b");
        assertThat(waiting).isNotDone();

        end(true);

        PartitionData answer =
                Fetches.only((FetchResponseData) Objects.requireNonNull(waiting.get(10, TimeUnit.SECONDS)));
        assertThat(RecordWorld.values(answer.records())).contains("a", "b");
    }

    @Test
    void producersAreDescribedWithTheirTransactions() throws Exception {
        world.produce("t", 0, "before");
        send(0, "a");

        var request = new DescribeProducersRequestData();
        request.topics().add(new TopicRequest().setName("t").setPartitionIndexes(List.of(0, 1)));
        var partitions = world.ask(
                        new DescribeProducersHandler(world.replicas), 0, request, DescribeProducersResponseData.class)
                .topics()
                .getFirst()
                .partitions();

        var producer = partitions.getFirst().activeProducers().getFirst();
        assertThat(producer.producerId()).isEqualTo(PRODUCER);
        assertThat(producer.lastSequence()).isZero();
        assertThat(producer.coordinatorEpoch()).isEqualTo(-1);
        assertThat(producer.currentTxnStartOffset()).isEqualTo(1);
        assertThat(partitions.getLast().errorCode()).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
    }
}
