package io.millrace.compat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** {@code ./millrace start}, as a user of a clone starts it. */
final class MillraceProgram implements BrokerProgram {
    @Override
    public void prepare(Path home, int port, Map<String, String> settings) {}

    @Override
    public List<String> command(Path home, int port, Map<String, String> settings) {
        var command = new ArrayList<>(List.of(
                Checkout.root().resolve("millrace").toString(),
                "start",
                "--data",
                home.resolve("data").toString(),
                "--listen",
                "127.0.0.1:" + port));
        settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
        return command;
    }

    @Override
    public Pattern readyLine(int port) {
        return Pattern.compile("127\\.0\\.0\\.1:" + port);
    }

    @Override
    public List<Pattern> forbiddenLines() {
        return List.of(
                Pattern.compile("^\\s+at [\\w.$/]+\\("),
                Pattern.compile("\\bException\\b.*:|\\w+Error: "),
                Pattern.compile("\\bERROR\\b"));
    }
}
