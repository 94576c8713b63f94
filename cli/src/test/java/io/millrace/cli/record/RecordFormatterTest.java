package io.millrace.cli.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RecordFormatterTest {
    private static final byte[] NO_TEXT = {(byte) 0xc3, 0x28};

    @Test
    void textIsTheValueAlone() {
        var formatter = new TextFormatter(false, false, false, "\t");

        assertThat(formatter.format(consumed(bytes("k"), bytes("grüße"), List.of())))
                .isEqualTo("grüße");
        assertThat(formatter.format(consumed(null, null, List.of()))).isEqualTo("null");
        assertThat(formatter.format(consumed(null, NO_TEXT, List.of()))).isEqualTo("base64:wyg=");
    }

    @Test
    void textHasBeforeTheValueWhatWasAskedFor() {
        var formatter = new TextFormatter(true, true, true, " -> ");
        List<Header> headers = List.of(new RecordHeader("a", bytes("1")), new RecordHeader("b", (byte[]) null));

        assertThat(formatter.format(consumed(bytes("k"), bytes("v"), headers)))
                .isEqualTo("2:7\t2026-01-31T12:00:00Z\ta=1,b=null\tk -> v");
    }

    @Test
    void jsonSaysEverythingInOneLine() {
        List<Header> headers = List.of(new RecordHeader("a", bytes("1")));

        assertThat(new JsonFormatter().format(consumed(bytes("k"), bytes("v\n\"w\""), headers)))
                .isEqualTo("{\"topic\":\"t\",\"partition\":2,\"offset\":7,\"timestamp\":1769860800000,\"key\":\"k\","
                        + "\"value\":\"v\\n\\\"w\\\"\",\"headers\":[{\"key\":\"a\",\"value\":\"1\"}]}");
    }

    @Test
    void whatJsonWritesJsonReadsAgain() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int round = 0; round < 500; round++) {
            ConsumerRecord<byte[], byte[]> consumed =
                    consumed(bytes(random), bytes(random), List.of(new RecordHeader("h" + round, bytes(random))));
            String line = new JsonFormatter().format(consumed);
            ProducerRecord<byte[], byte[]> again =
                    new JsonRecordParser(new RecordTemplate("t", null, null, List.of())).parse(bytes(line));

            assertThat(again.key()).as("seed %d: %s", seed, line).isEqualTo(consumed.key());
            assertThat(again.value()).as("seed %d: %s", seed, line).isEqualTo(consumed.value());
            assertThat(again.headers()).as("seed %d: %s", seed, line).isEqualTo(consumed.headers());
            assertThat(again.timestamp()).isEqualTo(consumed.timestamp());
            assertThat(again.partition()).isEqualTo(consumed.partition());
        }
    }

    private static byte @Nullable [] bytes(Random random) {
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        return switch (random.nextInt(4)) {
            case 0 -> null;
            case 1 -> bytes(new String(bytes, StandardCharsets.UTF_16BE));
            default -> bytes;
        };
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static ConsumerRecord<byte[], byte[]> consumed(
            byte @Nullable [] key, byte @Nullable [] value, List<Header> headers) {
        return new ConsumerRecord<>(
                "t",
                2,
                7,
                1_769_860_800_000L,
                TimestampType.CREATE_TIME,
                0,
                0,
                key,
                value,
                new RecordHeaders(headers),
                Optional.empty());
    }
}
