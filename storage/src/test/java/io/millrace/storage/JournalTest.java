package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.storage.LogAppend.Origin;
import io.millrace.storage.disk.Disk;
import io.millrace.storage.disk.FileDisk;
import io.millrace.storage.journal.JournalEntry;
import io.millrace.storage.journal.JournalFile;
import io.millrace.storage.journal.JournalReader;
import io.millrace.storage.sim.ManualWorkers;
import io.millrace.storage.sim.SimDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final int LOGS = 40;
    private static final Path DATA = Path.of("/data");

    private final Random random = new Random(7);

    @TempDir
    private Path directory;

    @Test
    void aFileGivesBackItsEntriesUpToWhereItIsTorn() throws IOException {
        Path file = directory.resolve("1.journal");
        try (JournalFile journal = JournalFile.create(new FileDisk(), file, 1, JournalFile.buffer())) {
            add(journal, 0);
            journal.force();
            add(journal, 1);
            add(journal, 2);
            journal.force();
        }
        assertThat(positions(file)).containsExactly(0, 1, 2);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(channel.size() - 1);
        }
        assertThat(positions(file)).containsExactly(0);
    }

    @Test
    void aDamagedFrameEndsTheFile() throws IOException {
        Path file = directory.resolve("1.journal");
        try (JournalFile journal = JournalFile.create(new FileDisk(), file, 1, JournalFile.buffer())) {
            add(journal, 0);
            journal.force();
        }
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
        assertThat(positions(file)).isEmpty();
    }

    @Test
    void whatManyLogsWereAcknowledgedSurvivesAPowerFailureThoughOnlyTheJournalWasForced() throws IOException {
        SimDisk disk = new SimDisk(() -> 1_000, random);
        ManualWorkers workers = new ManualWorkers();
        List<PartitionLog> logs = logs(LogDirectories.open(LogStoreConfig.of(DATA), disk, workers), workers);
        appendToAll(logs, workers); // makes their files and names
        appendToAll(logs, workers);

        assertThat(disk.list(DATA.resolve("journal"))).hasSize(1);
        assertThat(logs).allSatisfy(log -> assertThat(log.durableEnd()).isEqualTo(log.end()));

        SimDisk after = disk.afterPowerFailure();
        ManualWorkers fresh = new ManualWorkers();
        List<PartitionLog> recovered = logs(LogDirectories.open(LogStoreConfig.of(DATA), after, fresh), fresh);
        assertThat(recovered).allSatisfy(log -> assertThat(log.end().offset()).isEqualTo(2));
        assertThat(after.list(DATA.resolve("journal"))).isEmpty();
    }

    @Test
    void aCleanStopLeavesNothingInTheJournal() throws IOException {
        SimDisk disk = new SimDisk(() -> 1_000, random);
        ManualWorkers workers = new ManualWorkers();
        LogDirectories store = LogDirectories.open(LogStoreConfig.of(DATA), disk, workers);
        List<PartitionLog> logs = logs(store, workers);
        appendToAll(logs, workers);
        appendToAll(logs, workers);
        store.close();
        assertThat(disk.list(DATA.resolve("journal"))).isEmpty();
    }

    @Test
    void fewLogsAreForcedThemselves() throws IOException {
        Disk disk = new SimDisk(() -> 1_000, random);
        ManualWorkers workers = new ManualWorkers();
        List<PartitionLog> logs = logs(LogDirectories.open(LogStoreConfig.of(DATA), disk, workers), workers)
                .subList(0, 3);
        appendToAll(logs, workers);
        appendToAll(logs, workers);
        assertThat(logs).allSatisfy(log -> assertThat(log.durableEnd()).isEqualTo(log.end()));
        assertThat(disk.list(DATA.resolve("journal"))).isEmpty();
    }

    private static List<PartitionLog> logs(LogStore store, ManualWorkers workers) {
        List<PartitionLog> logs = new ArrayList<>();
        for (int i = 0; i < LOGS; i++) {
            TopicIdPartition partition = new TopicIdPartition(new Uuid(3, 3), i, "many");
            CompletableFuture<PartitionLog> opening = store.open(partition, LogConfig.DEFAULTS);
            workers.drain(new Random(1));
            logs.add(opening.join());
        }
        return logs;
    }

    private void appendToAll(List<PartitionLog> logs, ManualWorkers workers) {
        for (PartitionLog log : logs) {
            log.append(new LogAppend(Batches.batch(1_000, "value"), 0, Origin.CLIENT, outcome -> {}));
        }
        workers.drain(random);
    }

    private static void add(JournalFile journal, int position) throws IOException {
        JournalEntry place = new JournalEntry(
                new TopicIdPartition(new Uuid(1, 2), 3, "topic"), 5, position, 9, ByteBuffer.allocate(0));
        journal.add(place, 10, (into, from) -> into.put(new byte[10]));
    }

    private static List<Integer> positions(Path file) throws IOException {
        List<Integer> positions = new ArrayList<>();
        JournalReader.read(new FileDisk(), file, entry -> {
            assertThat(entry.bytes().remaining()).isEqualTo(10);
            assertThat(entry.endOffset()).isEqualTo(9);
            positions.add(entry.position());
        });
        return positions;
    }
}
