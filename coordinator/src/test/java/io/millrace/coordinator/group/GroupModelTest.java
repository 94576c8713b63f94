package io.millrace.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.coordinator.MachineType;
import io.millrace.coordinator.ShardLimits;
import io.millrace.coordinator.ShardRuntime;
import io.millrace.coordinator.SimulatedLog.Behaviour;
import io.millrace.coordinator.SimulatedWorld;
import io.millrace.coordinator.StateMachine;
import io.millrace.coordinator.UndoLog;
import io.millrace.coordinator.group.GroupCoordinator.GroupClient;
import io.millrace.coordinator.group.record.GroupMetadataValue;
import io.millrace.coordinator.group.record.GroupRecord;
import io.millrace.coordinator.group.record.OffsetCommitValue;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestTopics;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.Record;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Consumers that join, leave, die and commit at random, on a log that fails and a shard that moves; after each step the
 * invariants of {@link ModelChecks}, and: what the shard keeps is what its log says.
 *
 * <p>One seed again: {@code -Dmodel.seed=N}.
 */
class GroupModelTest {
    private static final int SEEDS = Integer.getInteger("model.seeds", 40);
    private static final int STEPS = 1_500;
    private static final GroupConfig CONFIG =
            new GroupConfig(1, 6_000, 60_000, 500, 6, 100, 7 * 24 * 60 * 60 * 1000L, 600_000, 100_000, 5, 1_000);
    private static final List<String> GROUPS = List.of("g", "h");
    private static final GroupClient TOOL = new GroupClient((short) 8, "tool", "/10.0.0.2");

