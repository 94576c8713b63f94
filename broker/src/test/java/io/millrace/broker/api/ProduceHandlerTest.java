package io.millrace.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.RecordBatchFormat;
import io.millrace.replication.Partition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.assertj.core.data.Offset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProduceHandlerTest {
    private static final int LATEST = 12;
    private static final int BY_ID = 13;

    private RecordWorld world;

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        world = new RecordWorld(directory);
    }

    @AfterEach
    void stop() {
        world.close();
    }

    @Test
    void answersWithTheOffsetOfTheFirstRecord() throws Exception {
        world.create("t", 1);

        assertThat(world.produce("t", 0, "a", "b").baseOffset()).isZero();
        PartitionProduceResponse second = world.produce("t", 0, "c");

        assertThat(second.baseOffset()).isEqualTo(2);
        assertThat(second.logAppendTimeMs()).isEqualTo(-1);
        assertThat(second.logStartOffset()).isZero();
    }

    @Test
    void everyVersionIsAnswered() throws Exception {
        Uuid id = world.create("t", 1);
        for (int version = 3; version <= BY_ID; version++) {
            TopicProduceData topic = new TopicProduceData().setName("t").setTopicId(id);
            ProduceResponseData response = ask(version, RecordWorld.request(topic, 0, RecordWorld.batch("v")));
            assertThat(RecordWorld.produced(response).baseOffset()).isEqualTo(version - 3);
        }
    }

    @Test
    void unknownTopicsAndPartitionsAreToldApart() throws Exception {
        Uuid id = world.create("t", 1);

        assertThat(error(LATEST, RecordWorld.request("x", 0, RecordWorld.batch("v"))))
                .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(error(LATEST, RecordWorld.request("t", 1, RecordWorld.batch("v"))))
                .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        TopicProduceData byId = new TopicProduceData().setTopicId(id);
        assertThat(error(BY_ID, RecordWorld.request(byId, 0, RecordWorld.batch("v")))).isEqualTo(Errors.NONE);
        TopicProduceData unknown = new TopicProduceData().setTopicId(new Uuid(9, 9));
        assertThat(error(BY_ID, RecordWorld.request(unknown, 0, RecordWorld.batch("v"))))
                .isEqualTo(Errors.UNKNOWN_TOPIC_ID);
    }

    @Test
    void theWrongBrokerNamesTheRightOne() throws Exception {
        world.cluster.register(1, false, TestCluster.LISTENER);
        world.cluster.create("t", List.of(List.of(1)), Map.of());

        ProduceResponseData response = ask(LATEST, RecordWorld.request("t", 0, RecordWorld.batch("v")));

        PartitionProduceResponse answer = RecordWorld.produced(response);
        assertThat(answer.errorCode()).isEqualTo(Errors.NOT_LEADER_OR_FOLLOWER.code());
        assertThat(answer.currentLeader().leaderId()).isEqualTo(1);
        assertThat(response.nodeEndpoints().find(1).port()).isEqualTo(9093);
    }

    @Test
    void eachPartitionHasItsOwnAnswer() throws Exception {
        world.create("t", 2);
        ProduceRequestData request = RecordWorld.request("t", 0, RecordWorld.batch("v"));
        TopicProduceData topic = request.topicData().iterator().next();
        RecordWorld.request(topic, 1, RecordWorld.batch("v").put(60, (byte) 99));
        RecordWorld.request(topic, 7, RecordWorld.batch("v"));

        List<PartitionProduceResponse> answers =
                ask(LATEST, request).responses().iterator().next().partitionResponses();

        assertThat(answers)
                .extracting(answer -> Errors.forCode(answer.errorCode()))
                .containsExactly(Errors.NONE, Errors.CORRUPT_MESSAGE, Errors.UNKNOWN_TOPIC_OR_PARTITION);
    }

    @Test
    void badAcksRefuseEverything() throws Exception {
        world.create("t", 1);

        assertThat(error(LATEST, RecordWorld.request("t", 0, RecordWorld.batch("v")).setAcks((short) 2)))
                .isEqualTo(Errors.INVALID_REQUIRED_ACKS);
        assertThat(world.produce("t", 0, "v").baseOffset()).isZero();
    }

    @Test
    void internalTopicsAreForAdminClientsOnly() throws Exception {
        world.create("__consumer_offsets", 1);
        ProduceRequestData request = RecordWorld.request("__consumer_offsets", 0, RecordWorld.batch("v"));

        assertThat(error(LATEST, request)).isEqualTo(Errors.INVALID_TOPIC_EXCEPTION);
        RecordContext admin = new RecordContext(world, (short) LATEST, "__admin_client");
        ApiMessage response = world.start(world.producer(), admin, request).get(10, TimeUnit.SECONDS);
        assertThat(RecordWorld.produced((ProduceResponseData) response).errorCode()).isZero();
    }

    @Test
    void transactionalBatchesAreRefused() throws Exception {
        world.create("t", 1);
        ByteBuffer batch = RecordWorld.copy(MemoryRecords.withTransactionalRecords(
                        Compression.NONE, 5, (short) 0, 0, new SimpleRecord(new byte[] {1}))
                .buffer());

        assertThat(error(LATEST, RecordWorld.request("t", 0, batch)))
                .isEqualTo(Errors.TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
        assertThat(error(LATEST, RecordWorld.request("t", 0, batch).setTransactionalId("tx")))
                .isEqualTo(Errors.INVALID_TXN_STATE);
    }

    @Test
    void missingRecordsAreRefused() throws Exception {
        world.create("t", 1);

        assertThat(error(LATEST, RecordWorld.request("t", 0, null))).isEqualTo(Errors.INVALID_RECORD);
        assertThat(error(LATEST, RecordWorld.request("t", 0, ByteBuffer.allocate(0))))
                .isEqualTo(Errors.INVALID_RECORD);
    }

    @Test
    void recordsAtFaultAreNamed() throws Exception {
        world.create("t", 1);
        world.configure("t", Map.of("cleanup.policy", "compact"));

        PartitionProduceResponse answer = world.produce("t", 0, "no", "keys");

        assertThat(answer.errorCode()).isEqualTo(Errors.INVALID_RECORD.code());
        assertThat(answer.recordErrors())
                .extracting(ProduceResponseData.BatchIndexAndErrorMessage::batchIndex)
                .containsExactly(0, 1);
        assertThat(answer.errorMessage()).isNotBlank();
    }

    @Test
    void acksNoneIsNotAnswered() throws Exception {
        world.create("t", 1);

        CompletableFuture<@Nullable ApiMessage> answer = world.start(
                world.producer(), LATEST, RecordWorld.request("t", 0, RecordWorld.batch("v")).setAcks((short) 0));

        assertThat(answer.get(10, TimeUnit.SECONDS)).isNull();
        assertThat(world.produce("t", 0, "next").baseOffset()).isEqualTo(1);
    }

    @Test
    void aFailureWithAcksNoneClosesTheConnection() {
        CompletableFuture<@Nullable ApiMessage> answer = world.start(
                world.producer(), LATEST, RecordWorld.request("x", 0, RecordWorld.batch("v")).setAcks((short) 0));

        assertThat(answer)
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableThat()
                .withCauseInstanceOf(ConnectionClosedException.class);
    }

    @Test
    void theTopicsCompressionReplacesTheProducers() throws Exception {
        world.create("t", 1);
        world.configure("t", Map.of("compression.type", "gzip"));

        assertThat(world.produce("t", 0, "one", "two").errorCode()).isZero();

        Partition partition = world.partition("t", 0);
        var slice = partition.read(0, 1 << 20, partition.highWatermark(), true);
        ByteBuffer stored = ByteBuffer.allocate(slice.sizeInBytes());
        slice.copyTo(stored, 0);
        assertThat(RecordBatchFormat.compressionId(stored, 0)).isEqualTo(CompressionType.GZIP.id);
        assertThat(RecordWorld.values(slice)).containsExactly("one", "two");
    }

    @Test
    void producesKeepTheirOrderAroundOneThatIsCompressedAnew() throws Exception {
        world.create("t", 1);
        world.configure("t", Map.of("compression.type", "gzip"));
        ProduceHandler producer = world.producer();
        List<CompletableFuture<@Nullable ApiMessage>> answers = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            Compression compression = i % 3 == 0 ? Compression.NONE : Compression.gzip().build();
            ByteBuffer batch = RecordWorld.batch(compression, System.currentTimeMillis(), "v" + i);
            answers.add(world.start(producer, LATEST, RecordWorld.request("t", 0, batch)));
        }
        for (int i = 0; i < 60; i++) {
            ProduceResponseData response = (ProduceResponseData) answers.get(i).get(10, TimeUnit.SECONDS);
            assertThat(RecordWorld.produced(response).baseOffset()).isEqualTo(i);
        }
    }

    @Test
    void theBrokersTimeIsTold() throws Exception {
        world.create("t", 1);
        world.configure("t", Map.of("message.timestamp.type", "LogAppendTime"));

        assertThat(world.produce("t", 0, "v").logAppendTimeMs())
                .isCloseTo(System.currentTimeMillis(), Offset.offset(60_000L));
    }

    @Test
    void anIdempotentRetryIsAnsweredAsTheFirstTime() throws Exception {
        world.create("t", 1);
        world.produce("t", 0, "before");
        for (int attempt = 0; attempt < 3; attempt++) {
            ByteBuffer batch = RecordWorld.copy(MemoryRecords.withIdempotentRecords(
                            Compression.NONE, 7, (short) 0, 0, new SimpleRecord(new byte[] {1}))
                    .buffer());
            assertThat(world.produce("t", 0, batch).baseOffset()).isEqualTo(1);
        }
    }

    private ProduceResponseData ask(int version, ProduceRequestData request) throws Exception {
        return world.ask(world.producer(), version, request, ProduceResponseData.class);
    }

    private Errors error(int version, ProduceRequestData request) throws Exception {
        return Errors.forCode(RecordWorld.produced(ask(version, request)).errorCode());
    }
}
