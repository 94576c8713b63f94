package io.millrace.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** What must hold, whatever happens: told of everything that clients are told. */
final class ModelChecks {
    private record Slot(String group, int partition) {}

    private record Assigned(String group, int generation, String memberId) {}

    private record Owned(String group, int generation, byte partition) {}

    private final Map<Slot, Long> sent = new HashMap<>();
    private final Map<Slot, Long> acknowledged = new HashMap<>();
    private final Map<Assigned, List<Byte>> assignments = new HashMap<>();
    private final Map<Owned, String> owners = new HashMap<>();
    private final List<Throwable> violations = new ArrayList<>();
    private int requests;
    private int answers;

    /** Every request is answered once, in the end. */
    <T> void expect(CompletableFuture<T> reply, Consumer<T> action) {
        requests++;
        CompletableFuture<Void> unusedStage = reply.thenAccept(value -> {
            answers++;
            try {
                action.accept(value);
            } catch (AssertionError | RuntimeException violation) {
                violations.add(violation);
            }
        });
    }

    /** A future would keep what is thrown while it completes to itself. */
    void assertNoViolation() {
        if (!violations.isEmpty()) {
            throw new AssertionError("broken in an answer", violations.getFirst());
        }
    }

    void assertAllAnswered() {
        assertThat(answers).as("answers to requests").isEqualTo(requests);
    }

    int answers() {
        return answers;
    }

    /** In a generation a member has one assignment, and a partition has one owner. */
    void assigned(String group, int generation, String identity, String memberId, byte[] assignment) {
        List<Byte> partitions = new ArrayList<>();
        for (byte partition : assignment) {
            partitions.add(partition);
            String owner = owners.putIfAbsent(new Owned(group, generation, partition), identity);
            assertThat(owner == null ? identity : owner)
                    .as("owner of %d in generation %d of %s", partition, generation, group)
                    .isEqualTo(identity);
        }
        List<Byte> before = assignments.putIfAbsent(new Assigned(group, generation, memberId), partitions);
        assertThat(before == null ? partitions : before)
                .as("assignment of %s in generation %d of %s", memberId, generation, group)
                .isEqualTo(partitions);
    }

    /** Offsets that clients send only grow, so what is stored must not go back. */
    long nextOffset(String group, int partition) {
        return sent.merge(new Slot(group, partition), 1L, Long::sum);
    }

    void committed(String group, int partition, long offset) {
        acknowledged.merge(new Slot(group, partition), offset, Math::max);
    }

    long floor(String group, int partition) {
        return acknowledged.getOrDefault(new Slot(group, partition), -1L);
    }

    void fetched(String group, int partition, long offset, long floor) {
        assertThat(offset)
                .as("committed offset of %s-%d", group, partition)
                .isBetween(floor, Math.max(-1L, sent.getOrDefault(new Slot(group, partition), -1L)));
    }

    /** The group is gone, and generations and offsets begin anew. */
    void deleted(String group) {
        acknowledged.keySet().removeIf(slot -> slot.group().equals(group));
        assignments.keySet().removeIf(key -> key.group().equals(group));
        owners.keySet().removeIf(key -> key.group().equals(group));
    }
}
