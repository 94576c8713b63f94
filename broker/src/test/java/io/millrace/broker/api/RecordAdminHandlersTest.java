package io.millrace.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.CommandResult;
import io.millrace.metadata.MetadataCommand;
import io.millrace.metadata.MetadataLog;
import io.millrace.metadata.Touched;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.message.DeleteRecordsRequestData;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsPartition;
import org.apache.kafka.common.message.DeleteRecordsRequestData.DeleteRecordsTopic;
import org.apache.kafka.common.message.DeleteRecordsResponseData;
import org.apache.kafka.common.message.DeleteRecordsResponseData.DeleteRecordsPartitionResult;
import org.apache.kafka.common.message.InitProducerIdRequestData;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderPartition;
import org.apache.kafka.common.message.OffsetForLeaderEpochRequestData.OffsetForLeaderTopic;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData;
import org.apache.kafka.common.message.OffsetForLeaderEpochResponseData.EpochEndOffset;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** DeleteRecords, OffsetForLeaderEpoch and InitProducerId. */
class RecordAdminHandlersTest {
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

    @Test
    void recordsAreDeletedUpToAnOffset() throws Exception {
        for (int i = 0; i < 5; i++) {
            world.produce("t", 0, "v" + i);
        }
        assertThat(delete("t", 0, 3).lowWatermark()).isEqualTo(3);
        assertThat(delete("t", 0, 1).lowWatermark()).isEqualTo(3);
        assertThat(delete("t", 0, -1).lowWatermark()).isEqualTo(5);
        assertThat(world.produce("t", 0, "next").logStartOffset()).isEqualTo(5);
    }

    @Test
    void recordsThatAreNotThereCannotBeDeleted() throws Exception {
        world.produce("t", 0, "v");

        assertThat(error(delete("t", 0, 2))).isEqualTo(Errors.OFFSET_OUT_OF_RANGE);
        assertThat(error(delete("t", 0, -2))).isEqualTo(Errors.OFFSET_OUT_OF_RANGE);
        assertThat(delete("t", 0, 2).lowWatermark()).isEqualTo(-1);
    }

    @Test
    void whereRecordsCannotBeDeletedIsTold() throws Exception {
        world.create("__consumer_offsets", 1);
        assertThat(error(delete("x", 0, 0))).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(error(delete("t", 1, 0))).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(error(delete("__consumer_offsets", 0, 0))).isEqualTo(Errors.INVALID_TOPIC_EXCEPTION);
        world.configure("t", Map.of("cleanup.policy", "compact"));
        assertThat(error(delete("t", 0, 0))).isEqualTo(Errors.POLICY_VIOLATION);
    }

    private DeleteRecordsPartitionResult delete(String topic, int partition, long offset) throws Exception {
        DeleteRecordsTopic asked = new DeleteRecordsTopic().setName(topic);
        asked.partitions()
                .add(new DeleteRecordsPartition().setPartitionIndex(partition).setOffset(offset));
        DeleteRecordsRequestData request =
                new DeleteRecordsRequestData().setTopics(List.of(asked)).setTimeoutMs(10_000);
        return world.ask(new DeleteRecordsHandler(world.replicas), 2, request, DeleteRecordsResponseData.class)
                .topics()
                .find(topic)
                .partitions()
                .find(partition);
    }

    private static Errors error(DeleteRecordsPartitionResult result) {
        return Errors.forCode(result.errorCode());
    }

    @Test
    void theEndOfAnEpochIsWhereTheNextOneBegan() throws Exception {
        int first = world.partition("t", 0).leaderEpoch();
        world.produce("t", 0, "a", "b");
        world.cluster.register(0, false, TestCluster.LISTENER);
        int second = world.partition("t", 0).leaderEpoch();
        world.produce("t", 0, "c");

        assertThat(second).isGreaterThan(first);
        assertThat(endOf("t", 0, first, -1)).satisfies(end -> {
            assertThat(end.errorCode()).isZero();
            assertThat(end.leaderEpoch()).isEqualTo(first);
            assertThat(end.endOffset()).isEqualTo(2);
        });
        assertThat(endOf("t", 0, second, second).endOffset()).isEqualTo(3);
        assertThat(endOf("t", 0, second + 5, -1).endOffset()).isEqualTo(-1);
    }

    @Test
    void epochsOfWhatIsNotHereAreTold() throws Exception {
        int epoch = world.partition("t", 0).leaderEpoch();

        assertThat(endOf("x", 0, 0, -1).errorCode()).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
        assertThat(endOf("t", 1, 0, -1).errorCode()).isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
        assertThat(endOf("t", 0, 0, epoch + 1).errorCode()).isEqualTo(Errors.UNKNOWN_LEADER_EPOCH.code());
    }

