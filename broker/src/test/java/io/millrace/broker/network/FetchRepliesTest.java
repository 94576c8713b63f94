package io.millrace.broker.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.api.RequestDispatcher;
import io.millrace.broker.network.TestHandlers.Fetches;
import io.millrace.storage.CountedSlices;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Executors;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Records from a file into a socket, whole or not at all, and given back whatever happens. */
@ParameterizedClass
@ValueSource(booleans = {true, false})
class FetchRepliesTest {
    private static final int VERSION = 12;
    private static final int FILE_BYTES = 4 << 20;

    private final boolean epoll;
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final Fetches fetches = new Fetches();
    private final byte[] contents = new byte[FILE_BYTES];
    private CountedSlices slices;
    private NetworkServer server;
    private InetSocketAddress address;

    FetchRepliesTest(boolean epoll) {
        this.epoll = epoll && Epoll.isAvailable();
    }

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        new Random(5).nextBytes(contents);
        slices = new CountedSlices(directory.resolve("segment"), contents);
        server = new NetworkServer(
                NetworkConfig.DEFAULTS,
                new RequestDispatcher(List.of(fetches)),
                Executors.newVirtualThreadPerTaskExecutor(),
                epoll,
                allocator);
        address = server.listen("TEST", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @AfterEach
    void everythingIsGivenBack() throws IOException {
        await().until(() -> slices.held() == 0);
        server.close();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
        slices.close();
    }

    @Test
    void rangesOfAllSizesArriveWhole() throws IOException {
        int copied = ReplyWriter.COPIED_SLICE_MAX;
        int[] sizes = {0, 1, 100, copied - 1, copied, copied + 1, 100_000, 3 << 20, 7};
        try (TestClient client = new TestClient(address)) {
            request(client, 1);
            await().until(() -> fetches.calls.size() == 1);
            FetchResponseData response = new FetchResponseData();
            FetchableTopicResponse topic = new FetchableTopicResponse().setTopic("t");
            response.responses().add(topic);
            for (int i = 0; i < sizes.length; i++) {
                topic.partitions().add(partition(i, 1000L * i, sizes[i]));
            }
            fetches.answerNext(response);

            FetchResponseData received = new FetchResponseData();
            assertThat(client.receive(ApiKeys.FETCH, VERSION, received)).isEqualTo(1);
            List<PartitionData> partitions = received.responses().getFirst().partitions();
            for (int i = 0; i < sizes.length; i++) {
                assertThat(bytes(partitions.get(i)))
                        .isEqualTo(Arrays.copyOfRange(contents, 1000 * i, 1000 * i + sizes[i]));
            }
        }
    }

    @Test
    void aSlowReaderGetsEverything() throws IOException {
        try (TestClient client = new TestClient(address, 8 << 10)) {
            int replies = 20;
            for (int i = 0; i < replies; i++) {
                request(client, i);
            }
            await().until(() -> fetches.calls.size() == replies);
            for (int i = 0; i < replies; i++) {
                fetches.answerNext(response(i * 100L, 1 << 20));
            }
            for (int i = 0; i < replies; i++) {
                FetchResponseData received = new FetchResponseData();
                assertThat(client.receive(ApiKeys.FETCH, VERSION, received)).isEqualTo(i);
                assertThat(bytes(received.responses().getFirst().partitions().getFirst()))
                        .isEqualTo(Arrays.copyOfRange(contents, i * 100, i * 100 + (1 << 20)));
            }
        }
    }

    @Test
    void aReaderThatLeavesHoldsNothing() throws IOException {
        try (TestClient client = new TestClient(address, 8 << 10)) {
            for (int i = 0; i < 10; i++) {
                request(client, i);
            }
            await().until(() -> fetches.calls.size() == 10);
            for (int i = 0; i < 8; i++) {
                fetches.answerNext(response(0, i % 2 == 0 ? 2 << 20 : 10_000));
            }
            assertThat(client.socket().getInputStream().read()).isGreaterThanOrEqualTo(0);
        }
        await().until(() -> server.connectionCount() == 0);
        // Those that come too late are given back as well.
        fetches.answerNext(response(0, 1 << 20));
        fetches.answerNext(response(0, 100));
    }

    @Test
    void aFileThatEndsEarlyClosesTheConnection() throws IOException {
        try (TestClient client = new TestClient(address)) {
            request(client, 1);
            await().until(() -> fetches.calls.size() == 1);
            fetches.answerNext(response(FILE_BYTES - 50, 100));

            assertThat(client.closedByServer()).isTrue();
        }
    }

    @Test
    void closingTheServerGivesBackWhatIsUnderWay() throws IOException {
        try (TestClient client = new TestClient(address, 8 << 10)) {
            request(client, 1);
            request(client, 2);
            await().until(() -> fetches.calls.size() == 2);
            fetches.answerNext(response(0, 3 << 20));
            server.close();
            fetches.answerNext(response(0, 3 << 20));
        }
    }

    private static void request(TestClient client, int correlationId) throws IOException {
        client.send(ApiKeys.FETCH, VERSION, correlationId, new FetchRequestData());
    }

    private FetchResponseData response(long position, int size) {
        FetchableTopicResponse topic = new FetchableTopicResponse().setTopic("t");
        topic.partitions().add(partition(0, position, size));
        FetchResponseData response = new FetchResponseData();
        response.responses().add(topic);
        return response;
    }

    private PartitionData partition(int index, long position, int size) {
        return new PartitionData().setPartitionIndex(index).setRecords(slices.slice(position, size));
    }

    private static byte[] bytes(PartitionData partition) {
        ByteBuffer buffer = ((MemoryRecords) Objects.requireNonNull(partition.records())).buffer();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }
}
