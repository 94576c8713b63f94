package io.millrace.compat;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A broker in a process of its own, that can be killed and started again on the same data and port. Its output goes to
 * a file beside its data, which {@link #assertNoUnexpectedFailure} reads. Used by one thread at a time.
 */
public final class StartedBroker implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private final BrokerProgram program;
    private final Path home;
    private final int port;
    private final Map<String, String> settings;
    private @Nullable Process process;
    private long logRead;

    private StartedBroker(BrokerProgram program, Path home, Map<String, String> settings) {
        this.program = program;
        this.home = home;
        this.port = FreePort.next();
        this.settings = Map.copyOf(settings);
    }

    /** Starts the program under test in a fresh folder named after {@code name}. */
    public static StartedBroker start(String name, Map<String, String> settings) {
        return start(BrokerProgram.underTest(), name, settings);
    }

    /** Starts Apache Kafka, whatever the program under test. */
    public static StartedBroker startOracle(String name, Map<String, String> settings) {
        return start(new ApacheKafkaProgram(), name, settings);
    }

    private static StartedBroker start(BrokerProgram program, String name, Map<String, String> settings) {
        try {
            var brokers = Files.createDirectories(Checkout.moduleTarget().resolve("brokers"));
            var broker = new StartedBroker(program, Files.createTempDirectory(brokers, name + "-"), settings);
            broker.startAgain();
            return broker;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts the program on the data that are there; returns once it serves. */
    public void startAgain() {
        launch();
        awaitReady(running());
    }

    /** Starts the program and returns at once, whatever comes of it. */
    public void launch() {
        assertThat(isAlive()).as("already running").isFalse();
        try {
            program.prepare(home, port, settings);
            logRead = Files.exists(logFile()) ? Files.size(logFile()) : 0;
            process = new ProcessBuilder(program.command(home, port, settings))
                    .directory(home.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(logFile().toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void awaitReady(Process started) {
        var ready = program.readyLine(port);
        Awaitility.await("the broker's ready line")
                .atMost(START_LIMIT)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(10))
                .until(() ->
                        !started.isAlive() || ready.matcher(logSinceStart()).find());
        assertThat(started.isAlive())
                .as(() -> "ended while starting:\n" + log())
                .isTrue();
    }

    public String bootstrap() {
        return "127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    /** The folder that holds the data and the log file. */
    public Path home() {
        return home;
    }

    public long pid() {
        return running().pid();
    }

    public boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** kill -9: nothing that the broker has not put on disk (or left to the kernel) outlives this. */
    public void kill() {
        end(running().toHandle().destroyForcibly(), "SIGKILL");
    }

    /** SIGTERM, and waits for the end. */
    public void stop() {
        end(running().toHandle().destroy(), "SIGTERM");
    }

    private void end(boolean sent, String signal) {
        assertThat(sent).as(signal).isTrue();
        try {
            assertThat(running().waitFor(STOP_LIMIT.toSeconds(), SECONDS))
                    .as("ended within %s of %s", STOP_LIMIT, signal)
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            running().destroyForcibly();
        }
    }

    /** Everything the program has printed since its very first start. */
    public String log() {
        return read(0);
    }

    private String logSinceStart() {
        return read(logRead);
    }

    /** The length of the log, for {@link #logAfter}. */
    public long logLength() {
        try {
            return Files.size(logFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String logAfter(long position) {
        return read(position);
    }

    private String read(long from) {
        try (var in = Files.newInputStream(logFile())) {
            in.skipNBytes(from);
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path logFile() {
        return home.resolve("broker.log");
    }

    /** Fails when the log holds a stack trace or another line that no client's input should cause. */
    public void assertNoUnexpectedFailure() {
        var lines = log().lines()
                .filter(line -> program.forbiddenLines().stream()
                        .map(p -> p.matcher(line))
                        .anyMatch(m -> m.find()))
                .limit(40)
                .toList();
        assertThat(lines).as("unexpected lines in %s", logFile()).isEmpty();
    }

    /** Threads and resident kilobytes of the broker's process, from the kernel. */
    public Footprint footprint() {
        try {
            var status = Files.readString(Path.of("/proc/" + pid() + "/status"));
            return new Footprint(number(status, "Threads"), number(status, "VmRSS"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long number(String status, String field) {
        var matcher = Pattern.compile("(?m)^" + field + ":\\s+(\\d+)").matcher(status);
        assertThat(matcher.find()).as(field).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    /** What the kernel says of a process. */
    public record Footprint(long threads, long residentKb) {}

    private Process running() {
        return Objects.requireNonNull(process, "not started");
    }

    /** Ends the broker whatever its state, and removes its data; the log file stays when the broker was at fault. */
    @Override
    public void close() {
        if (isAlive()) {
            stop();
        }
        assertNoUnexpectedFailure();
        deleteTree(home);
    }

    /** Ends the process without looking at anything: for a test that has failed already. */
    public void abandon() {
        if (isAlive()) {
            kill();
        }
    }

    private static void deleteTree(Path folder) {
        try (var tree = Files.walk(folder)) {
            List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (var path : deepestFirst) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
