package io.millrace.cli.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineReaderTest {
    @Test
    void cutsAtNewlinesOnly() throws IOException {
        assertThat(lines("a\n\nb\r\nc")).containsExactly("a", "", "b\r", "c");
    }

    @Test
    void aNewlineAtTheEndBeginsNoLine() throws IOException {
        assertThat(lines("a\n")).containsExactly("a");
    }

    @Test
    void nothingIsNoLine() throws IOException {
        assertThat(lines("")).isEmpty();
    }

    @Test
    void linesMayBeLongerThanTheBuffer() throws IOException {
        String big = "x".repeat(200_000);

        assertThat(lines(big + "\ny")).containsExactly(big, "y");
    }

    @Test
    void bytesThatAreNoTextStayAsTheyAre() throws IOException {
        byte[] bytes = {(byte) 0xff, 0, (byte) 0xc3};

        assertThat(new LineReader(new ByteArrayInputStream(bytes), 10).next()).isEqualTo(bytes);
    }

    @Test
    void countsLinesFromOne() throws IOException {
        var reader = new LineReader(new ByteArrayInputStream("a\nb".getBytes(StandardCharsets.UTF_8)), 10);
        reader.next();
        reader.next();

        assertThat(reader.lineNumber()).isEqualTo(2);
    }

    @Test
    void aLineAboveTheBoundIsRefused() {
        var reader = new LineReader(new ByteArrayInputStream(new byte[101]), 100);

        assertThatThrownBy(reader::next)
                .isInstanceOf(RecordFormatException.class)
                .hasMessageContaining("100 bytes");
    }

    private static List<String> lines(String text) throws IOException {
        var reader = new LineReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), 1 << 20);
        List<String> lines = new ArrayList<>();
        for (byte[] line = reader.next(); line != null; line = reader.next()) {
            lines.add(new String(line, StandardCharsets.UTF_8));
        }
        return lines;
    }
}
