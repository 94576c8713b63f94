package io.millrace.compat.languages;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.compat.ForkedCommand;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;

/** A client's driver: the command that takes a bootstrap address as its last argument. */
record Driver(List<String> command, Path directory, String bootstrap) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** What a driver is asked to do: a name under "op", and arguments. */
    record Operation(Map<String, Object> fields) {}

    /** One operation: its name, then names and values of its arguments in turn. */
    static Operation op(String name, Object... arguments) {
        var fields = new LinkedHashMap<String, Object>(Map.of("op", name));
        for (int i = 0; i < arguments.length; i += 2) {
            fields.put((String) arguments[i], arguments[i + 1]);
        }
        return new Operation(fields);
    }

    /** Runs the operations one after the other in one process, and gives the result of each. */
    List<JsonNode> run(Operation... operations) {
        var lines =
                fork(List.of(operations)).timeout(LIMIT).run().assertSucceeded().lines();
        assertThat(lines).hasSameSizeAs(operations);
        return lines.stream().map(Driver::parsed).toList();
    }

    /** Runs one operation, which the broker must not refuse. */
    JsonNode one(String name, Object... arguments) {
        var result = run(op(name, arguments)).getFirst();
        assertThat(result.path("error").asInt()).as("error code of %s", name).isZero();
        return result;
    }

    /** Runs one operation for the error code that the broker refuses it with; 0 if it does not. */
    int refusal(String name, Object... arguments) {
        return run(op(name, arguments)).getFirst().path("error").asInt();
    }

    /** Starts a member of a group, which reads from the start and commits what it has read, batch after batch. */
    Member member(String group, String topic, Duration session) {
        var operation = op("member", "group", group, "topic", topic, "session", session.toMillis());
        return new Member(fork(List.of(operation)).start());
    }

    private ForkedCommand fork(List<Operation> operations) {
        var all = new ArrayList<>(command);
        all.add(bootstrap);
        var input = operations.stream().map(Driver::printed).collect(Collectors.joining("\n", "", "\n"));
        return ForkedCommand.of(all).directory(directory).input(input);
    }

    private static String printed(Operation operation) {
        try {
            return JSON.writeValueAsString(operation.fields());
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode parsed(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("not JSON: " + line, e);
        }
    }

    /** A running member of a group. */
    record Member(ForkedCommand.Running running) implements AutoCloseable {
        private List<JsonNode> events() {
            var out = running.outSoFar();
            return out.substring(0, out.lastIndexOf('\n') + 1)
                    .lines()
                    .map(Driver::parsed)
                    .toList();
        }

        /** What the last assignment gave it; nothing before the first. */
        List<Integer> assigned() {
            var partitions = new ArrayList<Integer>();
            events().stream()
                    .filter(e -> e.has("assigned"))
                    .reduce((_, last) -> last)
                    .ifPresent(e -> e.get("assigned").forEach(p -> partitions.add(p.asInt())));
            return partitions;
        }

        /** The values read, in the order of reading. */
        List<String> read() {
            var values = new ArrayList<String>();
            for (var event : events()) {
                event.path("committed").forEach(value -> values.add(value.asText()));
            }
            return values;
        }

        void awaitAssigned(List<Integer> partitions) {
            await("assignment of " + partitions)
                    .untilAsserted(() -> assertThat(assigned()).isEqualTo(partitions));
        }

        void awaitAssigned(int count) {
            await("assignment of " + count + " partitions")
                    .untilAsserted(() -> assertThat(assigned()).hasSize(count));
        }

        private org.awaitility.core.ConditionFactory await(String what) {
            return Awaitility.await(what)
                    .atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(50))
                    .failFast(this::assertRunning);
        }

        /** Fails, with all that the member printed, when it has ended. */
        void assertRunning() {
            if (!running.process().isAlive()) {
                var result = running.result(Duration.ofSeconds(1));
                throw new AssertionError("the member ended: " + result.describe());
            }
        }

        /** SIGTERM: it leaves the group. */
        void leave() {
            running.process().destroy();
            running.result(Duration.ofSeconds(30)).assertSucceeded();
        }

        /** SIGKILL: the group has to find out. */
        void die() {
            close();
        }

        @Override
        public void close() {
            if (running.process().isAlive()) {
                running.process().destroyForcibly();
                running.result(Duration.ofSeconds(10));
            }
        }
    }
}
