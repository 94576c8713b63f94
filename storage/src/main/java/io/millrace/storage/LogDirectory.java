package io.millrace.storage;

import io.millrace.storage.LogState.Refusal;
import io.millrace.storage.disk.CorruptFileException;
import io.millrace.storage.disk.Disk;
import io.millrace.storage.disk.DiskFault;
import io.millrace.storage.disk.OpenFiles;
import io.millrace.storage.segment.SegmentName;
import io.millrace.storage.work.Worker;
import io.millrace.storage.work.Workers;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One log directory: its lock, its threads, what it holds, and whether it still works. The first failure of its disk takes it
 * offline for good, since after a failed flush nobody knows what is on disk.
 */
final class LogDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(LogDirectory.class);
    private static final String DELETE_SUFFIX = "-delete";
    private static final Pattern PARTITION_NAME = Pattern.compile("(.+)-(\\d{1,9})");
    private static final int MAX_NAME = 255;

    private final Path path;
    private final Disk disk;
    private final OpenFiles openFiles;
    private final LogStoreConfig config;
    private final AutoCloseable lock;
    private final Map<TopicIdPartition, Checkpoint.Point> found;
    private final Map<String, TopicIdPartition> assigned = new ConcurrentHashMap<>();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private final Appender appender = new Appender(this);
    private final Flusher flusher = new Flusher(this);
    private final Keeper keeper;
    private final Executor helpers;
    private final Worker appenderWorker;
    private final Worker flusherWorker;
    private final Worker keeperWorker;
    private volatile Consumer<Throwable> onFailure = cause -> {};
    private volatile boolean shortOfSpace;
    private volatile long spaceSeen;

    private LogDirectory(Path path, OpenFiles openFiles, LogStoreConfig config, AutoCloseable lock, Workers workers)
            throws IOException {
        this.path = path;
        this.disk = openFiles.disk();
        this.openFiles = openFiles;
        this.config = config;
        this.lock = lock;
        disk.createDirectories(topics());
        this.found = readCheckpoint();
        this.keeper = new Keeper(this, found);
        disk.syncDirectory(path);
        helpers = workers.blocking();
        appenderWorker = workers.start("log-appender " + path, appender);
        flusherWorker = workers.start("log-flusher " + path, flusher);
        keeperWorker = workers.start("log-keeper " + path, keeper);
    }

    /** Takes possession of a directory, which is made if it is not there. */
    static LogDirectory open(Path path, OpenFiles openFiles, LogStoreConfig config, Workers workers)
            throws IOException {
        createDurably(openFiles.disk(), path);
        AutoCloseable lock = openFiles.disk().lock(path.resolve(".lock"));
        try {
            LogDirectory directory = new LogDirectory(path, openFiles, config, lock, workers);
            directory.readNames();
            return directory;
        } catch (IOException | RuntimeException e) {
            close(lock);
            throw e;
        }
    }

    private static void createDurably(Disk disk, Path path) throws IOException {
        Path parent = path.getParent();
        if (disk.exists(path) || parent == null) {
            disk.createDirectories(path);
            return;
        }
        createDurably(disk, parent);
        disk.createDirectories(path);
        disk.syncDirectory(parent);
    }

    private Map<TopicIdPartition, Checkpoint.Point> readCheckpoint() throws IOException {
        try {
            Map<TopicIdPartition, Checkpoint.Point> points = Checkpoint.read(disk, checkpointFile());
            Set<String> names = Set.copyOf(disk.list(topics()));
            points.keySet().removeIf(log -> !names.contains(nameOf(log))); // removed when there was no space to say so
            return points;
        } catch (CorruptFileException e) {
            LOG.warn("{}; all logs of {} are checked when they are opened", e.getMessage(), path);
            return new HashMap<>();
        }
    }

    private void readNames() throws IOException {
        Map<String, TopicIdPartition> known = new HashMap<>();
        found.keySet().forEach(log -> known.put(nameOf(log), log));
        for (String name : disk.list(topics())) {
            TopicIdPartition log = known.get(name);
            if (name.endsWith(DELETE_SUFFIX)) {
                keeper.addDoomed(topics().resolve(name));
            } else if (log != null) {
                assigned.put(name, log);
            } else {
                readOwner(name);
            }
        }
    }

    /** Sees from what is written in a directory which log it belongs to. Without that, nothing in it was ever acknowledged. */
    private void readOwner(String name) throws IOException {
        Matcher parts = PARTITION_NAME.matcher(name);
        Path logPath = topics().resolve(name);
        if (!parts.matches()) {
            LOG.warn("{} is not a log, and is left alone", logPath);
            return;
        }
        Optional<Uuid> id = PartitionMetadata.read(disk, logPath);
        if (id.isPresent()) {
            TopicPartition log = new TopicPartition(parts.group(1), Integer.parseInt(parts.group(2)));
            assigned.put(name, new TopicIdPartition(id.get(), log));
        } else {
            LOG.warn("{} has no topic id, and is removed: the broker stopped before its first flush", logPath);
            Path aside = nameForRemoval(logPath);
            disk.rename(logPath, aside);
            keeper.addDoomed(aside);
        }
    }

    static String nameOf(TopicIdPartition partition) {
        return partition.topic() + "-" + partition.partition();
    }

    Path path() {
        return path;
    }

    Path topics() {
        return path.resolve("topics");
    }

    Path pathOf(TopicIdPartition partition) {
        return topics().resolve(nameOf(partition));
    }

    Path checkpointFile() {
        return path.resolve("checkpoint");
    }

    /** A name beside a log's directory, no longer than file systems allow. */
    Path nameForRemoval(Path logPath) {
        String suffix = "." + UUID.randomUUID().toString().replace("-", "") + DELETE_SUFFIX;
        String name = String.valueOf(logPath.getFileName());
        return topics().resolve(name.substring(0, Math.min(name.length(), MAX_NAME - suffix.length())) + suffix);
    }

    Disk disk() {
        return disk;
    }

    OpenFiles openFiles() {
        return openFiles;
    }

    LogStoreConfig config() {
        return config;
    }

    /** For what is better done side by side. */
    Executor helpers() {
        return helpers;
    }

    Appender appender() {
        return appender;
    }

    Flusher flusher() {
        return flusher;
    }

    Keeper keeper() {
        return keeper;
    }

    long nowMs() {
        return config.clock().millis();
    }

    /** What the checkpoint said of a log when the directory was opened. */
    Optional<Checkpoint.Point> found(TopicIdPartition partition) {
        return Optional.ofNullable(found.get(partition));
    }

    /** Which log has, or will have, its files under each name. */
    Map<String, TopicIdPartition> assigned() {
        return assigned;
    }

    boolean has(TopicIdPartition partition) {
        return partition.equals(assigned.get(nameOf(partition)));
    }

    void wakeAppender() {
        appenderWorker.wake();
    }

    void runAppender() {
        appenderWorker.runOrWake();
    }

    void wakeFlusher() {
        flusherWorker.wake();
    }

    void wakeKeeper() {
        keeperWorker.wake();
    }

    boolean isOnline() {
        return failure.get() == null;
    }

    /** Is told once, when the directory goes offline. */
    void onFailure(Consumer<Throwable> listener) {
        onFailure = listener;
    }

    /** The disk has failed: nothing is written here any more. */
    void fail(Throwable cause) {
        if (failure.compareAndSet(null, cause)) {
            LOG.error("the log directory {} has failed and is offline until the broker is restarted", path, cause);
            onFailure.accept(cause);
        }
    }

    /** A read has failed: takes the directory offline, if it is the disk that has failed. Any thread. */
    void failedToRead(IOException failure) {
        if (DiskFault.of(failure) == DiskFault.BROKEN && !(failure instanceof NoSuchFileException)) {
            fail(failure);
        }
    }

    KafkaStorageException cannotRead(TopicPartition log, IOException failure) {
        failedToRead(failure);
        return new KafkaStorageException("cannot read the log of " + log, failure);
    }

    KafkaStorageException offline() {
        return new KafkaStorageException("the log directory " + path + " is offline", failure.get());
    }

    boolean isShortOfSpace() {
        return shortOfSpace;
    }

    /** So many bytes are to be written: whether that leaves the reserve as it is. Whoever has the appender's turn. */
    boolean takesSpace(int bytes) {
        long left = spaceSeen - bytes;
        spaceSeen = left;
        if (left < 0 && !shortOfSpace) {
            lookAtSpace();
        }
        return !shortOfSpace;
    }

    /** A write found no space: clients' appends are refused until there is some again. */
    Refusal ranOutOfSpace(IOException cause) {
        if (!shortOfSpace) {
            LOG.warn("{}: full, appends are refused until there is space again: {}", path, cause.getMessage());
        }
        shortOfSpace = true;
        return new Refusal(Errors.KAFKA_STORAGE_ERROR, "the volume of " + path + " is full");
    }

    /** Looks how much space is left. */
    void lookAtSpace() {
        try {
            long left = disk.usableBytes(path) - config.reserveBytes();
            spaceSeen = left;
            boolean isShort = left < 0;
            if (isShort != shortOfSpace) {
                LOG.warn("{}: {}", path, isShort ? "nearly full, appends are refused" : "has space again");
            }
            shortOfSpace = isShort;
        } catch (IOException e) {
            LOG.warn("cannot see how much space is left for {}", path, e);
        }
    }

    /** Bytes of a log that is not open; 0 if they cannot be seen. */
    long sizeOnDisk(TopicIdPartition partition) {
        Path logPath = pathOf(partition);
        long size = 0;
        try {
            for (String name : disk.list(logPath)) {
                size += name.endsWith(SegmentName.LOG) ? disk.size(logPath.resolve(name)) : 0;
            }
        } catch (IOException e) {
            LOG.warn("cannot see the size of {}", logPath, e);
        }
        return size;
    }

    LogStore.Directory describe(Map<TopicIdPartition, LogStore.LogSize> sizes) {
        long total = -1;
        long usable = -1;
        try {
            total = disk.totalBytes(path);
            usable = disk.usableBytes(path);
        } catch (IOException e) {
            LOG.warn("cannot see the volume of {}", path, e);
        }
        return new LogStore.Directory(path, isOnline(), sizes, total, usable);
    }

    /** Another directory cannot be opened: ends the threads and lets go, with everything as it is. */
    void abandon() {
        stopAppending();
        stopFlushing();
        keeperWorker.stop();
        close(lock);
    }

    /** Ends the appender; what was queued before is done. */
    void stopAppending() {
        appenderWorker.stop();
        appender.end();
    }

    /** Ends the flusher; what was asked for before is done. */
    void stopFlushing() {
        flusherWorker.stop();
    }

    /** Ends the keeper, and lets go of the directory. */
    void close() {
        keeperWorker.stop();
        close(lock);
    }

    private static void close(AutoCloseable lock) {
        try {
            lock.close();
        } catch (Exception e) {
            LOG.warn("cannot give back the lock of a log directory", e);
        }
    }
}
