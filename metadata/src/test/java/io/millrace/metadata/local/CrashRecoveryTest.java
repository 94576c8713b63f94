package io.millrace.metadata.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.MetadataCommand;
import io.millrace.metadata.MetadataCommand.AllocateProducerIds;
import io.millrace.metadata.RandomCommands;
import io.millrace.metadata.codec.CommandCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What recovery makes of files that a crash or a bad disk left. */
class CrashRecoveryTest {
    @TempDir
    private Path directory;

    private final List<ClusterImage> images = new ArrayList<>(List.of(ClusterImage.EMPTY));
    private final List<MetadataCommand> commands = new ArrayList<>();
    private Path file = Path.of("");
    private byte[] written = {};

    /** A command file with one entry per write, and the images it went through. */
    @BeforeEach
    void write() throws Exception {
        long seed = new Random().nextLong();
        RandomCommands random = new RandomCommands(seed);
        try (LocalMetadataLog log = LocalMetadataLog.open(directory)) {
            RandomCommands.foundation().forEach(command -> apply(log, command));
            while (images.size() < 12) {
                apply(log, random.next(log.image()));
            }
        }
        file = new MetaDirectory(directory).commands(0);
        written = Files.readAllBytes(file);
    }

    private void apply(LocalMetadataLog log, MetadataCommand command) {
        ClusterImage after =
                log.submit(command).orTimeout(30, TimeUnit.SECONDS).join().image();
        if (after.version() > images.getLast().version()) {
            images.add(after);
            commands.add(command);
        }
    }

    private ClusterImage recovered() throws IOException {
        return Recovery.recover(new MetaDirectory(directory)).image();
    }

    /** Offsets of the entries and the end. */
    private List<Integer> boundaries() {
        List<Integer> boundaries = new ArrayList<>(List.of(FileHeader.BYTES));
        while (boundaries.getLast() < written.length) {
            int at = boundaries.getLast();
            boundaries.add(
                    at + EntryFormat.VERSION_OFFSET + ByteBuffer.wrap(written).getInt(at + EntryFormat.LENGTH_OFFSET));
        }
        return boundaries;
    }

    @Test
    void aFileCutAnywhereGivesTheCommandsBeforeTheCut() throws Exception {
        List<Integer> boundaries = boundaries();
        for (int length = FileHeader.BYTES; length <= written.length; length++) {
            Files.write(file, Arrays.copyOf(written, length));
            int end = length;
            int entries = (int) boundaries.stream().filter(b -> b <= end).count() - 1;
            assertThat(recovered()).as("cut at %d", length).isEqualTo(images.get(entries));
            assertThat(Files.size(file)).isEqualTo((long) boundaries.get(entries));
        }
    }

    @Test
    void aLogCutAnywhereGoesOn() throws Exception {
        for (int length = FileHeader.BYTES; length <= written.length; length += 23) {
            Files.write(file, Arrays.copyOf(written, length));
            ClusterImage expected;
            try (LocalMetadataLog log = LocalMetadataLog.open(directory)) {
                int applied = (int) log.image().version();
                MetadataCommand next =
                        applied < commands.size() ? commands.get(applied) : new AllocateProducerIds(0, 3);
                expected = log.submit(next).get(30, TimeUnit.SECONDS).image();
                assertThat(expected.version()).isEqualTo(applied + 1);
            }
            assertThat(recovered()).isEqualTo(expected);
        }
    }

    @Test
    void zerosOrNoiseBehindTheLastEntryAreCut() throws Exception {
        Random random = new Random(5);
        for (int length : new int[] {1, 23, 24, 25, 4096}) {
            byte[] longer = Arrays.copyOf(written, written.length + length);
            Files.write(file, longer);
            assertThat(recovered()).isEqualTo(images.getLast());
            byte[] noise = new byte[length];
            random.nextBytes(noise);
            System.arraycopy(noise, 0, longer, written.length, length);
            Files.write(file, longer);
            assertThat(recovered()).isEqualTo(images.getLast());
        }
    }

