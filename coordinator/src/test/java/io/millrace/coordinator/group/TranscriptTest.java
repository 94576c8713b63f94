package io.millrace.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.coordinator.SimulatedLog;
import io.millrace.coordinator.SimulatedWorld;
import io.millrace.coordinator.group.record.GroupMetadataValue;
import io.millrace.coordinator.group.record.GroupRecord;
import io.millrace.coordinator.group.record.OffsetCommitValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.apache.kafka.common.record.internal.Record;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The group protocol as text: requests at the margin, what came of them below, indented, {@code log} being what was appended.
 * Written anew with {@code -Dtranscripts.write=true}; read the difference then.
 */
class TranscriptTest {
    private static final Path FOLDER = Path.of("src/test/resources/transcripts");
    /** An empty group waits for more members long enough to see it. */
    private static final GroupConfig CONFIG =
            new GroupConfig(1, 6_000, 60_000, 3_000, 4, 10, 7 * 24 * 60 * 60 * 1000L, 600_000, 1_048_588, 3, 100);

    private final SimulatedWorld world = new SimulatedWorld();
    private final AtomicLong ids = new AtomicLong();
    private final GroupCoordinator coordinator =
            Groups.coordinator(CONFIG, world.ports(), () -> new UUID(0, ids.incrementAndGet()).toString());
    private final Transcript transcript = new Transcript(coordinator);
    private int epoch = 1;
    private int seen;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "dynamic-members",
                "static-members",
                "protocols",
                "timeouts",
                "leaving",
                "old-versions",
                "offsets",
                "tools",
                "bounds",
                "failed-appends",
                "reload",
                "expiry"
            })
    void behavesAsWritten(String name) throws IOException {
        Path file = FOLDER.resolve(name + ".txt");
        List<String> lines = Files.readAllLines(file);

        List<String> played = play(lines);

        if (Boolean.getBoolean("transcripts.write")) {
            Files.write(file, played);
        }
        assertThat(played).isEqualTo(lines);
    }

    private List<String> play(List<String> script) {
        coordinator.onElection(0, epoch);
        world.settle();
        List<String> played = new ArrayList<>();
        for (String line : script) {
            if (line.isBlank() || line.startsWith("#")) {
                played.add(line);
            } else if (!line.startsWith("    ")) {
                played.add(line);
                step(line).forEach(outcome -> played.add("    " + outcome));
            }
        }
        return played;
    }

    private List<String> step(String line) {
        String[] words = line.split(" +");
        switch (words[0]) {
            case "wait" -> world.advance(Long.parseLong(words[1]));
            case "log" -> world.log().behave(behaviour(words[1]));
            case "release" -> world.log().release(behaviour(words[1]));
            case "resign" -> coordinator.onResignation(0);
            case "elect" -> coordinator.onElection(0, ++epoch);
            case "topics-deleted" -> coordinator.onTopicsDeleted(List.of(words).subList(1, words.length));
            default -> transcript.play(line);
        }
        world.settle();
        List<String> outcomes = new ArrayList<>(transcript.replies());
        List<Record> records = world.log().records(0);
        records.subList(seen, records.size()).forEach(record -> outcomes.add("log " + describe(record)));
        seen = records.size();
        return outcomes;
    }

    private static SimulatedLog.Behaviour behaviour(String name) {
        return SimulatedLog.Behaviour.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    private String describe(Record record) {
        return switch (GroupRecord.read(record.key(), record.value()).orElseThrow()) {
            case GroupRecord.Offset offset -> {
                OffsetCommitValue value = offset.value();
                String key = offset.key().group() + " " + offset.key().topic() + "-"
                        + offset.key().partition();
                yield key + (value == null ? " gone" : " at " + value.offset());
            }
            case GroupRecord.Group group -> {
                GroupMetadataValue value = group.value();
                yield group.key().group() + (value == null ? " gone" : describe(value));
            }
        };
    }

    private String describe(GroupMetadataValue value) {
        return " gen=%d %s/%s leader=%s [%s]"
                .formatted(
                        value.generation(),
                        value.protocolType(),
                        value.protocol(),
                        value.leader() == null ? null : transcript.alias(value.leader()),
                        value.members().stream()
                                .map(member -> transcript.alias(member.memberId()) + ":"
                                        + Transcript.text(member.assignment().bytes()))
                                .sorted()
                                .collect(Collectors.joining(" ")));
    }
}
