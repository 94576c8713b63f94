package io.millrace.metadata.local;

import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.local.MetaDirectory.Versioned;
import io.millrace.metadata.local.Recovery.Recovered;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The command file being written and the snapshots that replace it. Used by the log's thread only. */
final class CommandFiles {
    private static final Logger LOG = LoggerFactory.getLogger(CommandFiles.class);

    private final MetaDirectory directory;
    private final DirectoryLock lock;
    private final CommandFile.Opener opener;
    private final LogLimits limits;
    private CommandFile current;
    private long currentBytes;
    private long currentCommands;
    private long rollAtBytes;
    private long rollAtCommands;

    CommandFiles(
            MetaDirectory directory,
            DirectoryLock lock,
            Recovered recovered,
            CommandFile.Opener opener,
            LogLimits limits)
            throws IOException {
        this.directory = directory;
        this.lock = lock;
        this.opener = opener;
        this.limits = limits;
        current = opener.open(recovered.commandFile());
        currentBytes = recovered.size();
        currentCommands = recovered.replayed();
        rollAtBytes = rollBytes(recovered.snapshotBytes());
        rollAtCommands = limits.rollCommands();
    }

    Path directory() {
        return directory.path();
    }

    /** Returns when these entries are on disk. */
    void append(ByteBuffer entries, long commands) throws IOException {
        int bytes = entries.remaining();
        current.append(entries);
        current.force();
        currentBytes += bytes;
        currentCommands += commands;
    }

    void rollIfLarge(ClusterImage image) throws IOException {
        if (currentBytes >= rollAtBytes || currentCommands >= rollAtCommands) {
            roll(image);
        }
    }

    void close(ClusterImage image) throws IOException {
        if (currentCommands >= limits.closeCommands()) {
            roll(image);
        }
        current.close();
        lock.close();
    }

    /** After a failure: lets go of the files as they are. */
    void abandon() {
        try {
            current.close();
            lock.close();
        } catch (IOException e) {
            LOG.warn("Closing the failed metadata log in {} failed too", directory.path(), e);
        }
    }

    private void roll(ClusterImage image) throws IOException {
        long snapshotBytes = trySnapshot(image);
        if (snapshotBytes == 0) {
            rollAtBytes = currentBytes + limits.rollBytes();
            rollAtCommands = currentCommands + limits.rollCommands();
            return;
        }
        startFile(image.version());
        rollAtBytes = rollBytes(snapshotBytes);
        rollAtCommands = limits.rollCommands();
        deleteBefore(image.version());
    }

    /** Bytes of the snapshot. 0 if none can be made: the commands stay as good as they were, and it is tried again later. */
    private long trySnapshot(ClusterImage image) {
        try {
            return SnapshotFile.write(directory, image);
        } catch (IOException e) {
            LOG.warn("No snapshot of the metadata at version {} in {}", image.version(), directory.path(), e);
            return 0;
        }
    }

    /** The old file is let go only once the new one can be written to. */
    private void startFile(long baseVersion) throws IOException {
        Path file = directory.commands(baseVersion);
        Recovery.createCommandFile(directory, file, baseVersion);
        CommandFile next = opener.open(file);
        CommandFile old = current;
        current = next;
        currentBytes = FileHeader.BYTES;
        currentCommands = 0;
        old.close();
    }

    /** What stays by mistake does no harm: the next start deletes it. */
    private void deleteBefore(long version) {
        try {
            deleteBefore(directory.commandFiles(), version);
            deleteBefore(directory.snapshots(), version);
        } catch (IOException e) {
            LOG.warn("Old metadata files stay in {} until the next start", directory.path(), e);
        }
    }

    private static void deleteBefore(List<Versioned> files, long version) throws IOException {
        for (Versioned file : files) {
            if (file.version() < version) {
                Files.deleteIfExists(file.file());
            }
        }
    }

    /** A snapshot is written once per as many bytes of commands as it has itself: writing at most doubles. */
    private long rollBytes(long snapshotBytes) {
        return Math.max(limits.rollBytes(), snapshotBytes);
    }
}