    @Test
    void aFlippedBitBeforeTheLastEntryStopsTheStartWithFileAndPosition() throws Exception {
        List<Integer> boundaries = boundaries();
        int lastEntry = boundaries.get(boundaries.size() - 2);
        for (int at = FileHeader.BYTES; at < lastEntry; at++) {
            byte[] damaged = written.clone();
            damaged[at] ^= 0x10;
            Files.write(file, damaged);
            int flipped = at;
            int entry = boundaries.stream()
                    .filter(b -> b <= flipped)
                    .max(Integer::compare)
                    .orElseThrow();
            assertThatThrownBy(this::recovered)
                    .as("bit flipped at %d", at)
                    .isInstanceOf(CorruptMetadataException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("byte " + entry + ":");
            assertThat(Files.readAllBytes(file)).isEqualTo(damaged);
        }
    }

    @Test
    void aTornWriteOfSeveralCommandsIsCutEvenIfItsEndArrivedFirst() throws Exception {
        CommandBatch batch = new CommandBatch(0);
        for (int i = 0; i < 3; i++) {
            batch.add(i + 1, ByteBuffer.wrap(CommandCodec.encode(commands.get(i))));
        }
        ByteBuffer entries = batch.toWrite();
        byte[] torn = Arrays.copyOf(written, FileHeader.BYTES + entries.remaining());
        entries.get(torn, FileHeader.BYTES, entries.remaining());
        Arrays.fill(torn, FileHeader.BYTES, FileHeader.BYTES + 30, (byte) 0);
        Files.write(file, torn);
        assertThat(recovered()).isEqualTo(ClusterImage.EMPTY);
    }

    @Test
    void aDamagedHeaderStopsTheStart() throws Exception {
        for (int at = 0; at < FileHeader.BYTES; at++) {
            byte[] damaged = written.clone();
            damaged[at] ^= 0x01;
            Files.write(file, damaged);
            assertThatThrownBy(this::recovered)
                    .isInstanceOf(CorruptMetadataException.class)
                    .hasMessageContaining(file.toString());
        }
    }

    @Test
    void aCommandOfANewerProgramStopsTheStart() throws Exception {
        CommandBatch batch = new CommandBatch(11);
        batch.add(12, ByteBuffer.wrap(HexFormat.of().parseHex("6301")));
        ByteBuffer entry = batch.toWrite();
        byte[] longer = Arrays.copyOf(written, written.length + entry.remaining());
        entry.get(longer, written.length, entry.remaining());
        Files.write(file, longer);
        assertThatThrownBy(this::recovered)
                .isInstanceOf(CorruptMetadataException.class)
                .hasMessageContaining("newer Millrace")
                .hasMessageContaining("byte " + written.length);
    }

    @Test
    void aCrashBetweenSnapshotAndNewCommandFileLosesNothing() throws Exception {
        MetaDirectory meta = new MetaDirectory(directory);
        SnapshotFile.write(meta, images.get(6));
        assertThat(recovered()).isEqualTo(images.getLast());
        SnapshotFile.write(meta, images.getLast());
        assertThat(recovered()).isEqualTo(images.getLast());
        assertThat(meta.snapshots()).hasSize(1);
        Recovery.createCommandFile(
                meta,
                meta.commands(images.getLast().version()),
                images.getLast().version());
        Files.write(directory.resolve("snapshot-00000000000000000099.image.tmp"), new byte[10]);
        assertThat(recovered()).isEqualTo(images.getLast());
        assertThat(meta.commandFiles()).hasSize(1);
        assertThat(directory.resolve("snapshot-00000000000000000099.image.tmp")).doesNotExist();
    }

    @Test
    void snapshotAndTailGiveTheSameImageAsAllCommands() throws Exception {
        MetaDirectory meta = new MetaDirectory(directory);
        for (int version = 1; version < images.size(); version++) {
            SnapshotFile.write(meta, images.get(version));
            assertThat(recovered()).isEqualTo(images.getLast());
        }
    }

    @Test
    void aDamagedSnapshotStopsTheStart() throws Exception {
        MetaDirectory meta = new MetaDirectory(directory);
        SnapshotFile.write(meta, images.getLast());
        Path snapshot = meta.snapshot(images.getLast().version());
        byte[] good = Files.readAllBytes(snapshot);
        for (int at = 0; at < good.length; at++) {
            byte[] damaged = good.clone();
            damaged[at] ^= 0x40;
            Files.write(snapshot, damaged);
            assertThatThrownBy(this::recovered)
                    .as("bit flipped at %d", at)
                    .isInstanceOf(CorruptMetadataException.class)
                    .hasMessageContaining(snapshot.toString());
        }
        Files.write(snapshot, Arrays.copyOf(good, good.length - 1));
        assertThatThrownBy(this::recovered).isInstanceOf(CorruptMetadataException.class);
    }

    @Test
    void missingCommandsStopTheStart() throws Exception {
        MetaDirectory meta = new MetaDirectory(directory);
        SnapshotFile.write(meta, images.get(5));
        Files.delete(file);
        assertThatThrownBy(this::recovered)
                .isInstanceOf(CorruptMetadataException.class)
                .hasMessageContaining("missing");
        Recovery.createCommandFile(meta, meta.commands(7), 7);
        assertThatThrownBy(this::recovered)
                .isInstanceOf(CorruptMetadataException.class)
                .hasMessageContaining("starts from version 7");
    }
}
