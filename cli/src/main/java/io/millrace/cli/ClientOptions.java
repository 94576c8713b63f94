package io.millrace.cli;

import io.millrace.cli.logging.ConsoleLogging;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Option;

/** Options of every command that talks to a broker, and the connection they describe. */
final class ClientOptions {
    /** How long a client may take to end after Ctrl-C. */
    static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    @Option(
            names = {"-b", "--bootstrap"},
            paramLabel = "HOST:PORT",
            defaultValue = "${env:MILLRACE_BOOTSTRAP:-127.0.0.1:9092}",
            description =
                    "Broker to begin with, or several with commas. Default: $MILLRACE_BOOTSTRAP or 127.0.0.1:9092.")
    String bootstrap = "";

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "10",
            description = "How long to wait for the broker's answers. Default: ${DEFAULT-VALUE}.")
    int timeoutSeconds;

    @Option(
            names = {"-X", "--property"},
            paramLabel = "KEY=VALUE",
            description = "Any property of Kafka's Java clients, for example security.protocol=SSL.")
    Map<String, String> properties = new LinkedHashMap<>();

    @Option(names = "--verbose", description = "Show the client's warnings, and where failures came from.")
    boolean verbose;

    Bootstrap addresses() {
        return new Bootstrap(bootstrap);
    }

    int timeoutMs() {
        return Math.multiplyExact(timeoutSeconds, 1000);
    }

    /** Properties for a client of any kind; fails with a {@link CliException} if no broker is there. */
    Map<String, Object> connect() {
        if (timeoutSeconds < 1 || timeoutSeconds > 86_400) {
            throw new CliException(ExitCode.USAGE, "--timeout is from 1 to 86400 seconds.");
        }
        System.setProperty(ConsoleLogging.LEVEL_PROPERTY, verbose ? "WARN" : "OFF");
        addresses().requireReachable();
        Map<String, Object> config = new HashMap<>();
        config.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        config.put(CommonClientConfigs.CLIENT_ID_CONFIG, "millrace-cli");
        config.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, timeoutMs());
        config.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, timeoutMs());
        config.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
        config.put(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, "");
        return config;
    }

    /** The user's own properties, which win over a command's. */
    Map<String, Object> overridden(Map<String, Object> config) {
        config.putAll(properties);
        return config;
    }

    Admin admin() {
        return Admin.create(overridden(connect()));
    }
}
