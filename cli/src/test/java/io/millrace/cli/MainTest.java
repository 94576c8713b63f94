package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "start",
                "produce",
                "consume",
                "topic",
                "topic create",
                "topic list",
                "topic describe",
                "topic alter",
                "topic delete",
                "group",
                "group list",
                "group describe",
                "group delete",
                "log",
                "log dump",
                "log verify"
            })
    void everyCommandExplainsItself(String command) {
        assertThat(run((command + " --help").split(" "))).isEqualTo(ExitCode.DONE);

        assertThat(out.toString()).contains("Usage: millrace " + command).contains("--help");
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"produce", "consume", "topic create", "topic list", "topic alter", "group describe"})
    void clientCommandsShowExamplesAndJson(String command) {
        run((command + " --help").split(" "));

        assertThat(out.toString()).contains("Example").contains("--json").contains("--bootstrap");
    }

    @Test
    void withoutACommandItSaysWhichThereAre() {
        assertThat(run()).isEqualTo(ExitCode.USAGE);

        assertThat(err.toString())
                .contains("start, produce, consume, topic, group, log")
                .contains("millrace --help");
    }

    @Test
    void aMistypedOptionIsOneLineAndAHint() {
        assertThat(run("topic", "create", "t", "--partition", "x")).isEqualTo(ExitCode.USAGE);

        assertThat(err.toString()).startsWith("millrace: ").contains("millrace topic create --help");
    }

    @Test
    void noBrokerIsToldAtOnceAndWithoutStackTrace() throws IOException {
        int unused;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            unused = socket.getLocalPort();
        }

        assertThat(run("topic", "list", "-b", "127.0.0.1:" + unused)).isEqualTo(ExitCode.UNREACHABLE);

        assertThat(err.toString())
                .startsWith("millrace: No broker at 127.0.0.1:" + unused)
                .contains("millrace start")
                .doesNotContain("\tat ");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void wrongValuesAreRefusedBeforeAnythingIsTried() {
        List<String> wrong = List.of(
                "consume t --from yesterday",
                "consume t --group g --partition 1",
                "consume t --count -1",
                "produce t --header x",
                "produce t --format json --key-separator :",
                "topic list -b nonsense",
                "topic list --timeout 0");

        assertThat(wrong)
                .allSatisfy(command -> assertThat(run(command.split(" "))).isEqualTo(ExitCode.USAGE));
    }

    private int run(String... args) {
        return Main.run(args, new PrintWriter(out), new PrintWriter(err));
    }
}
