package io.millrace.cli.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordParserTest {
    private static final RecordTemplate PLAIN = new RecordTemplate("t", null, null, List.of());

    @Test
    void aTextLineIsAValue() {
        var line = text(new TextParser(PLAIN, null, null), "a:b");

        assertThat(line.key()).isNull();
        assertThat(string(line.value())).isEqualTo("a:b");
    }

    @Test
    void theFirstSeparatorEndsTheKey() {
        var line = text(new TextParser(PLAIN, "::", null), "k::v::w");

        assertThat(string(line.key())).isEqualTo("k");
        assertThat(string(line.value())).isEqualTo("v::w");
    }

    @Test
    void aLineWithoutTheSeparatorIsRefused() {
        assertThatThrownBy(() -> text(new TextParser(PLAIN, ":", null), "novalue"))
                .isInstanceOf(RecordFormatException.class)
                .hasMessageContaining("':'");
    }

    @Test
    void theNullMarkerMakesATombstone() {
        assertThat(text(new TextParser(PLAIN, ":", "NULL"), "k:NULL").value()).isNull();
    }

    @Test
    void theTemplateFillsInWhatLinesDoNotSay() {
        var template = new RecordTemplate("t", 3, "k", List.of(new RecordHeader("h", bytes("v"))));
        var line = text(new TextParser(template, null, null), "x");

        assertThat(line.partition()).isEqualTo(3);
        assertThat(string(line.key())).isEqualTo("k");
        assertThat(line.headers()).hasSize(1);
    }

    @Test
    void jsonSaysEverything() {
        var line = json("""
                {"key":"k","value":"v","headers":{"a":"1","b":null},"timestamp":"2026-01-31T12:00:00Z","partition":2}""");

        assertThat(string(line.key())).isEqualTo("k");
        assertThat(string(line.value())).isEqualTo("v");
        assertThat(line.timestamp()).isEqualTo(1_769_860_800_000L);
        assertThat(line.partition()).isEqualTo(2);
        assertThat(line.headers())
                .containsExactly(new RecordHeader("a", bytes("1")), new RecordHeader("b", (byte[]) null));
    }

    @Test
    void headersKeepTheirOrderAndRepetitions() {
        var line = json("""
                {"value":"v","headers":[{"key":"a","value":"1"},{"key":"a","valueBase64":"/w=="}]}""");

        assertThat(line.headers())
                .containsExactly(new RecordHeader("a", bytes("1")), new RecordHeader("a", new byte[] {(byte) 0xff}));
    }

    @Test
    void aValueThatIsNoStringIsSentAsItsJson() {
        assertThat(string(json("{\"value\":{\"n\": 1.50,\"l\":[true,null]}}").value()))
                .isEqualTo("{\"n\":1.50,\"l\":[true,null]}");
        assertThat(string(json("{\"value\":12}").value())).isEqualTo("12");
    }

    @Test
    void noValueIsATombstone() {
        assertThat(json("{\"key\":\"k\"}").value()).isNull();
        assertThat(json("{\"key\":\"k\",\"value\":null}").value()).isNull();
    }

    @Test
    void whatConsumePrintsBesidesIsIgnored() {
        assertThat(string(json("{\"topic\":\"other\",\"offset\":7,\"value\":\"v\"}")
                        .value()))
                .isEqualTo("v");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "[]",
                "{",
                "{} {}",
                "{\"vlaue\":1}",
                "{\"valueBase64\":\"!\"}",
                "{\"partition\":\"1\"}",
                "{\"timestamp\":\"noon\"}",
                "{\"timestamp\":true}",
                "{\"headers\":1}",
                "{\"headers\":[1]}",
                "{\"headers\":[{\"value\":\"1\"}]}",
                "{\"partition\":99999999999}"
            })
    void whatIsNoRecordIsRefused(String line) {
        assertThatThrownBy(() -> json(line)).isInstanceOf(RecordFormatException.class);
    }

    private static ProducerRecord<byte[], byte[]> json(String line) {
        return text(new JsonRecordParser(PLAIN), line);
    }

    private static ProducerRecord<byte[], byte[]> text(RecordParser parser, String line) {
        return parser.parse(bytes(line));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String string(byte @Nullable [] bytes) {
        return bytes == null ? "null" : new String(bytes, StandardCharsets.UTF_8);
    }
}