    static List<Long> seeds() {
        Long chosen = Long.getLong("model.seed");
        Random random = new Random();
        return chosen != null
                ? List.of(chosen)
                : IntStream.range(0, SEEDS).mapToObj(i -> random.nextLong()).toList();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void invariantsHold(long seed) {
        Run run = new Run(seed);
        try {
            run.play();
        } catch (AssertionError | RuntimeException broken) {
            throw new AssertionError("seed " + seed + ", step " + run.step, broken);
        }
    }

    @Test
    void theModelReachesWhatItIsAbout() {
        Run run = new Run(7);
        run.play();

        assertThat(run.checks.answers()).isGreaterThan(500);
        assertThat(run.generations.values()).anyMatch(generation -> generation > 10);
        assertThat(run.world.log().loads()).isGreaterThan(5);
    }

    /** Remembers the machine that was made last. */
    private static final class Spy implements MachineType<GroupCommand, GroupChange> {
        private final GroupMachines type = new GroupMachines(CONFIG);
        private GroupMachine latest = type.create(0, new UndoLog());

        @Override
        public String name() {
            return type.name();
        }

        @Override
        public StateMachine<GroupCommand, GroupChange> create(int shard, UndoLog undo) {
            latest = type.create(shard, undo);
            return latest;
        }

        @Override
        public GroupCommand loaded() {
            return type.loaded();
        }

        @Override
        public Optional<KeyValue> record(GroupChange change) {
            return type.record(change);
        }

        @Override
        public Optional<GroupChange> change(ByteBuffer key, @Nullable ByteBuffer value) {
            return type.change(key, value);
        }
    }

    private static final class Run {
        private final Random random;
        private final SimulatedWorld world = new SimulatedWorld();
        private final ModelChecks checks = new ModelChecks();
        private final Spy spy = new Spy();
        private final GroupCoordinator coordinator;
        private final List<ModelMember> members;
        private final Map<String, Integer> generations = new HashMap<>();
        private int epoch;
        private int seen;
        private int step;
        private boolean quiet = true;

        Run(long seed) {
            random = new Random(seed);
            ShardRuntime<GroupCommand, GroupChange> runtime =
                    new ShardRuntime<>(1, spy, world.ports(), new ShardLimits(200, CONFIG.maxBatchBytes()));
            coordinator =
                    new GroupShards(CONFIG, runtime, () -> new UUID(random.nextLong(), random.nextLong()).toString());
            members = IntStream.range(0, 10)
                    .mapToObj(i -> new ModelMember(coordinator, checks, random, GROUPS.get(i % 2), i))
                    .toList();
        }

        void play() {
            coordinator.onElection(0, ++epoch);
            for (step = 0; step < STEPS; step++) {
                act();
                if (random.nextInt(4) > 0) {
                    world.settle();
                    check();
                }
            }
            calmDown();
            check();
            coordinator.onResignation(0);
            world.settle();
            checks.assertAllAnswered();
        }

        private void act() {
            int dice = random.nextInt(1000);
            if (dice < 650) {
                members.get(random.nextInt(members.size())).act();
            } else if (dice < 850) {
                world.advance(random.nextInt(2_000));
            } else if (dice < 930) {
                fetch(GROUPS.get(random.nextInt(2)));
            } else if (dice < 960) {
                world.log().behave(behaviour());
            } else if (dice < 990) {
                world.log().release(behaviour());
            } else if (dice < 995) {
                move();
            } else {
                delete(GROUPS.get(random.nextInt(2)));
            }
        }

        private Behaviour behaviour() {
            return switch (random.nextInt(8)) {
                case 0, 1 -> Behaviour.HOLD;
                case 2 -> Behaviour.REFUSE;
                case 3 -> random.nextBoolean() ? Behaviour.LOSE_ANSWER : Behaviour.LOSE_BATCH;
                default -> Behaviour.COMMIT;
            };
        }

        private void move() {
            coordinator.onResignation(0);
            if (random.nextBoolean()) {
                world.settle();
                // The log of a new leader has what the old one managed to append.
                world.log().release(random.nextBoolean() ? Behaviour.COMMIT : Behaviour.LOSE_BATCH);
            }
            world.log().release(Behaviour.LOSE_BATCH);
            world.settle();
            coordinator.onElection(0, ++epoch);
        }

        private void fetch(String group) {
            OffsetFetchRequestGroup request = new OffsetFetchRequestGroup()
                    .setGroupId(group)
                    .setTopics(
                            List.of(new OffsetFetchRequestTopics().setName("t").setPartitionIndexes(List.of(0, 1, 2))));
            List<Long> floors =
                    IntStream.range(0, 3).mapToObj(i -> checks.floor(group, i)).toList();
            checks.expect(coordinator.fetchOffsets(TOOL, request, true), reply -> {
                if (reply.errorCode() == Errors.NONE.code() && !deletes(group)) {
                    reply.topics()
                            .getFirst()
                            .partitions()
                            .forEach(one -> checks.fetched(
                                    group,
                                    one.partitionIndex(),
                                    one.committedOffset(),
                                    floors.get(one.partitionIndex())));
                }
            });
        }

        private final Map<String, Integer> deleting = new HashMap<>();

        private boolean deletes(String group) {
            return deleting.getOrDefault(group, 0) > 0;
        }

        /** Only alone: what a deletion and a commit that overtake each other come to is not for this model. */
        private void delete(String group) {
            world.settle();
            if (world.log().held() > 0 || !quiet) {
                return;
            }
            calmDown();
            deleting.merge(group, 1, Integer::sum);
            checks.expect(coordinator.deleteGroups(TOOL, List.of(group)), reply -> {
                deleting.merge(group, -1, Integer::sum);
                if (reply.getFirst().errorCode() == Errors.NONE.code()) {
                    checks.deleted(group);
                    generations.remove(group);
                }
            });
            world.settle();
        }

        private void calmDown() {
            world.log().behave(Behaviour.COMMIT);
            world.log().release(Behaviour.COMMIT);
            world.settle();
            world.log().release(Behaviour.COMMIT);
            world.settle();
        }

        private void check() {
            checks.assertNoViolation();
            checkGenerations();
            quiet = world.log().held() == 0;
            if (quiet) {
                checkAgainstLog();
            }
        }

        /** The generations in the log grow, until the group is deleted. */
        private void checkGenerations() {
            List<Record> records = world.log().records(0);
            for (Record record : records.subList(seen, records.size())) {
                if (GroupRecord.read(record.key(), record.value()).orElseThrow() instanceof GroupRecord.Group group) {
                    GroupMetadataValue value = group.value();
                    String name = group.key().group();
                    if (value == null) {
                        generations.remove(name);
                        checks.deleted(name);
                    } else {
                        assertThat(value.generation())
                                .as("generation of %s in the log", name)
                                .isGreaterThanOrEqualTo(generations.getOrDefault(name, 0));
                        generations.put(name, value.generation());
                    }
                }
            }
            seen = records.size();
        }

        /** What is persistent is what the log says: nothing was forgotten, nothing was kept that was taken back. */
        private void checkAgainstLog() {
            GroupMachine replayed = new GroupMachine(CONFIG, new UndoLog());
            world.log()
                    .records(0)
                    .forEach(record -> spy.change(record.key(), record.value()).ifPresent(replayed::replay));
            GroupStore live = spy.latest.store();
            GroupStore stored = replayed.store();

            assertThat(live.groups().stream().map(ClassicGroup::groupId).sorted())
                    .isEqualTo(stored.groups().stream()
                            .map(ClassicGroup::groupId)
                            .sorted()
                            .toList());
            for (ClassicGroup group : live.groups()) {
                assertThat(offsets(live, group.groupId())).isEqualTo(offsets(stored, group.groupId()));
                check(group, Objects.requireNonNull(stored.group(group.groupId())));
            }
        }

        private static void check(ClassicGroup live, ClassicGroup stored) {
            boolean settled = live.state() instanceof GroupState.Stable || live.isEmpty();
            if (settled) {
                assertThat(live.record()).isEqualTo(stored.record());
            } else {
                assertThat(live.generation()).isBetween(stored.generation(), Integer.MAX_VALUE);
            }
            assertThat(live.members().joining()).as("members that wait to join").isEqualTo((int)
                    live.members().all().stream()
                            .filter(member -> member.join() != null)
                            .count());
        }

        private static Map<String, OffsetCommitValue> offsets(GroupStore store, String group) {
            Map<String, OffsetCommitValue> offsets = new TreeMap<>();
            store.eachOffset(
                    group,
                    (TopicPartition partition, OffsetCommitValue value) -> offsets.put(partition.toString(), value));
            return offsets;
        }
    }
}
