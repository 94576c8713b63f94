package io.millrace.cli;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The run from which the AOT cache is made: a broker and every kind of command once, in one JVM. What is loaded and used here
 * need not be loaded, linked and profiled at the next start. Not a command: the launcher and the package build run it.
 */
final class Training {
    private static final String TOPIC = "training";
    private static final int ROUNDS = 5;

    private final PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
    private final String bootstrap;

    private Training(InetSocketAddress address) {
        bootstrap = "127.0.0.1:" + address.getPort();
    }

    /** @param args a directory for the broker's data, to be removed afterwards */
    public static void main(String[] args) throws IOException {
        var options = StartOptions.parse(
                new ArrayList<>(List.of("--data", Path.of(args[0]).toString(), "--listen", "127.0.0.1:0")));
        var out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        try (var broker = new StartCommand(out).open(options)) {
            new Training(broker.addresses().values().iterator().next()).session();
        }
    }

    private void session() {
        command("topic", "create", TOPIC, "--partitions", "2");
        for (int round = 0; round < ROUNDS; round++) {
            System.setIn(new ByteArrayInputStream("{\"key\":\"k\",\"value\":\"v\",\"headers\":{\"h\":\"1\"}}\n"
                    .repeat(100)
                    .getBytes(StandardCharsets.UTF_8)));
            command("produce", TOPIC, "--format", "json", "--json");
            command("consume", TOPIC, "--until-end", "--count", "10", "--json");
        }
        command(
                "consume",
                TOPIC,
                "--group",
                TOPIC,
                "--until-end",
                "--keys",
                "--headers",
                "--metadata",
                "--count",
                "10");
        command("topic", "list");
        command("topic", "describe", TOPIC);
        command("topic", "alter", TOPIC, "--partitions", "3", "--config", "retention.ms=3600000");
        command("group", "list");
        command("group", "describe", TOPIC);
        command("topic", "delete", TOPIC);
    }

    private void command(String... words) {
        List<String> args = new ArrayList<>(List.of(words));
        args.addAll(List.of("--bootstrap", bootstrap));
        int exitCode = Main.run(args.toArray(String[]::new), out, out);
        if (exitCode != ExitCode.DONE) {
            throw new IllegalStateException(args + " ended with " + exitCode);
        }
    }
}
