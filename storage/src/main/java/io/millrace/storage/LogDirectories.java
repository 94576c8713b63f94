package io.millrace.storage;

import io.millrace.storage.disk.Disk;
import io.millrace.storage.disk.FileDisk;
import io.millrace.storage.disk.OpenFiles;
import io.millrace.storage.work.ThreadWorkers;
import io.millrace.storage.work.Workers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log store over one or more log directories. Opening one reads a checkpoint and the names in it, nothing else; a log is
 * opened when somebody asks for it.
 */
public final class LogDirectories implements LogStore {
    private static final Logger LOG = LoggerFactory.getLogger(LogDirectories.class);
    private static final long TICK_MS = 1_000;

    private final LogStoreConfig config;
    private final Workers workers;
    private final OpenFiles openFiles;
    private final List<LogDirectory> directories = new ArrayList<>();
    private final Map<TopicIdPartition, CompletableFuture<SegmentedLog>> logs = new ConcurrentHashMap<>();

    /** Removals under way, by directory name. Guarded by this, as is the choice of a directory. */
    private final Map<String, CompletableFuture<Void>> departing = new HashMap<>();

    private @Nullable LogCleaner cleaner;
    private CompletableFuture<?> retaining = CompletableFuture.completedFuture(null);

    private LogDirectories(LogStoreConfig config, Disk disk, Workers workers) {
        this.config = config;
        this.workers = workers;
        this.openFiles = new OpenFiles(disk, config.maxOpenFiles());
    }

    /**
     * Opens the directories of a configuration.
     *
     * @throws io.millrace.storage.disk.DirectoryInUseException if another broker has one of them
     * @throws IOException if one of them cannot be read and written
     */
    public static LogStore open(LogStoreConfig config) throws IOException {
        return open(config, new FileDisk());
    }

    /** As {@link #open(LogStoreConfig)}, on a disk of the caller's. */
    public static LogStore open(LogStoreConfig config, Disk disk) throws IOException {
        return open(config, disk, new ThreadWorkers("log"));
    }

    static LogDirectories open(LogStoreConfig config, Disk disk, Workers workers) throws IOException {
        LogDirectories store = new LogDirectories(config, disk, workers);
        try {
            for (Path path : config.directories()) {
                LogDirectory directory = LogDirectory.open(path, store.openFiles, config, workers);
                store.directories.add(directory);
                directory.onFailure(cause -> store.failed(directory, cause));
            }
        } catch (IOException | RuntimeException e) {
            store.abandon();
            throw e;
        }
        store.cleaner = new LogCleaner(config.cleaner(), store::openLogs, workers);
        workers.repeat(TICK_MS, store::tick);
        workers.repeat(config.cleaner().backoffMs(), store::clean);
        workers.repeat(config.checkpointIntervalMs(), store::checkpoint);
        workers.repeat(config.retentionCheckIntervalMs(), store::retain);
        return store;
    }

    private void abandon() {
        directories.forEach(LogDirectory::abandon);
        workers.close();
    }

    @Override
    public CompletableFuture<PartitionLog> open(TopicIdPartition partition, LogConfig logConfig) {
        CompletableFuture<SegmentedLog> log = logs.get(partition);
        if (log == null) {
            log = beginOpening(partition, logConfig);
        }
        return log.thenApply(opened -> opened);
    }

    private synchronized CompletableFuture<SegmentedLog> beginOpening(TopicIdPartition partition, LogConfig logConfig) {
        CompletableFuture<SegmentedLog> present = logs.get(partition);
        if (present != null) {
            return present;
        }
        String name = LogDirectory.nameOf(partition);
        CompletableFuture<Void> before = whatGoesFirst(name, partition);
        Optional<LogDirectory> home = homeOf(partition);
        CompletableFuture<SegmentedLog> opening;
        if (home.isPresent()) {
            opening = before.thenApplyAsync(nothing -> load(home.get(), partition, logConfig), workers.blocking());
        } else {
            LogDirectory chosen = leastUsed();
            chosen.assigned().put(name, partition);
            opening = before.thenApply(nothing -> LogLoader.begin(chosen, partition, logConfig));
        }
        logs.put(partition, opening);
        return opening.whenComplete((log, failure) -> {
            if (failure != null) {
                logs.remove(partition, opening);
            }
        });
    }

