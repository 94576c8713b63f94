package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartOptionsTest {
    @Test
    void nothingGivenLeavesAllToTheDefaults() {
        StartOptions options = parse();

        assertThat(options.settings()).isEmpty();
        assertThat(options.config()).isEmpty();
        assertThat(options.logLevel()).isEqualTo("INFO");
        assertThat(options.help()).isFalse();
    }

    @Test
    void optionsAreShortForSettings() {
        StartOptions options =
                parse("--data", "/tmp/d", "--listen=127.0.0.1:1", "--insecure", "--config", "a.properties");

        assertThat(options.settings())
                .containsEntry("data.dir", "/tmp/d")
                .containsEntry("listen", "127.0.0.1:1")
                .containsEntry("insecure", "true");
        assertThat(options.config()).contains(Path.of("a.properties"));
    }

    @Test
    void settingsKeepWhatStandsBehindTheFirstEqualsSign() {
        StartOptions options = parse("--set", "a=b=c", "--set=d=e", "--set", "empty=");

        assertThat(options.settings())
                .containsEntry("a", "b=c")
                .containsEntry("d", "e")
                .containsEntry("empty", "");
    }

    @Test
    void theLastOfAKeyWins() {
        assertThat(parse("--data", "x", "--set", "data.dir=y").settings()).containsEntry("data.dir", "y");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    --dat | '--dat' is not an option
                    broker | 'broker' is not an option
                    --data | --data wants a value
                    --set=x | --set is KEY=VALUE, not 'x'
                    --log-level=loud | --log-level is error, warn, info, debug or trace, not 'loud'
                    """)
    void wrongUseIsNamed(String argument, String expected) {
        assertThatThrownBy(() -> parse(argument))
                .isInstanceOfSatisfying(
                        CliException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.USAGE))
                .hasMessageContaining(expected)
                .hasMessageContaining("millrace start --help");
    }

    private static StartOptions parse(String... args) {
        return StartOptions.parse(new ArrayList<>(List.of(args)));
    }
}
