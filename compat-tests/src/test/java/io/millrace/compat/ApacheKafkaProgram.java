package io.millrace.compat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Apache Kafka 4.4 on one node, broker and controller in one process, with the settings of its distribution apart from
 * addresses, directories and the replication factors that one node forces. Node id 0, as a first Millrace broker has.
 */
final class ApacheKafkaProgram implements BrokerProgram {
    private static final String CLUSTER_ID = "bWlsbHJhY2UtY29tcGF0MQ";

    @Override
    public void prepare(Path home, int port, Map<String, String> settings) throws IOException {
        var properties = new TreeMap<>(fixedSettings(home, port));
        properties.putAll(settings);
        var file = home.resolve("server.properties");
        Files.write(
                file,
                properties.entrySet().stream()
                        .map(e -> e.getKey() + "=" + e.getValue())
                        .toList());
        Files.writeString(home.resolve("log4j2.xml"), LOG_CONFIGURATION);
        if (!Files.exists(home.resolve("data/meta.properties"))) {
            format(home, file);
        }
    }

    private static Map<String, String> fixedSettings(Path home, int port) {
        int controllerPort = controllerPort(home);
        var broker = "PLAINTEXT://127.0.0.1:" + port;
        var controller = "CONTROLLER://127.0.0.1:" + controllerPort;
        var fixed = new LinkedHashMap<String, String>();
        fixed.put("process.roles", "broker,controller");
        fixed.put("node.id", "0");
        fixed.put("controller.quorum.voters", "0@127.0.0.1:" + controllerPort);
        fixed.put("listeners", broker + "," + controller);
        fixed.put("advertised.listeners", broker);
        fixed.put("controller.listener.names", "CONTROLLER");
        fixed.put("inter.broker.listener.name", "PLAINTEXT");
        fixed.put("listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT");
        fixed.put("log.dirs", home.resolve("data").toString());
        fixed.put("offsets.topic.replication.factor", "1");
        fixed.put("transaction.state.log.replication.factor", "1");
        fixed.put("transaction.state.log.min.isr", "1");
        fixed.put("share.coordinator.state.topic.replication.factor", "1");
        fixed.put("share.coordinator.state.topic.min.isr", "1");
        return fixed;
    }

    /** The controller's port has to stay the same over restarts, so it lives beside the data. */
    private static int controllerPort(Path home) {
        var file = home.resolve("controller.port");
        try {
            if (!Files.exists(file)) {
                Files.writeString(file, Integer.toString(FreePort.next()));
            }
            return Integer.parseInt(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Formatting takes a JVM start; as nothing in its result names the port, one result serves every later broker. */
    private static synchronized void format(Path home, Path serverProperties) throws IOException {
        var template = Checkout.moduleTarget().resolve("apache-kafka-formatted");
        if (Files.exists(template)) {
            copyTree(template, home.resolve("data"));
            return;
        }
        var java = new ArrayList<>(java("-Dlog4j2.level=WARN"));
        java.addAll(List.of("kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", serverProperties.toString()));
        ForkedCommand.of(java).run().assertSucceeded();
        copyTree(home.resolve("data"), template);
    }

    private static void copyTree(Path from, Path to) throws IOException {
        try (var tree = Files.walk(from)) {
            for (var path : tree.toList()) {
                Files.copy(path, to.resolve(from.relativize(path)));
            }
        }
    }

    @Override
    public List<String> command(Path home, int port, Map<String, String> settings) {
        var command = new ArrayList<>(java("-Dlog4j2.configurationFile=" + home.resolve("log4j2.xml")));
        command.addAll(List.of("kafka.Kafka", home.resolve("server.properties").toString()));
        return command;
    }

    private static List<String> java(String logging) {
        return List.of(
                Checkout.java(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                logging,
                "-cp",
                Checkout.classpath("apache-kafka"));
    }

    @Override
    public Pattern readyLine(int port) {
        return Pattern.compile("Kafka Server started");
    }

    /** The oracle is right by definition, and logs stack traces for much of what clients send. */
    @Override
    public List<Pattern> forbiddenLines() {
        return List.of();
    }

    private static final String LOG_CONFIGURATION = """
            <Configuration><Appenders>
            <Console name="out"><PatternLayout pattern="[%d] %p %m (%c)%n"/></Console>
            </Appenders><Loggers><Root level="INFO"><AppenderRef ref="out"/></Root></Loggers></Configuration>
            """;
}