    /** The removal, under way or begun now, of a log whose directory has the same name. */
    private CompletableFuture<Void> whatGoesFirst(String name, TopicIdPartition partition) {
        for (LogDirectory directory : directories) {
            TopicIdPartition other = directory.assigned().get(name);
            if (other != null && !other.equals(partition)) {
                return beginRemoval(other);
            }
        }
        return departing.getOrDefault(name, CompletableFuture.completedFuture(null));
    }

    private Optional<LogDirectory> homeOf(TopicIdPartition partition) {
        return directories.stream()
                .filter(directory -> directory.has(partition))
                .findFirst();
    }

    private LogDirectory leastUsed() {
        return directories.stream()
                .filter(LogDirectory::isOnline)
                .min(Comparator.comparingInt(directory -> directory.assigned().size()))
                .orElseThrow(() -> new KafkaStorageException("no log directory is online"));
    }

    private static SegmentedLog load(LogDirectory directory, TopicIdPartition partition, LogConfig config) {
        if (!directory.isOnline()) {
            throw directory.offline();
        }
        try {
            return LogLoader.load(directory, partition, config);
        } catch (IOException e) {
            directory.fail(e);
            throw directory.offline();
        }
    }

    @Override
    public Optional<PartitionLog> opened(TopicIdPartition partition) {
        return Optional.ofNullable(openLog(partition));
    }

    private @Nullable SegmentedLog openLog(TopicIdPartition partition) {
        CompletableFuture<SegmentedLog> log = logs.get(partition);
        return log != null && log.state() == Future.State.SUCCESS ? log.resultNow() : null;
    }

    private List<SegmentedLog> openLogs() {
        return logs.keySet().stream()
                .map(this::openLog)
                .filter(Objects::nonNull)
                .toList();
    }

    @Override
    public CompletableFuture<Void> delete(TopicIdPartition partition) {
        return beginRemoval(partition);
    }

    private synchronized CompletableFuture<Void> beginRemoval(TopicIdPartition partition) {
        String name = LogDirectory.nameOf(partition);
        Optional<LogDirectory> home = homeOf(partition);
        if (home.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        LogDirectory directory = home.get();
        CompletableFuture<SegmentedLog> log = logs.remove(partition);
        directory.assigned().remove(name, partition);
        CompletableFuture<Long> retired = log == null
                ? CompletableFuture.completedFuture(delayMs(partition))
                : log.thenCompose(
                        open -> open.retire().thenApply(nothing -> open.config().fileDeleteDelayMs()));
        CompletableFuture<Void> gone = retired.thenCompose(delayMs -> remove(directory, partition, delayMs));
        departing.put(name, gone);
        return gone.whenComplete((nothing, failure) -> departed(name, gone));
    }

    private long delayMs(TopicIdPartition partition) {
        return config.configs().apply(partition).orElse(LogConfig.DEFAULTS).fileDeleteDelayMs();
    }

    private static CompletableFuture<Void> remove(LogDirectory directory, TopicIdPartition partition, long delayMs) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        directory.keeper().put(new KeeperTask.Remove(partition, directory.pathOf(partition), delayMs, done));
        return done;
    }

    private synchronized void departed(String name, CompletableFuture<Void> removal) {
        departing.remove(name, removal);
    }

    @Override
    public Set<TopicIdPartition> stored() {
        Set<TopicIdPartition> stored = new HashSet<>();
        for (LogDirectory directory : directories) {
            for (TopicIdPartition partition : directory.assigned().values()) {
                SegmentedLog log = openLog(partition);
                if (log == null || !log.state().segments().isEmpty()) {
                    stored.add(partition);
                }
            }
        }
        return stored;
    }

