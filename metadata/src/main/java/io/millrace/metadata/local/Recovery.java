package io.millrace.metadata.local;

import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.CommandResult;
import io.millrace.metadata.Commands;
import io.millrace.metadata.MetadataCommand;
import io.millrace.metadata.MetadataLog.Applied;
import io.millrace.metadata.codec.CommandCodec;
import io.millrace.metadata.codec.MetadataFormatException;
import io.millrace.metadata.local.CommandFileReader.Entry;
import io.millrace.metadata.local.MetaDirectory.Versioned;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From the files to the image: the newest snapshot, then the commands that follow it. */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final MetaDirectory directory;
    private ClusterImage image = ClusterImage.EMPTY;
    private int replayed;

    private Recovery(MetaDirectory directory) {
        this.directory = directory;
    }

    /**
     * What the files came to.
     *
     * @param commandFile the one to append to, at {@code size}: what a crash tore off lies behind
     * @param replayed commands that were applied on top of the snapshot
     */
    record Recovered(ClusterImage image, Path commandFile, long size, int replayed, long snapshotBytes) {}

    static Recovered recover(MetaDirectory directory) throws IOException {
        return new Recovery(directory).run();
    }

    private Recovered run() throws IOException {
        directory.deleteTemporaryFiles();
        List<Versioned> snapshots = directory.snapshots();
        List<Versioned> commandFiles = directory.commandFiles();
        if (commandFiles.isEmpty()) {
            return started(snapshots);
        }
        long snapshotBytes = 0;
        if (!snapshots.isEmpty()) {
            image = SnapshotFile.read(snapshots.getLast().file());
            snapshotBytes = Files.size(snapshots.getLast().file());
        }
        requireKnownLevel();
        long size = 0;
        for (Versioned commandFile : commandFiles) {
            size = replay(commandFile, commandFile.equals(commandFiles.getLast()));
        }
        deleteAllButLast(snapshots);
        deleteAllButLast(commandFiles);
        return new Recovered(image, commandFiles.getLast().file(), size, replayed, snapshotBytes);
    }

    private Recovered started(List<Versioned> snapshots) throws IOException {
        if (!snapshots.isEmpty()) {
            throw new CorruptMetadataException("The commands that follow "
                    + snapshots.getLast().file() + " are missing: there is no command file in " + directory.path());
        }
        Path file = directory.commands(image.version());
        createCommandFile(directory, file, image.version());
        return new Recovered(image, file, FileHeader.BYTES, 0, 0);
    }

    static void createCommandFile(MetaDirectory directory, Path file, long baseVersion) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(FileHeader.BYTES);
        FileHeader.write(header, FileHeader.Kind.COMMANDS, baseVersion);
        directory.writeWhole(file, header.flip());
    }

    private void requireKnownLevel() throws CorruptMetadataException {
        if (image.featureLevel() > Commands.LATEST_FEATURE_LEVEL) {
            throw new CorruptMetadataException("The metadata in " + directory.path() + " is at feature level "
                    + image.featureLevel() + ": it was written by a newer Millrace");
        }
    }

    /** Size of the good part. */
    private long replay(Versioned commandFile, boolean last) throws IOException {
        Path file = commandFile.file();
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        CommandFileReader reader = new CommandFileReader(file, bytes);
        if (reader.baseVersion() != commandFile.version() || reader.baseVersion() > image.version()) {
            throw CorruptMetadataException.at(
                    file,
                    FileHeader.IMAGE_VERSION_OFFSET,
                    "the file starts from version " + reader.baseVersion() + ", but what precedes it ends at version "
                            + image.version());
        }
        @Nullable Entry entry;
        while ((entry = reader.next()) != null) {
            apply(file, entry);
        }
        int torn = bytes.limit() - reader.position();
        if (torn > 0) {
            cut(file, reader.position(), torn, last);
        }
        return reader.position();
    }

    private void apply(Path file, Entry entry) throws CorruptMetadataException {
        if (entry.version() <= image.version()) {
            return;
        }
        Applied applied = Commands.apply(image, decode(file, entry));
        if (applied.result() instanceof CommandResult.Refused refused) {
            throw CorruptMetadataException.at(
                    file, entry.position(), "the command does not apply to what precedes it: " + refused.message());
        }
        image = applied.image();
        replayed++;
    }

    private static MetadataCommand decode(Path file, Entry entry) throws CorruptMetadataException {
        try {
            return CommandCodec.decode(entry.command());
        } catch (MetadataFormatException e) {
            throw CorruptMetadataException.at(file, entry.position(), String.valueOf(e.getMessage()));
        }
    }

    private static void cut(Path file, long size, int torn, boolean last) throws IOException {
        if (!last) {
            throw CorruptMetadataException.at(
                    file, size, torn + " bytes are damaged, and another command file follows");
        }
        LOG.warn("Cutting {} bytes of an unfinished write off {} at byte {}", torn, file, size);
        CommandFile.truncate(file, size);
    }

    private static void deleteAllButLast(List<Versioned> files) throws IOException {
        for (Versioned old : files.subList(0, Math.max(0, files.size() - 1))) {
            Files.deleteIfExists(old.file());
        }
    }
}
