package io.millrace.broker.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.api.ConnectionClosedException;
import io.millrace.broker.api.RequestDispatcher;
import io.millrace.broker.network.NetworkConfig.ConnectionLimits;
import io.millrace.broker.network.TestHandlers.Call;
import io.millrace.broker.network.TestHandlers.Echo;
import io.millrace.broker.network.TestHandlers.Held;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.epoll.Epoll;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@ValueSource(booleans = {true, false})
class NetworkServerTest {
    private static final int VERSION = 4;
    private static final int PRODUCE_VERSION = 9;
    private static final ConnectionLimits LIMITS = NetworkConfig.DEFAULTS.connections();

    private final boolean epoll;
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
    private final Held produces = new Held();
    private final RequestDispatcher dispatcher = new RequestDispatcher(List.of(new Echo(), produces));
    private @Nullable NetworkServer running;

    NetworkServerTest(boolean epoll) {
        this.epoll = epoll && Epoll.isAvailable();
    }

    @AfterEach
    void everythingIsGivenBack() {
        if (running != null) {
            await().until(() -> server().queuedRequestBytes() == 0);
            server().close();
            assertThat(server().connectionCount()).isZero();
        }
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    @Test
    void answersARequest() throws IOException {
        try (TestClient client = connect(config(LIMITS))) {
            heartbeat(client, 7, 1234);

            assertThat(heartbeatAnswer(client)).isEqualTo(1234);
        }
    }

    @Test
    void answersAThousandRequestsSentInOneGo() throws IOException {
        try (TestClient client = connect(config(LIMITS))) {
            ByteBuffer all = ByteBuffer.allocate(1 << 17);
            for (int i = 0; i < 1000; i++) {
                all.put(TestClient.frame(ApiKeys.HEARTBEAT, VERSION, i, new HeartbeatRequestData().setGenerationId(i)));
            }
            client.send(all.flip());

            for (int i = 0; i < 1000; i++) {
                HeartbeatResponseData answer = new HeartbeatResponseData();
                assertThat(client.receive(ApiKeys.HEARTBEAT, VERSION, answer)).isEqualTo(i);
                assertThat(answer.throttleTimeMs()).isEqualTo(i);
            }
        }
    }

    @Test
    void answersByteByByte() throws IOException {
        try (TestClient client = connect(config(LIMITS))) {
            client.socket().setTcpNoDelay(true);
            ByteBuffer frame =
                    TestClient.frame(ApiKeys.HEARTBEAT, VERSION, 1, new HeartbeatRequestData().setGenerationId(5));
            while (frame.hasRemaining()) {
                client.send(ByteBuffer.wrap(new byte[] {frame.get()}));
            }

            assertThat(heartbeatAnswer(client)).isEqualTo(5);
        }
    }

    @Test
    void repliesKeepTheOrderOfTheRequests() throws IOException {
        try (TestClient client = connect(config(LIMITS))) {
            produce(client, 1, 100);
            produce(client, 2, 100);
            heartbeat(client, 3, 0);
            await().until(() -> produces.calls.size() == 2);
            Call<ProduceRequestData> first = produces.calls.remove();
            produces.answerNext(new ProduceResponseData());
            assertThat(client.socket().getInputStream().available()).isZero();
            first.context().releaseBody();
            first.answer().complete(new ProduceResponseData());

            assertThat(produceAnswer(client)).isEqualTo(1);
            assertThat(produceAnswer(client)).isEqualTo(2);
            assertThat(client.receive(ApiKeys.HEARTBEAT, VERSION, new HeartbeatResponseData()))
                    .isEqualTo(3);
        }
    }

    @Test
    void aRequestWithoutAnAnswerIsSkipped() throws IOException {
        try (TestClient client = connect(config(LIMITS))) {
            produce(client, 1, 100);
            heartbeat(client, 2, 0);
            await().until(() -> produces.calls.size() == 1);
            produces.answerNext(null);

            assertThat(client.receive(ApiKeys.HEARTBEAT, VERSION, new HeartbeatResponseData()))
                    .isEqualTo(2);
        }
    }

    @Test
    void theBytesOfARequestAreItsOwnUntilReleased() throws IOException {
        try (TestClient client = connect(config(LIMITS))) {
            for (int i = 0; i < 20; i++) {
                produce(client, i, 20_000 + i, (byte) i);
            }
            await().until(() -> produces.calls.size() == 20);
            for (int i = 0; i < 20; i++) {
                ByteBuffer records =
                        records(Objects.requireNonNull(produces.calls.peek()).request());
                assertThat(records.remaining()).isEqualTo(20_000 + i);
                while (records.hasRemaining()) {
                    assertThat(records.get()).isEqualTo((byte) i);
                }
                produces.answerNext(new ProduceResponseData());
                assertThat(produceAnswer(client)).isEqualTo(i);
            }
        }
    }

    @Test
    void framesLargerThanAChunkArriveWhole() throws IOException {
        try (TestClient client = connect(config(LIMITS))) {
            produce(client, 1, 5 << 20);
            await().until(() -> produces.calls.size() == 1);
            assertThat(records(produces.calls.element().request()).remaining()).isEqualTo(5 << 20);
            produces.answerNext(new ProduceResponseData());

            assertThat(produceAnswer(client)).isEqualTo(1);
        }
    }

    @Test
    void aConnectionServesNoMoreRequestsThanAllowedAtATime() throws IOException {
        ConnectionLimits three = new ConnectionLimits(1 << 20, 3, 10, 10, 60_000);
        try (TestClient client = connect(config(three))) {
            for (int i = 0; i < 10; i++) {
                produce(client, i, 10);
            }
            for (int i = 0; i < 10; i++) {
                int held = Math.min(3, 10 - i);
                await().until(() -> produces.calls.size() == held);
                produces.answerNext(new ProduceResponseData());
                assertThat(produceAnswer(client)).isEqualTo(i);
            }
        }
    }

    @Test
    void aConnectionHoldsNoMoreBytesThanAllowed() throws IOException {
        ConnectionLimits few = new ConnectionLimits(50_000, 100, 10, 10, 60_000);
        try (TestClient client = connect(config(few))) {
            for (int i = 0; i < 6; i++) {
                produce(client, i, 40_000);
            }
            await().until(() -> produces.calls.size() == 2);
            for (int i = 0; i < 6; i++) {
                await().until(() -> !produces.calls.isEmpty());
                assertThat(produces.calls).hasSizeLessThanOrEqualTo(2);
                produces.answerNext(new ProduceResponseData());
                assertThat(produceAnswer(client)).isEqualTo(i);
            }
        }
    }

    @Test
    void theBrokerHoldsNoMoreBytesThanAllowed() throws IOException {
        NetworkConfig config = new NetworkConfig(2, 1 << 20, 100_000, LIMITS, -1, -1);
        try (TestClient one = connect(config);
                TestClient two = again()) {
            for (int i = 0; i < 4; i++) {
                produce(one, i, 60_000);
                produce(two, i, 60_000);
            }
            for (int i = 0; i < 8; i++) {
                await().until(() -> !produces.calls.isEmpty());
                assertThat(server().queuedRequestBytes()).isLessThan(100_000 + 2 * 61_000);
                produces.answerNext(new ProduceResponseData());
            }
            for (int i = 0; i < 4; i++) {
                assertThat(produceAnswer(one)).isEqualTo(i);
                assertThat(produceAnswer(two)).isEqualTo(i);
            }
        }
    }

    @Test
    void badFramesCloseTheirConnectionAlone() throws IOException {
        List<ByteBuffer> bad = List.of(
                ByteBuffer.allocate(4).putInt(-1).flip(),
                ByteBuffer.allocate(4).putInt(Integer.MAX_VALUE).flip(),
                ByteBuffer.allocate(4).putInt(0).flip(),
                ByteBuffer.wrap(new byte[] {0, 0, 0, 4, 99, 99, 0, 0}),
                ByteBuffer.wrap(new byte[] {0, 0, 0, 4, 0, 12, 0, 99}),
                ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
        try (TestClient good = connect(config(LIMITS))) {
            for (ByteBuffer frame : bad) {
                try (TestClient client = again()) {
                    client.send(frame);
                    assertThat(client.closedByServer()).isTrue();
                }
            }
            heartbeat(good, 1, 9);
            assertThat(heartbeatAnswer(good)).isEqualTo(9);
        }
    }

    @Test
    void whatAHandlerThrowsBecomesTheRequestsOwnError() throws IOException {
        try (TestClient client = connect(config(LIMITS))) {
            client.send(ApiKeys.HEARTBEAT, VERSION, 1, new HeartbeatRequestData().setGroupId("throw"));
            HeartbeatResponseData answer = new HeartbeatResponseData();

            assertThat(client.receive(ApiKeys.HEARTBEAT, VERSION, answer)).isEqualTo(1);
            assertThat(answer.errorCode()).isEqualTo((short) -1);
        }
    }

    @Test
    void aHandlerCanCloseTheConnection() throws IOException {
        try (TestClient client = connect(config(LIMITS))) {
            produce(client, 1, 10);
            await().until(() -> produces.calls.size() == 1);
            Call<ProduceRequestData> call = produces.calls.remove();
            call.context().releaseBody();
            call.answer().completeExceptionally(new ConnectionClosedException("asked by the test"));

            assertThat(client.closedByServer()).isTrue();
        }
    }

    @Test
    void aClientThatLeavesIsForgotten() throws IOException {
        try (TestClient client = connect(config(LIMITS))) {
            produce(client, 1, 30_000);
            client.send(TestClient.frame(ApiKeys.PRODUCE, PRODUCE_VERSION, 2, request(3 << 20, (byte) 0))
                    .limit(1 << 20));
            await().until(() -> produces.calls.size() == 1);
        }
        await().until(() -> server().connectionCount() == 0);
        assertThat(produces.calls.element().context().connected()).isFalse();
        produces.answerNext(new ProduceResponseData());
    }

    @Test
    void aHalfClosedConnectionIsClosed() throws IOException {
        try (TestClient client = connect(config(LIMITS))) {
            produce(client, 1, 100);
            await().until(() -> produces.calls.size() == 1);
            client.socket().shutdownOutput();

            assertThat(client.closedByServer()).isTrue();
            produces.answerNext(new ProduceResponseData());
        }
    }

    @Test
    void idleConnectionsAreClosed() throws IOException {
        try (TestClient client = connect(config(new ConnectionLimits(1 << 20, 10, 10, 10, 200)))) {
            heartbeat(client, 1, 0);
            heartbeatAnswer(client);

            assertThat(client.closedByServer()).isTrue();
        }
    }

    @Test
    void connectionsAboveTheLimitsAreRefused() throws IOException {
        try (TestClient _ = connect(config(new ConnectionLimits(1 << 20, 10, 10, 2, 60_000)));
                TestClient _ = again();
                TestClient third = again()) {
            assertThat(third.closedByServer()).isTrue();
        }
        await().until(() -> server().connectionCount() == 0);
        try (TestClient next = again()) {
            heartbeat(next, 1, 3);
            assertThat(heartbeatAnswer(next)).isEqualTo(3);
        }
    }

    @Test
    void closingLetsWhatIsServedBeAnswered() throws Exception {
        try (TestClient client = connect(config(LIMITS))) {
            produce(client, 1, 100);
            await().until(() -> produces.calls.size() == 1);
            Thread closing = Thread.ofVirtual().start(() -> server().close());
            produces.answerNext(new ProduceResponseData());

            assertThat(produceAnswer(client)).isEqualTo(1);
            assertThat(client.closedByServer()).isTrue();
            closing.join();
        }
    }

    private static NetworkConfig config(ConnectionLimits limits) {
        return new NetworkConfig(2, 16 << 20, 64 << 20, limits, -1, -1);
    }

    private @Nullable InetSocketAddress address;

    private TestClient connect(NetworkConfig config) throws IOException {
        running = new NetworkServer(config, dispatcher, Executors.newVirtualThreadPerTaskExecutor(), epoll, allocator);
        address = running.listen("TEST", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return again();
    }

    private TestClient again() throws IOException {
        return new TestClient(Objects.requireNonNull(address));
    }

    private NetworkServer server() {
        return Objects.requireNonNull(running);
    }

    private static void heartbeat(TestClient client, int correlationId, int echo) throws IOException {
        client.send(ApiKeys.HEARTBEAT, VERSION, correlationId, new HeartbeatRequestData().setGenerationId(echo));
    }

    private static int heartbeatAnswer(TestClient client) throws IOException {
        HeartbeatResponseData answer = new HeartbeatResponseData();
        client.receive(ApiKeys.HEARTBEAT, VERSION, answer);
        return answer.throttleTimeMs();
    }

    private static void produce(TestClient client, int correlationId, int bytes) throws IOException {
        produce(client, correlationId, bytes, (byte) 0);
    }

    private static void produce(TestClient client, int correlationId, int bytes, byte fill) throws IOException {
        client.send(ApiKeys.PRODUCE, PRODUCE_VERSION, correlationId, request(bytes, fill));
    }

    private static ProduceRequestData request(int bytes, byte fill) {
        byte[] records = new byte[bytes];
        Arrays.fill(records, fill);
        TopicProduceData topic = new TopicProduceData().setName("t");
        topic.partitionData()
                .add(new PartitionProduceData().setRecords(MemoryRecords.readableRecords(ByteBuffer.wrap(records))));
        ProduceRequestData request = new ProduceRequestData().setAcks((short) 1);
        request.topicData().add(topic);
        return request;
    }

    private static int produceAnswer(TestClient client) throws IOException {
        return client.receive(ApiKeys.PRODUCE, PRODUCE_VERSION, new ProduceResponseData());
    }

    private static ByteBuffer records(ProduceRequestData request) {
        return ((MemoryRecords) request.topicData()
                        .iterator()
                        .next()
                        .partitionData()
                        .getFirst()
                        .records())
                .buffer();
    }
}