    @Override
    public List<Directory> directories() {
        return directories.stream().map(this::describe).toList();
    }

    private Directory describe(LogDirectory directory) {
        Map<TopicIdPartition, LogSize> sizes = new HashMap<>();
        for (TopicIdPartition partition : directory.assigned().values()) {
            SegmentedLog log = openLog(partition);
            sizes.put(
                    partition,
                    log == null
                            ? new LogSize(directory.sizeOnDisk(partition), -1)
                            : new LogSize(log.sizeInBytes(), log.end().offset()));
        }
        return directory.describe(sizes);
    }

    private void failed(LogDirectory directory, Throwable cause) {
        for (SegmentedLog log : openLogs()) {
            if (log.directory().equals(directory)) {
                log.state().fail(cause);
            }
        }
    }

    /** Looks at the space left, and removes files that are due. */
    void tick() {
        for (LogDirectory directory : directories) {
            directory.lookAtSpace();
            directory.keeper().put(new KeeperTask.Other(() -> {})); // removes what is due
        }
    }

    /** Files that are open for readers. */
    int openFileCount() {
        return openFiles.count();
    }

    /** Has every log that changed since the last time note its recovery point. */
    void checkpoint() {
        for (SegmentedLog log : openLogs()) {
            if (log.hasNewsForCheckpoint()) {
                log.checkpoint(config.checkpointBytes());
            }
        }
    }

    /** Has compaction look for what there is to do. */
    void clean() {
        LogCleaner present = cleaner;
        if (present != null) {
            present.clean();
        }
    }

    /** Whether a log is such that it cannot be compacted. */
    boolean hasGivenUpCompacting(TopicIdPartition partition) {
        return cleaner != null && cleaner.isUncleanable(partition);
    }

    /** Removes what is past its retention, and forgets producers that have expired; unless the last round still runs. */
    synchronized void retain() {
        if (!retaining.isDone()) {
            return;
        }
        List<CompletableFuture<?>> round = new ArrayList<>();
        for (SegmentedLog log : openLogs()) {
            log.checkpoint(config.checkpointBytes());
            round.add(retain(log));
        }
        for (LogDirectory directory : directories) {
            for (TopicIdPartition partition : directory.assigned().values()) {
                if (directory.isOnline() && !logs.containsKey(partition)) {
                    round.add(retainClosed(directory, partition));
                }
            }
        }
        retaining = CompletableFuture.allOf(round.toArray(CompletableFuture<?>[]::new));
    }

    private static CompletableFuture<?> retain(SegmentedLog log) {
        return Retention.apply(log).whenComplete((start, failure) -> {
            if (failure != null) {
                LOG.warn("retention of {} has to wait", log.partition(), failure);
            }
        });
    }

    private CompletableFuture<?> retainClosed(LogDirectory directory, TopicIdPartition partition) {
        Optional<LogConfig> configured = config.configs().apply(partition);
        try {
            if (configured.isPresent() && Retention.mayBeDue(directory, partition, configured.get())) {
                return beginOpening(partition, configured.get()).thenCompose(LogDirectories::retain);
            }
        } catch (IOException e) {
            LOG.warn("cannot see the age of {}", partition, e);
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public void close() {
        workers.close();
        LogCleaner present = cleaner;
        if (present != null) {
            present.stop();
        }
        directories.forEach(LogDirectory::stopAppending);
        forEachOpenLog(SegmentedLog::finish);
        directories.forEach(LogDirectory::stopFlushing);
        forEachOpenLog(SegmentedLog::finishFlushed);
        directories.forEach(LogDirectory::close);
        openFiles.close();
    }

    /** A step that may fail. */
    private interface Finishing {
        void run(SegmentedLog log) throws IOException;
    }

    private void forEachOpenLog(Finishing step) {
        for (SegmentedLog log : openLogs()) {
            try {
                if (log.directory().isOnline()) {
                    step.run(log);
                }
            } catch (IOException e) {
                log.directory().fail(e);
            }
        }
    }
}
