package io.millrace.metadata.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.CommandResult;
import io.millrace.metadata.Commands;
import io.millrace.metadata.MetadataCommand;
import io.millrace.metadata.MetadataCommand.AllocateProducerIds;
import io.millrace.metadata.MetadataCommand.CreateTopic;
import io.millrace.metadata.MetadataCommand.DeleteTopic;
import io.millrace.metadata.MetadataLog.Applied;
import io.millrace.metadata.RandomCommands;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalMetadataLogTest {
    private static final LogLimits SMALL = new LogLimits(2_000, 1_000_000, 1_000_000, 64 << 20, 4 << 20);

    @TempDir
    private Path directory;

    private static LocalMetadataLog open(Path directory, LogLimits limits, CommandFile.Opener opener)
            throws IOException {
        return LocalMetadataLog.open(directory, Thread.ofPlatform().factory(), limits, opener);
    }

    private static Applied apply(LocalMetadataLog log, MetadataCommand command) throws Exception {
        return log.submit(command).get(30, TimeUnit.SECONDS);
    }

    private static void found(LocalMetadataLog log) throws Exception {
        for (MetadataCommand command : RandomCommands.foundation()) {
            apply(log, command);
        }
    }

    private static CreateTopic topic(int number) {
        return new CreateTopic(
                "topic-" + number, new Uuid(number, 77), List.of(List.of(0)), Map.of("number", "" + number));
    }

    @Test
    void whatWasAppliedIsThereAfterReopening() throws Exception {
        ClusterImage before;
        try (LocalMetadataLog log = LocalMetadataLog.open(directory)) {
            found(log);
            assertThat(apply(log, new AllocateProducerIds(0, 10)).result())
                    .isEqualTo(new CommandResult.ProducerIds(0, 10));
            before = apply(log, topic(1)).image();
        }
        try (LocalMetadataLog log = LocalMetadataLog.open(directory)) {
            assertThat(log.image()).isEqualTo(before);
            assertThat(apply(log, topic(2)).image().version()).isEqualTo(before.version() + 1);
        }
    }

    @Test
    void aRefusedCommandIsAnsweredAndLeavesNoTrace() throws Exception {
        try (LocalMetadataLog log = LocalMetadataLog.open(directory)) {
            found(log);
            ClusterImage before = log.image();
            Applied applied = apply(log, new DeleteTopic(new Uuid(5, 5)));
            assertThat(applied.result())
                    .isInstanceOfSatisfying(
                            CommandResult.Refused.class,
                            refused -> assertThat(refused.error()).isEqualTo(Errors.UNKNOWN_TOPIC_ID));
            assertThat(log.image()).isSameAs(before);
        }
    }

    @Test
    void listenersSeeEveryImageOnceAndInOrder() throws Exception {
        List<Long> seen = Collections.synchronizedList(new ArrayList<>());
        try (LocalMetadataLog log = LocalMetadataLog.open(directory)) {
            found(log);
            List<CompletableFuture<Applied>> futures = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                futures.add(log.submit(topic(i)));
                if (i == 100) {
                    log.subscribe((before, after, touched) -> seen.add(after.version()));
                }
            }
            CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
            long first = seen.getFirst();
            assertThat(seen)
                    .containsExactlyElementsOf(IntStream.rangeClosed((int) first, 202)
                            .mapToObj(version -> (long) version)
                            .toList());
        }
    }

    @Test
    void aListenerThatFailsHarmsNobodyElse() throws Exception {
        List<Long> seen = Collections.synchronizedList(new ArrayList<>());
        try (LocalMetadataLog log = LocalMetadataLog.open(directory)) {
            log.subscribe((before, after, touched) -> {
                if (after.version() > 0) {
                    throw new IllegalStateException("a bug");
                }
            });
            log.subscribe((before, after, touched) -> seen.add(after.version()));
            found(log);
        }
        assertThat(seen).containsExactly(0L, 1L, 2L);
    }

    @Test
    void theImageIsPublishedBeforeTheFutureCompletes() throws Exception {
        try (LocalMetadataLog log = LocalMetadataLog.open(directory)) {
            found(log);
            long version = log.submit(topic(1))
                    .thenApply(
                            applied -> log.image().version() - applied.image().version())
                    .get(30, TimeUnit.SECONDS);
            assertThat(version).isZero();
        }
    }

    @Test
    void commandsThatWaitShareOneForce() throws Exception {
        AtomicInteger forces = new AtomicInteger();
        CountDownLatch firstForce = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        CommandFile.Opener opener = file -> new FaultyFile(CommandFile.open(file), () -> {
            forces.incrementAndGet();
            firstForce.countDown();
            await(goOn);
        });
        try (LocalMetadataLog log = open(directory, LogLimits.DEFAULTS, opener)) {
            List<CompletableFuture<Applied>> futures = new ArrayList<>();
            RandomCommands.foundation().forEach(command -> futures.add(log.submit(command)));
            await(firstForce);
            for (int i = 0; i < 100; i++) {
                futures.add(log.submit(topic(i)));
            }
            goOn.countDown();
            CompletableFuture.allOf(futures.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
        }
        assertThat(forces.get()).isBetween(2, 3);
    }

    @Test
    void aSnapshotReplacesTheCommandsBeforeIt() throws Exception {
        ClusterImage before;
        try (LocalMetadataLog log = open(directory, SMALL, CommandFile::open)) {
            found(log);
            for (int i = 0; i < 100; i++) {
                apply(log, topic(i));
            }
            before = log.image();
        }
        assertThat(names()).hasSize(3).anyMatch(name -> name.matches("snapshot-\\d{20}\\.image"));
        try (LocalMetadataLog log = LocalMetadataLog.open(directory)) {
            assertThat(log.image()).isEqualTo(before);
        }
    }

    @Test
    void closingLeavesASnapshotOfMuchThatWouldHaveToBeReplayed() throws Exception {
        LogLimits limits = new LogLimits(1 << 20, 1000, 5, 64 << 20, 4 << 20);
        ClusterImage before;
        try (LocalMetadataLog log = open(directory, limits, CommandFile::open)) {
            found(log);
            for (int i = 0; i < 3; i++) {
                apply(log, topic(i));
            }
            before = log.image();
        }
        assertThat(names()).anyMatch(name -> name.startsWith("snapshot-"));
        try (LocalMetadataLog log = LocalMetadataLog.open(directory)) {
            assertThat(log.image()).isEqualTo(before);
        }
    }

    @Test
    void randomCommandsAreThereAfterEveryReopeningWithAndWithoutSnapshots(@TempDir Path other) throws Exception {
        long seed = new Random().nextLong();
        RandomCommands commands = new RandomCommands(seed);
        Random random = new Random(seed);
        ClusterImage expected = ClusterImage.EMPTY;
        for (int round = 0; round < 10; round++) {
            try (LocalMetadataLog snapshots = open(directory, SMALL, CommandFile::open);
                    LocalMetadataLog full = LocalMetadataLog.open(other)) {
                assertThat(snapshots.image()).as("seed %d", seed).isEqualTo(expected);
                assertThat(full.image()).as("seed %d", seed).isEqualTo(expected);
                List<MetadataCommand> next = round == 0 ? RandomCommands.foundation() : List.of();
                for (int i = 0; i < next.size() + random.nextInt(60); i++) {
                    MetadataCommand command = i < next.size() ? next.get(i) : commands.next(expected);
                    expected = Commands.apply(expected, command).image();
                    apply(snapshots, command);
                    apply(full, command);
                }
                assertThat(snapshots.image()).as("seed %d", seed).isEqualTo(expected);
            }
        }
        assertThat(names()).anyMatch(name -> name.startsWith("snapshot-"));
    }

    @Test
    void aFailedForceFailsWhatWaitsAndClosesTheLogForGood() throws Exception {
        AtomicBoolean broken = new AtomicBoolean();
        CommandFile.Opener opener = file -> new FaultyFile(CommandFile.open(file), () -> {
            if (broken.get()) {
                throw new IOException("Input/output error");
            }
        });
        ClusterImage before;
        try (LocalMetadataLog log = open(directory, LogLimits.DEFAULTS, opener)) {
            found(log);
            before = log.image();
            broken.set(true);
            assertFails(log.submit(topic(1)), KafkaStorageException.class);
            broken.set(false);
            assertFails(log.submit(topic(2)), KafkaStorageException.class);
            assertThat(log.image()).isEqualTo(before);
        }
        try (LocalMetadataLog log = LocalMetadataLog.open(directory)) {
            assertThat(log.image().version()).isBetween(before.version(), before.version() + 1);
        }
    }

    @Test
    void aClosedLogTakesNothing() throws Exception {
        LocalMetadataLog log = LocalMetadataLog.open(directory);
        log.close();
        log.close();
        assertFails(log.submit(topic(1)), KafkaStorageException.class);
    }

    @Test
    void whatWaitsWhenItIsClosedIsWritten() throws Exception {
        List<CompletableFuture<Applied>> futures = new ArrayList<>();
        try (LocalMetadataLog log = LocalMetadataLog.open(directory)) {
            RandomCommands.foundation().forEach(command -> futures.add(log.submit(command)));
            for (int i = 0; i < 50; i++) {
                futures.add(log.submit(topic(i)));
            }
        }
        assertThat(futures).allMatch(CompletableFuture::isDone).noneMatch(CompletableFuture::isCompletedExceptionally);
        try (LocalMetadataLog log = LocalMetadataLog.open(directory)) {
            assertThat(log.image().topics()).hasSize(50);
        }
    }

    @Test
    void tooMuchThatWaitsIsRefusedUntilThereIsRoom() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        LogLimits limits = new LogLimits(4 << 20, 10_000, 1_000, 2_000, 1_000);
        CommandFile.Opener opener = file -> new FaultyFile(CommandFile.open(file), () -> await(goOn));
        try (LocalMetadataLog log = open(directory, limits, opener)) {
            List<CompletableFuture<Applied>> futures = new ArrayList<>();
            RandomCommands.foundation().forEach(command -> futures.add(log.submit(command)));
            for (int i = 0; i < 100; i++) {
                futures.add(log.submit(topic(i)));
            }
            assertFails(futures.getLast(), TimeoutException.class);
            goOn.countDown();
            futures.getFirst().get(30, TimeUnit.SECONDS);
            assertThat(futures.get(2).get(30, TimeUnit.SECONDS).result()).isEqualTo(new CommandResult.Done());
        }
    }

    @Test
    void aCommandThatIsTooLargeIsRefused() throws Exception {
        try (LocalMetadataLog log = LocalMetadataLog.open(directory)) {
            CreateTopic large = new CreateTopic(
                    "t",
                    new Uuid(1, 1),
                    List.of(List.of(0)),
                    Map.of("a", "x".repeat(LocalMetadataLog.MAX_COMMAND_BYTES)));
            assertFails(log.submit(large), InvalidRequestException.class);
        }
    }

    @Test
    void aDirectoryInUseIsRefused() throws Exception {
        try (LocalMetadataLog log = LocalMetadataLog.open(directory)) {
            assertThatThrownBy(() -> LocalMetadataLog.open(directory))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("in use")
                    .hasMessageContaining(directory.toString());
            found(log);
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        }
    }

    private static void assertFails(CompletableFuture<?> future, Class<? extends Exception> with) {
        assertThatThrownBy(() -> future.get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(with);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What happens before a force. */
    private interface BeforeForce {
        void run() throws IOException;
    }

    private record FaultyFile(CommandFile file, BeforeForce beforeForce) implements CommandFile {
        @Override
        public void append(ByteBuffer bytes) throws IOException {
            file.append(bytes);
        }

        @Override
        public void force() throws IOException {
            beforeForce.run();
            file.force();
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
