package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.storage.sim.ManualWorkers;
import io.millrace.storage.sim.SimDisk;
import io.millrace.storage.sim.SimulatedCrash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.apache.kafka.common.record.TimestampType;

/**
 * A store on a simulated disk lives through {@link ModelAction}s that a seed decides, and is compared with models of its logs all
 * the time. What the disk does by chance comes from a seed of its own, so that the same things happen up to where it matters.
 */
final class ModelRun {
    static final List<Path> DIRECTORIES = List.of(Path.of("/a/data"), Path.of("/b/data"));
    private static final int TRACE = 12;

    final Random random;
    private final int actions;
    private final Random diskRandom;
    private final Consumer<SimDisk> defects;
    private final List<LogModel> models = new ArrayList<>();
    private final Deque<String> trace = new ArrayDeque<>();
    private long nowMs = 1_000_000;
    private SimDisk disk;
    private ManualWorkers workers = new ManualWorkers();
    private LogDirectories store;
    private int topicIds;

    /** How a life of the store ends. */
    enum End {
        STOP,
        KILL,
        POWER_FAILURE
    }

    ModelRun(long seed, int actions) throws IOException {
        this(seed, actions, disk -> {});
    }

    /** @param defects what is wrong with the disk in every life */
    ModelRun(long seed, int actions, Consumer<SimDisk> defects) throws IOException {
        this.actions = actions;
        this.defects = defects;
        random = new Random(seed);
        diskRandom = new Random(~seed);
        disk = new SimDisk(() -> nowMs, diskRandom);
        disk.shortWrites(random.nextBoolean());
        defects.accept(disk);
        store = open();
        for (int i = 0; i < 3; i++) {
            models.add(newModel(i));
        }
        models.forEach(model -> log(model).listen(model.listener()));
    }

    private LogModel newModel(int index) {
        TopicIdPartition partition = new TopicIdPartition(new Uuid(1, ++topicIds), index, "t");
        return new LogModel(partition, logConfig(), random);
    }

    private LogConfig logConfig() {
        return new LogConfig(
                random.nextInt(3) == 0 ? LogConfig.Durability.MEMORY : LogConfig.Durability.DISK,
                LogConfig.Cleanup.DELETE,
                1_500 + random.nextInt(4_000),
                60_000,
                random.nextBoolean() ? 10 << 20 : 64,
                random.nextInt(600),
                30_000,
                -1,
                1_000,
                1 << 20,
                TimestampType.CREATE_TIME);
    }

    private LogDirectories open() throws IOException {
        LogStoreConfig config = new LogStoreConfig(
                DIRECTORIES,
                InstantSource.fixed(Instant.EPOCH),
                partition -> models.stream()
                        .filter(model -> model.partition.equals(partition))
                        .findFirst()
                        .map(model -> model.config),
                1,
                1,
                1 + random.nextInt(4_000),
                Long.MAX_VALUE / 2,
                1_000,
                1 + random.nextInt(6),
                0);
        return LogDirectories.open(config.withClock(() -> Instant.ofEpochMilli(nowMs)), disk, workers);
    }

    PartitionLog log(LogModel model) {
        CompletableFuture<PartitionLog> opening = store.open(model.partition, model.config);
        while (!opening.isDone() && workers.step(random)) {
            Thread.onSpinWait();
        }
        assertThat(opening).isDone();
        try {
            return opening.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof KafkaStorageException offline ? offline : e;
        }
    }

    SimDisk disk() {
        return disk;
    }

    LogDirectories store() {
        return store;
    }

    long nowMs() {
        return nowMs;
    }

    void passTime(int msMax) {
        nowMs += random.nextInt(msMax);
    }

    boolean step() {
        return workers.step(random);
    }

    void drain() {
        workers.drain(random);
    }

    LogModel randomModel() {
        return models.get(random.nextInt(models.size()));
    }

    /** Does something to a log, which may answer that its directory is offline only if it is. */
    void someModel(Consumer<LogModel> deed) {
        LogModel model = randomModel();
        try {
            deed.accept(model);
        } catch (KafkaStorageException | UncheckedIOException e) {
            assertThat(isOnline(model))
                    .as("directory of %s: %s", model.partition, e)
                    .isFalse();
        }
    }

