package io.millrace.cli.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StartPointTest {
    private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
    private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");

    @Test
    void namesAndNumbers() {
        assertThat(parse("beginning")).isEqualTo(new StartPoint.Beginning());
        assertThat(parse("earliest")).isEqualTo(new StartPoint.Beginning());
        assertThat(parse("END")).isEqualTo(new StartPoint.End());
        assertThat(parse("42")).isEqualTo(new StartPoint.Offset(42));
        assertThat(parse("-10")).isEqualTo(new StartPoint.Last(10));
    }

    @ParameterizedTest
    @CsvSource({
        "@1769860800000, 2026-01-31T12:00:00Z",
        "2026-01-31T12:00:00Z, 2026-01-31T12:00:00Z",
        "2026-01-31T12:00:00, 2026-01-31T11:00:00Z",
        "2026-01-31, 2026-01-30T23:00:00Z",
        "90s, 2026-01-31T11:58:30Z",
        "15m, 2026-01-31T11:45:00Z",
        "2h, 2026-01-31T10:00:00Z",
        "7d, 2026-01-24T12:00:00Z"
    })
    void times(String text, Instant expected) {
        assertThat(parse(text)).isEqualTo(new StartPoint.Time(expected.toEpochMilli()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "yesterday", "1.5", "--1", "5w", "2026-13-01", "@", "99999999999999999999"})
    void anythingElseIsRefusedWithTheForms(String text) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("beginning, end, an offset");
    }

    private static StartPoint parse(String text) {
        return StartPoint.parse(text, NOW, ZONE);
    }
}
