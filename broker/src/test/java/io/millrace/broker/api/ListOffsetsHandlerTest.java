package io.millrace.broker.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ListOffsetsRequestData;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsPartition;
import org.apache.kafka.common.message.ListOffsetsRequestData.ListOffsetsTopic;
import org.apache.kafka.common.message.ListOffsetsResponseData;
import org.apache.kafka.common.message.ListOffsetsResponseData.ListOffsetsPartitionResponse;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListOffsetsHandlerTest {
    private static final int LATEST_VERSION = 11;
    private static final long BASE = 1_600_000_000_000L;

    private RecordWorld world;
    private ListOffsetsHandler handler;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        world = new RecordWorld(directory);
        handler = new ListOffsetsHandler(world.replicas);
        world.create("t", 1);
        for (int i = 0; i < 5; i++) {
            // Times 0, 10, 40, 30, 20 after the base.
            long time = BASE + (i < 2 ? 10L * i : 10L * (6 - i));
            ByteBuffer batch = RecordWorld.batch(Compression.NONE, time, "v" + i);
            assertThat(world.produce("t", 0, batch).errorCode()).isZero();
        }
    }

    @AfterEach
    void stop() throws IOException {
        world.close();
    }

    @ParameterizedTest
    @CsvSource({"-1, 5, -1", "-2, 0, -1", "-3, 2, 1600000000040", "-4, 0, -1", "-5, -1, -1", "-6, -1, -1"})
    void specialTimestamps(long timestamp, long offset, long foundTimestamp) throws Exception {
        ListOffsetsPartitionResponse answer = ask(LATEST_VERSION, timestamp);

        assertThat(answer.errorCode()).isZero();
        assertThat(answer.offset()).isEqualTo(offset);
        assertThat(answer.timestamp()).isEqualTo(foundTimestamp);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1600000000000, 0", "1600000000001, 1", "1600000000011, 2", "1600000000040, 2"})
    void findsTheFirstRecordNotOlder(long timestamp, long offset) throws Exception {
        assertThat(ask(LATEST_VERSION, timestamp).offset()).isEqualTo(offset);
    }

    @Test
    void aTimeAfterTheLastRecordFindsNothing() throws Exception {
        ListOffsetsPartitionResponse answer = ask(LATEST_VERSION, BASE + 41);

        assertThat(answer.errorCode()).isZero();
        assertThat(answer.offset()).isEqualTo(-1);
        assertThat(answer.timestamp()).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({"-1, 1", "-2, 1", "-3, 7", "-4, 8", "-5, 9", "-6, 11"})
    void specialTimestampsHaveTheirFirstVersion(long timestamp, int first) throws Exception {
        for (int version = 1; version <= LATEST_VERSION; version++) {
            Errors expected = version < first ? Errors.UNSUPPORTED_VERSION : Errors.NONE;
            assertThat(Errors.forCode(ask(version, timestamp).errorCode()))
                    .as("version %s", version)
                    .isEqualTo(expected);
        }
    }

    @Test
    void otherNegativeTimestampsAreUnsupported() throws Exception {
        assertThat(ask(LATEST_VERSION, -7).errorCode()).isEqualTo(Errors.UNSUPPORTED_VERSION.code());
    }

    @Test
    void leaderEpochsAreToldFromVersion4On() throws Exception {
        int epoch = world.partition("t", 0).leaderEpoch();

        assertThat(ask(3, -1).leaderEpoch()).isEqualTo(-1);
        assertThat(ask(4, -1).leaderEpoch()).isEqualTo(epoch);
        assertThat(ask(4, BASE).leaderEpoch()).isEqualTo(epoch);
    }

    @Test
    void leaderEpochsAreCompared() throws Exception {
        int epoch = world.partition("t", 0).leaderEpoch();
        ListOffsetsRequestData request = request("t", 0, -1);
        request.topics().getFirst().partitions().getFirst().setCurrentLeaderEpoch(epoch + 1);

        assertThat(ask(LATEST_VERSION, request).errorCode()).isEqualTo(Errors.UNKNOWN_LEADER_EPOCH.code());
    }

    @Test
    void whatIsNotThereIsTold() throws Exception {
        assertThat(ask(LATEST_VERSION, request("x", 0, -1)).errorCode())
                .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
        assertThat(ask(LATEST_VERSION, request("t", 1, -1)).errorCode())
                .isEqualTo(Errors.UNKNOWN_TOPIC_OR_PARTITION.code());
    }

    @Test
    void askingTwiceIsAnError() throws Exception {
        ListOffsetsRequestData request = request("t", 0, -1);
        request.topics().getFirst().partitions().add(new ListOffsetsPartition().setTimestamp(-2));

        ListOffsetsResponseData response = world.ask(handler, LATEST_VERSION, request, ListOffsetsResponseData.class);
        assertThat(response.topics().getFirst().partitions())
                .extracting(ListOffsetsPartitionResponse::errorCode)
                .containsExactly(Errors.INVALID_REQUEST.code());
    }

    @Test
    void anEmptyPartitionHasNoTimes() throws Exception {
        world.create("empty", 1);

        assertThat(ask(LATEST_VERSION, request("empty", 0, -3)).offset()).isEqualTo(-1);
        assertThat(ask(LATEST_VERSION, request("empty", 0, 0)).offset()).isEqualTo(-1);
        assertThat(ask(LATEST_VERSION, request("empty", 0, -1)).offset()).isZero();
    }

    private ListOffsetsPartitionResponse ask(int version, long timestamp) throws Exception {
        return ask(version, request("t", 0, timestamp));
    }

    private ListOffsetsPartitionResponse ask(int version, ListOffsetsRequestData request) throws Exception {
        return world.ask(handler, version, request, ListOffsetsResponseData.class)
                .topics()
                .getFirst()
                .partitions()
                .getFirst();
    }

    private static ListOffsetsRequestData request(String topic, int partition, long timestamp) {
        ListOffsetsTopic asked = new ListOffsetsTopic().setName(topic);
        asked.partitions()
                .add(new ListOffsetsPartition().setPartitionIndex(partition).setTimestamp(timestamp));
        return new ListOffsetsRequestData().setReplicaId(-1).setTopics(List.of(asked));
    }
}