    private boolean isOnline(LogModel model) {
        return store.opened(model.partition)
                .map(log -> ((SegmentedLog) log).directory().isOnline())
                .orElse(allOnline());
    }

    private boolean allOnline() {
        return store.directories().stream().allMatch(LogStore.Directory::online);
    }

    void run() throws IOException {
        run(0);
    }

    /**
     * Runs with a crash at a change of the disk; 0: at none in particular.
     *
     * @return whether so many changes were made before the first life ended
     */
    boolean run(int crashAt) throws IOException {
        SimDisk first = disk;
        if (crashAt > 0) {
            disk.crashAtChange(crashAt);
        }
        for (int i = 0; i < actions; i++) {
            nowMs += random.nextInt(500);
            try {
                act(crashAt > 0 && disk.equals(first));
            } catch (SimulatedCrash e) {
                restart(diskRandom.nextBoolean() ? End.POWER_FAILURE : End.KILL);
            }
        }
        finish();
        return crashAt > 0 && first.changes() >= crashAt;
    }

    /** All is well again, and everything is looked at. */
    private void finish() throws IOException {
        disk.crashAtChange(Integer.MAX_VALUE);
        restart(End.STOP);
        models.forEach(model -> model.check(log(model)));
    }

    private void act(boolean goOn) throws IOException {
        int at = random.nextInt(ModelAction.ALL.stream()
                .mapToInt(ModelAction.Weighted::weight)
                .sum());
        for (ModelAction.Weighted next : ModelAction.ALL) {
            at -= next.weight();
            if (at < 0) {
                if (!goOn || !next.endsLife()) {
                    note(next.name());
                    next.action().on(this);
                }
                return;
            }
        }
    }

    void note(String what) {
        if (trace.size() == TRACE) {
            trace.removeFirst();
        }
        trace.add(what);
    }

    /** What happened last. */
    String trace() {
        return String.join(", ", trace);
    }

    void watchRetention(Runnable retention) {
        if (!allOnline()) {
            return;
        }
        List<Long> before =
                models.stream().map(model -> log(model).logStartOffset()).toList();
        retention.run();
        if (!allOnline()) {
            return;
        }
        for (int i = 0; i < before.size(); i++) {
            models.get(i).checkRetention(before.get(i), log(models.get(i)).logStartOffset(), nowMs);
        }
    }

    /** The topic is deleted and made again: nothing of the old one may be seen. */
    void replace(LogModel model) {
        if (!allOnline()) {
            return;
        }
        LogModel fresh = newModel(model.partition.partition());
        var removed = store.delete(model.partition);
        models.set(models.indexOf(model), fresh);
        var opening = store.open(fresh.partition, fresh.config);
        drain();
        if (!opening.isDone()) {
            makeSpace();
            store.tick();
            drain();
        }
        if (!allOnline()) {
            return; // the next life removes the old one
        }
        assertThat(removed).isCompleted();
        assertThat(opening).isCompleted();
        log(fresh).listen(fresh.listener());
    }

    private void makeSpace() {
        DIRECTORIES.forEach(directory -> disk.capacity(directory.getName(0).toString(), Long.MAX_VALUE));
    }

    /** One life ends, and the next begins, on a disk without defects. */
    void restart(End end) throws IOException {
        note("restart after " + end);
        if (end == End.STOP) {
            closeStore();
        }
        disk = end == End.POWER_FAILURE ? disk.afterPowerFailure() : disk.afterKill();
        makeSpace();
        defects.accept(disk);
        workers = new ManualWorkers();
        store = open();
        for (LogModel model : models) {
            PartitionLog log = log(model);
            model.reopened(log, end == End.POWER_FAILURE);
            log.listen(model.listener());
        }
    }

    private void closeStore() {
        try {
            drain();
            store.close();
        } catch (SimulatedCrash e) {
            disk.crashAtChange(Integer.MAX_VALUE);
        }
    }
}
