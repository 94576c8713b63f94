package io.millrace.storage;

import io.millrace.storage.disk.CorruptFileException;
import io.millrace.storage.disk.Disk;
import io.millrace.storage.segment.SegmentName;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.TopicIdPartition;

/**
 * What lies at a path: a log directory, the directory of one log in it, or one file of a log.
 *
 * @param logDirectory the log directory it belongs to, empty where that is not to be seen
 * @param logs directories of single logs
 * @param file the one file that is asked for
 */
record LogTree(Optional<Path> logDirectory, List<Path> logs, Optional<Path> file) {
    static final String CHECKPOINT = "checkpoint";
    static final String TOPICS = "topics";
    static final String EPOCHS = "leader-epoch-checkpoint";

    private static final List<String> OF_A_LOG = List.of(
            SegmentName.LOG,
            SegmentName.OFFSET_INDEX,
            SegmentName.TIME_INDEX,
            SegmentName.TXN_INDEX,
            SegmentName.SNAPSHOT);

    /** What a checkpoint says of a log. */
    record Known(TopicIdPartition log, Checkpoint.Point point) {}

    /**
     * Looks at a path.
     *
     * @throws NoSuchFileException if there is nothing
     * @throws NotALogException if it is something else
     */
    static LogTree at(Disk disk, Path path) throws IOException {
        Path whole = path.toAbsolutePath().normalize();
        if (!disk.exists(whole)) {
            throw new NoSuchFileException(path.toString());
        }
        if (!disk.isDirectory(whole)) {
            return fileAt(disk, whole, path);
        }
        if (disk.isDirectory(whole.resolve(TOPICS))) {
            return new LogTree(Optional.of(whole), logsIn(disk, whole.resolve(TOPICS)), Optional.empty());
        }
        if (isLog(disk, whole)) {
            return new LogTree(logDirectoryOf(disk, whole), List.of(whole), Optional.empty());
        }
        List<Path> logs = logsIn(disk, whole);
        if (logs.isEmpty()) {
            throw new NotALogException(path);
        }
        return new LogTree(logDirectoryOf(disk, logs.getFirst()), logs, Optional.empty());
    }

    private static LogTree fileAt(Disk disk, Path file, Path asked) throws IOException {
        Path parent = file.getParent();
        if (parent == null || !isPartOfLog(String.valueOf(file.getFileName()))) {
            throw new NotALogException(asked);
        }
        return new LogTree(logDirectoryOf(disk, parent), List.of(), Optional.of(file));
    }

    private static List<Path> logsIn(Disk disk, Path directory) throws IOException {
        List<Path> logs = new ArrayList<>();
        for (String name : disk.list(directory)) {
            Path path = directory.resolve(name);
            if (!name.endsWith("-delete") && disk.isDirectory(path) && isLog(disk, path)) {
                logs.add(path);
            }
        }
        logs.sort(null);
        return logs;
    }

    private static boolean isLog(Disk disk, Path directory) throws IOException {
        return disk.list(directory).stream().anyMatch(LogTree::isPartOfLog);
    }

    private static boolean isPartOfLog(String name) {
        return name.equals(PartitionMetadata.NAME)
                || name.equals(EPOCHS)
                || OF_A_LOG.stream()
                        .anyMatch(suffix -> SegmentName.offsetOf(name, suffix).isPresent());
    }

    private static Optional<Path> logDirectoryOf(Disk disk, Path log) {
        return Optional.ofNullable(log.getParent())
                .filter(topics -> topics.endsWith(TOPICS))
                .map(Path::getParent)
                .filter(directory -> disk.exists(directory.resolve(CHECKPOINT)));
    }

    /**
     * What the log directory's checkpoint says of its logs, by the names of their directories.
     *
     * @throws CorruptFileException if the checkpoint is damaged
     */
    Map<String, Known> known(Disk disk) throws IOException {
        Map<String, Known> known = new HashMap<>();
        if (logDirectory.isPresent()) {
            Checkpoint.read(disk, logDirectory.get().resolve(CHECKPOINT))
                    .forEach((log, point) -> known.put(LogDirectory.nameOf(log), new Known(log, point)));
        }
        return known;
    }
}
