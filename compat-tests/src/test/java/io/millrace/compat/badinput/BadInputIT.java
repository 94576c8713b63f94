package io.millrace.compat.badinput;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.compat.BrokerUnderTest;
import io.millrace.compat.JavaClients;
import io.millrace.compat.RawConnection;
import io.millrace.compat.Seed;
import io.millrace.compat.ServedKeys;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class BadInputIT {
    /** Keys whose honest answer may be long in coming, or not come at all. Apache Kafka leaves more unanswered. */
    private static final Set<ApiKeys> MAY_STAY_SILENT =
            EnumSet.of(ApiKeys.PRODUCE, ApiKeys.FETCH, ApiKeys.JOIN_GROUP, ApiKeys.SYNC_GROUP);

    private static final int PER_VERSION = Integer.getInteger("compat.badinput.each", 12);

    @RegisterExtension
    static final BrokerUnderTest BROKER = BrokerUnderTest.with(Map.of("socket.request.max.bytes", "1048576"));

    private static JavaClients clients() {
        return new JavaClients(BROKER.bootstrap());
    }

    static Stream<Named<byte[]>> brokenFrames() {
        return Stream.of(
                Named.of("negative length", hex("ffffffff")),
                Named.of("most negative length", hex("80000000")),
                Named.of("length of nothing", hex("00000000")),
                Named.of("length beyond the limit", hex("00100001 0003 0000 00000001")),
                Named.of("greatest length", hex("7fffffff 0003 0000 00000001")),
                Named.of("one byte", hex("00000001 00")),
                Named.of("half a header", hex("00000004 0003 0000")),
                Named.of("client id longer than the frame", hex("0000000c 0003 0000 00000001 7fff 0000")),
                Named.of("client id of negative length", hex("0000000c 0003 0000 00000001 8000 0000")),
                Named.of("unknown key", hex("0000000c 270f 0000 00000001 ffff 0000")),
                Named.of("negative key", hex("0000000c ffff 0000 00000001 ffff 0000")),
                Named.of("unknown version", hex("0000000c 0003 0063 00000001 ffff 0000")),
                Named.of("negative version", hex("0000000c 0003 ffff 00000001 ffff 0000")),
                Named.of("key of another listener", hex("0000000c 0004 0000 00000001 ffff 0000")),
                Named.of("array of billions", hex("0000000e 0003 0001 00000001 ffff 7fffffff")),
                Named.of("string beyond the frame", hex("00000010 0003 0001 00000001 ffff 00000001 7000")),
                Named.of("endless varint", hex("00000010 0003 000c 00000001 ffff 00 ffffffffff")),
                Named.of("tagged fields without end", hex("00000010 0003 000c 00000001 ffff ffffffff0f 00")),
                Named.of("the web", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(UTF_8)),
                Named.of("a TLS greeting", hex("16030100c8010000c40303" + "5a".repeat(190))));
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    @AfterEach
    void othersAreServedAsBefore() throws Exception {
        var topic = clients().topic("healthy", 1);
        try (var producer = clients().producer()) {
            producer.send(new ProducerRecord<>(topic, "k", "v")).get(30, SECONDS);
        }
        assertThat(clients().everything(topic, 1)).hasSize(1);
    }

    @ParameterizedTest
    @MethodSource("brokenFrames")
    void brokenFrameEndsItsConnection(byte[] frame) throws IOException {
        try (var bystander = new RawConnection(BROKER.broker().port());
                var connection = new RawConnection(BROKER.broker().port())) {
            askForMetadata(bystander);
            connection.sendBytes(frame);
            assertThat(endsWithin(connection)).as("closed").isTrue();
            askForMetadata(bystander);
        }
    }

    /** Reads answers, should there be any, until the broker closes; false when it keeps the connection open. */
    private static boolean endsWithin(RawConnection connection) throws IOException {
        try {
            while (true) {
                connection.receive();
            }
        } catch (SocketTimeoutException e) {
            return false;
        } catch (EOFException | SocketException e) {
            return true;
        }
    }

    private static void askForMetadata(RawConnection connection) throws IOException {
        connection.send(ApiKeys.METADATA, (short) 12, new MetadataRequestData().setTopics(List.of()));
    }

    @Test
    void frameThatNeverEndsIsDroppedWithItsConnection() throws IOException {
        for (int i = 0; i < 50; i++) {
            try (var connection = new RawConnection(BROKER.broker().port())) {
                connection.sendBytes(hex("000f0000 0003 0000 00000001"));
            }
        }
        try (var connection = new RawConnection(BROKER.broker().port())) {
            askForMetadata(connection);
        }
    }

    @Test
    void answersComeInOrderWhenRequestsComeAtOnce() throws IOException {
        try (var connection = new RawConnection(BROKER.broker().port())) {
            for (int i = 1; i <= 200; i++) {
                var request = new MetadataRequestData().setTopics(List.of());
                connection.sendFrame(RawConnection.encode(ApiKeys.METADATA, (short) (i % 8), request, i));
            }
            for (int i = 1; i <= 200; i++) {
                assertThat(connection.receive().getInt()).isEqualTo(i);
            }
        }
    }

    @Test
    void requestsThatMeanNonsenseAreAnswered() throws IOException {
        var generator = new RequestGenerator(Seed.printed("BadInputIT, nonsense"), names());
        throwAtTheBroker(generator::wellFormed);
    }

    @Test
    void requestsThatDoNotDecodeAreAnsweredOrRefused() throws IOException {
        var generator = new RequestGenerator(Seed.printed("BadInputIT, mutated"), names());
        throwAtTheBroker(generator::mutated);
    }

    @Test
    void randomBytesAreRefused() throws IOException {
        Random random = Seed.printed("BadInputIT, random");
        for (int i = 0; i < 200; i++) {
            var bytes = new byte[8 + random.nextInt(200)];
            random.nextBytes(bytes);
            ByteBuffer.wrap(bytes).putInt(0, bytes.length - 4);
            try (var connection = new RawConnection(BROKER.broker().port())) {
                connection.timeoutMs(2_000);
                connection.sendBytes(bytes);
                assertThat(endsWithin(connection))
                        .as("closed on %s", HexFormat.of().formatHex(bytes))
                        .isTrue();
            }
        }
    }

    private static List<String> names() {
        var names = List.of(clients().topic("fuzzed", 2), clients().topic("fuzzed", 1), "0", "retention.ms", "1000");
        return Stream.concat(names.stream(), Stream.of("consumer", "range", "fuzzed-group"))
                .toList();
    }

    /** Makes a frame of a key and version. */
    private interface Frames {
        ByteBuffer of(ApiKeys key, short version);
    }

    private static void throwAtTheBroker(Frames frames) throws IOException {
        send(frames, 2);
        var before = BROKER.broker().footprint();
        send(frames, PER_VERSION);
        Awaitility.await().untilAsserted(() -> {
            var after = BROKER.broker().footprint();
            assertThat(after.threads()).as("threads").isLessThanOrEqualTo(before.threads() + 8);
            assertThat(after.residentKb()).as("resident kB").isLessThan(before.residentKb() + 300_000);
        });
    }

    private static void send(Frames frames, int each) throws IOException {
        for (var key : ServedKeys.ALL) {
            for (short version : key.allVersions()) {
                for (int i = 0; i < each; i++) {
                    sendOne(key, version, frames.of(key, version));
                }
            }
        }
    }

    private static void sendOne(ApiKeys key, short version, ByteBuffer frame) throws IOException {
        boolean maySayNothing = MAY_STAY_SILENT.contains(key) || BrokerUnderTest.isApacheKafka();
        try (var connection = new RawConnection(BROKER.broker().port())) {
            connection.timeoutMs(maySayNothing ? 50 : 10_000);
            connection.sendFrame(frame);
            connection.receive();
        } catch (SocketTimeoutException e) {
            assertThat(maySayNothing)
                    .as(
                            "%s v%d neither answered nor closed: %s",
                            key, version, HexFormat.of().formatHex(bytes(frame)))
                    .isTrue();
        } catch (EOFException | SocketException closed) {
            assertThat(BROKER.broker().isAlive()).isTrue();
        }
    }

    private static byte[] bytes(ByteBuffer frame) {
        var bytes = new byte[frame.limit()];
        frame.get(0, bytes);
        return bytes;
    }
}
