package io.millrace.cli;

import io.millrace.broker.BrokerConfig;
import io.millrace.broker.BrokerServer;
import io.millrace.cli.logging.ConsoleLogging;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.net.InetSocketAddress;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import org.apache.kafka.common.errors.InvalidConfigurationException;

/** {@code millrace start}: a broker from its settings to the signal that stops it. */
final class StartCommand {
    /** A stop flushes every log; a supervisor that waits less kills us, which is safe and costs a recovery. */
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(60);

    private final PrintWriter out;

    StartCommand(PrintWriter out) {
        this.out = out;
    }

    /** Returns after SIGTERM or Ctrl-C, when everything is on disk. Failures to start are {@link CliException}s. */
    int run(StartOptions options) {
        if (options.help()) {
            out.print(StartOptions.HELP);
            return ExitCode.DONE;
        }
        var stopped = new CountDownLatch(1);
        try (var stop = new StopSignal(STOP_PATIENCE);
                var _ = open(options)) {
            stop.onSignal(stopped::countDown);
            stopped.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ExitCode.DONE;
    }

    /** A broker that serves, and has said so. */
    BrokerServer open(StartOptions options) {
        System.setProperty(ConsoleLogging.LEVEL_PROPERTY, options.logLevel());
        BrokerConfig config = config(options);
        try {
            BrokerServer broker = BrokerServer.start(config);
            out.println(readyLine(config, broker));
            out.flush();
            return broker;
        } catch (IOException e) {
            throw new CliException(ExitCode.FAILED, "The broker cannot start: " + said(e) + '.', e);
        }
    }

    /** What a failure says, and what its cause says beside it; that of a file names no more than the file. */
    private static String said(IOException failure) {
        String message = String.valueOf(failure.getMessage());
        if (failure instanceof FileSystemException file && file.getReason() == null) {
            message += " (" + failure.getClass().getSimpleName() + "): it cannot be made or used";
        }
        Throwable cause = failure.getCause();
        return cause == null || cause.getMessage() == null ? message : message + " (" + cause.getMessage() + ')';
    }

    private static BrokerConfig config(StartOptions options) {
        try {
            return BrokerConfig.of(
                    options.config().map(StartCommand::read).orElse(Map.of()), System.getenv(), options.settings());
        } catch (InvalidConfigurationException e) {
            throw new CliException(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
        }
    }

    private static Map<String, String> read(Path file) {
        var properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (NoSuchFileException e) {
            throw new CliException(ExitCode.USAGE, "--config: there is no file " + file + '.', e);
        } catch (IOException | IllegalArgumentException e) {
            throw new CliException(ExitCode.USAGE, "--config: " + file + " cannot be read: " + e.getMessage(), e);
        }
        Map<String, String> settings = new HashMap<>();
        properties.stringPropertyNames().forEach(key -> settings.put(key, properties.getProperty(key)));
        return settings;
    }

    private static String readyLine(BrokerConfig config, BrokerServer broker) {
        String addresses =
                broker.addresses().values().stream().map(StartCommand::address).collect(Collectors.joining(", "));
        String directories = config.directories().stream().map(Path::toString).collect(Collectors.joining(", "));
        return "Millrace is ready on " + addresses + " in " + StartTime.millisAgo() + " ms (data: " + directories + ')';
    }

    private static String address(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? '[' + host + ']' : host) + ':' + address.getPort();
    }
}