    private EpochEndOffset endOf(String topic, int partition, int epoch, int currentEpoch) throws Exception {
        OffsetForLeaderTopic asked = new OffsetForLeaderTopic().setTopic(topic);
        asked.partitions()
                .add(new OffsetForLeaderPartition()
                        .setPartition(partition)
                        .setLeaderEpoch(epoch)
                        .setCurrentLeaderEpoch(currentEpoch));
        OffsetForLeaderEpochRequestData request = new OffsetForLeaderEpochRequestData();
        request.topics().add(asked);
        return world.ask(
                        new OffsetForLeaderEpochHandler(world.replicas),
                        4,
                        request,
                        OffsetForLeaderEpochResponseData.class)
                .topics()
                .find(topic)
                .partitions()
                .getFirst();
    }

    @Test
    void producerIdsAreGivenOutOnce() throws Exception {
        Set<Long> given = new HashSet<>();
        for (int run = 0; run < 2; run++) {
            InitProducerIdHandler handler = new InitProducerIdHandler(new ProducerIds(0, world.cluster.metadata));
            for (int i = 0; i < ProducerIds.BLOCK + 10; i++) {
                InitProducerIdResponseData answer = init(handler, idempotent());
                assertThat(answer.errorCode()).isZero();
                assertThat(answer.producerEpoch()).isZero();
                assertThat(given.add(answer.producerId())).isTrue();
            }
        }
    }

    @Test
    void transactionsAreNotServedYet() throws Exception {
        InitProducerIdHandler handler = new InitProducerIdHandler(new ProducerIds(0, world.cluster.metadata));

        assertThat(init(handler, new InitProducerIdRequestData().setTransactionalId("tx"))
                        .errorCode())
                .isEqualTo(Errors.UNSUPPORTED_VERSION.code());
        assertThat(init(handler, new InitProducerIdRequestData().setTransactionalId(""))
                        .errorCode())
                .isEqualTo(Errors.INVALID_REQUEST.code());
        assertThat(init(handler, idempotent().setProducerId(4)).errorCode()).isEqualTo(Errors.INVALID_REQUEST.code());
    }

    private static InitProducerIdRequestData idempotent() {
        return new InitProducerIdRequestData().setTransactionalId(null);
    }

    private InitProducerIdResponseData init(InitProducerIdHandler handler, InitProducerIdRequestData request)
            throws Exception {
        return world.ask(handler, 5, request, InitProducerIdResponseData.class);
    }

    @Test
    void manyWhoWaitForOneBlockGetTheirOwnIds() throws Exception {
        SlowLog log = new SlowLog();
        ProducerIds ids = new ProducerIds(0, log);
        List<CompletableFuture<Long>> waiting =
                IntStream.range(0, 5).mapToObj(_ -> ids.next()).toList();
        assertThat(log.submitted).hasSize(1);
        log.give(new CommandResult.ProducerIds(100, 3));
        assertThat(log.submitted).hasSize(1);
        log.give(new CommandResult.ProducerIds(7000, 3));

        Set<Long> given = new HashSet<>();
        for (CompletableFuture<Long> id : waiting) {
            given.add(id.get(1, TimeUnit.SECONDS));
        }
        assertThat(given).containsExactlyInAnyOrder(100L, 101L, 102L, 7000L, 7001L);
        assertThat(ids.next()).isCompletedWithValue(7002L);
    }

    @Test
    void aFailedReservationIsTriedAgain() {
        SlowLog log = new SlowLog();
        ProducerIds ids = new ProducerIds(0, log);
        CompletableFuture<Long> failed = ids.next();
        log.submitted.remove().completeExceptionally(new KafkaStorageException("expected by the test"));
        assertThat(failed).isCompletedExceptionally();

        CompletableFuture<Long> next = ids.next();
        log.give(new CommandResult.ProducerIds(5, 1));
        assertThat(next).isCompletedWithValue(5L);
    }

    /** A metadata log whose answers a test gives. */
    private static final class SlowLog implements MetadataLog {
        final Queue<CompletableFuture<Applied>> submitted = new ArrayDeque<>();

        void give(CommandResult result) {
            submitted.remove().complete(new Applied(ClusterImage.EMPTY, result));
        }

        @Override
        public ClusterImage image() {
            return ClusterImage.EMPTY;
        }

        @Override
        public CompletableFuture<Applied> submit(MetadataCommand command) {
            CompletableFuture<Applied> result = new CompletableFuture<>();
            submitted.add(result);
            return result;
        }

        @Override
        public void subscribe(ImageListener listener) {
            listener.changed(ClusterImage.EMPTY, ClusterImage.EMPTY, Touched.NOTHING);
        }

        @Override
        public void close() {}
    }
}
