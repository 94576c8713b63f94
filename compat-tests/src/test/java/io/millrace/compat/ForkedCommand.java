package io.millrace.compat;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A program run to its end, with what it printed. Its time is bounded; a program that overstays is killed. */
public final class ForkedCommand {
    private final List<String> command;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private String input = "";
    private Duration timeout = Duration.ofSeconds(90);
    private Path directory = Checkout.module();

    private ForkedCommand(List<String> command) {
        this.command = List.copyOf(command);
    }

    public static ForkedCommand of(List<String> command) {
        return new ForkedCommand(command);
    }

    public static ForkedCommand of(String... command) {
        return new ForkedCommand(List.of(command));
    }

    public ForkedCommand input(String text) {
        this.input = text;
        return this;
    }

    public ForkedCommand environment(String name, String value) {
        environment.put(name, value);
        return this;
    }

    public ForkedCommand timeout(Duration limit) {
        this.timeout = limit;
        return this;
    }

    public ForkedCommand directory(Path folder) {
        this.directory = folder;
        return this;
    }

    public Result run() {
        return start().result(timeout);
    }

    /** Starts the program and leaves it running; {@link Running#result} ends and reads it. */
    public Running start() {
        try {
            var out = Files.createTempFile("compat", ".out");
            var err = Files.createTempFile("compat", ".err");
            var in = Files.writeString(Files.createTempFile("compat", ".in"), input, StandardCharsets.UTF_8);
            var builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectInput(in.toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().putAll(environment);
            return new Running(command, builder.start(), List.of(out, err, in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A program that still runs. */
    public record Running(List<String> command, Process process, List<Path> files) {
        public String outSoFar() {
            return read(files.get(0));
        }

        public Result result(Duration timeout) {
            boolean timedOut = !endedWithin(timeout);
            if (timedOut) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                endedWithin(Duration.ofSeconds(10));
            }
            var result = new Result(
                    command, timedOut ? -1 : process.exitValue(), read(files.get(0)), read(files.get(1)), timedOut);
            for (var file : files) {
                delete(file);
            }
            return result;
        }

        private boolean endedWithin(Duration limit) {
            try {
                return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                process.destroyForcibly();
                return false;
            }
        }

        private static String read(Path file) {
            try {
                return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static void delete(Path file) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** How a program ended: its exit code (-1 when killed at the time limit) and what it printed. */
    public record Result(List<String> command, int exitCode, String out, String err, boolean timedOut) {
        public Result assertSucceeded() {
            assertThat(exitCode).as(this::describe).isZero();
            return this;
        }

        public Result assertFailed() {
            assertThat(timedOut).as(this::describe).isFalse();
            assertThat(exitCode).as(this::describe).isNotZero();
            return this;
        }

        public List<String> lines() {
            return out.lines().toList();
        }

        public String describe() {
            return String.join(" ", command) + (timedOut ? " did not end in time" : " exited " + exitCode)
                    + "\n--- out\n" + out + "\n--- err\n" + err;
        }
    }
}
