package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.storage.LogConfig.Cleanup;
import io.millrace.storage.LogConfig.Compaction;
import io.millrace.storage.compact.KeyOffsets;
import io.millrace.storage.sim.ManualWorkers;
import io.millrace.storage.sim.SimDisk;
import io.millrace.storage.sim.SimulatedCrash;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.record.TimestampType;

/** A store on a simulated disk lives through what a seed decides, and is compared with models of its logs all the time. */
final class ModelRun {
    private static final int ACTIONS = 120;
    private static final List<Path> DIRECTORIES = List.of(Path.of("/a/data"), Path.of("/b/data"));

    private final Random random;
    private final List<LogModel> models = new ArrayList<>();
    private long nowMs = 1_000_000;
    private SimDisk disk;
    private ManualWorkers workers = new ManualWorkers();
    private LogDirectories store;
    private int topicIds;

    ModelRun(long seed) throws IOException {
        random = new Random(seed);
        disk = new SimDisk(() -> nowMs, random);
        store = open();
        for (int i = 0; i < 3; i++) {
            models.add(newModel(i));
        }
        models.forEach(model -> log(model).listen(model.listener()));
    }

    private LogModel newModel(int index) {
        TopicIdPartition partition = new TopicIdPartition(new Uuid(1, ++topicIds), index, "t");
        return new LogModel(partition, logConfig(), random, () -> nowMs);
    }

    private LogConfig logConfig() {
        return new LogConfig(
                random.nextInt(3) == 0 ? LogConfig.Durability.MEMORY : LogConfig.Durability.DISK,
                cleanup(),
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

    private Cleanup cleanup() {
        Cleanup policy = List.of(Cleanup.DELETE, Cleanup.COMPACT, Cleanup.COMPACT, Cleanup.COMPACT_AND_DELETE)
                .get(random.nextInt(4));
        return policy.with(new Compaction(
                random.nextInt(3) == 0 ? random.nextInt(10_000) : 0,
                random.nextInt(3) == 0 ? 1 + random.nextInt(10_000) : Long.MAX_VALUE,
                random.nextDouble() / 2,
                random.nextInt(30_000)));
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
                0,
                new CleanerConfig(
                        1 + random.nextInt(2),
                        Double.MAX_VALUE,
                        (long) KeyOffsets.ENTRY_BYTES * (20 + random.nextInt(100)),
                        0.9,
                        1));
        return LogDirectories.open(config.withClock(() -> Instant.ofEpochMilli(nowMs)), disk, workers);
    }

    private PartitionLog log(LogModel model) {
        CompletableFuture<PartitionLog> opening = store.open(model.partition, model.config);
        while (!opening.isDone() && workers.step(random)) {
            Thread.onSpinWait();
        }
        assertThat(opening).isDone();
        return opening.join();
    }

    /** Returns how many records were seen to be gone. */
    int run() throws IOException {
        for (int i = 0; i < ACTIONS; i++) {
            nowMs += random.nextInt(500);
            try {
                act();
            } catch (SimulatedCrash e) {
                restart(true, random.nextBoolean());
            }
        }
        restart(false, false);
        models.forEach(model -> model.check(log(model)));
        models.forEach(
                model -> assertThat(store.hasGivenUpCompacting(model.partition)).isFalse());
        return models.stream().mapToInt(LogModel::missing).sum();
    }

    private void act() throws IOException {
        LogModel model = models.get(random.nextInt(models.size()));
        switch (random.nextInt(28)) {
            case 0 -> restart(true, true);
            case 1 -> restart(true, false);
            case 2 -> restart(false, false);
            case 3 -> disk.crashAtChange(1 + random.nextInt(40));
            case 4 -> failSoon(model);
            case 5 -> model.advanceStart(log(model));
            case 6 -> store.checkpoint();
            case 7 -> retain();
            case 8 -> replace(model);
            case 9, 10 -> {
                workers.drain(random);
                model.checkAnswered();
                model.check(log(model));
            }
            case 11 -> model.retry(log(model));
            case 12 -> nowMs += random.nextInt(20_000);
            case 13, 14, 15, 16 -> steps();
            case 17, 18 -> store.clean();
            case 19 -> {
                store.checkpoint();
                workers.drain(random);
                store.clean();
                steps();
            }
            default -> model.append(log(model), nowMs);
        }
    }

    private void steps() {
        int steps = random.nextInt(6);
        for (int i = 0; i < steps; i++) {
            workers.step(random);
        }
    }

    private void failSoon(LogModel model) throws IOException {
        disk.failAtChange(1 + random.nextInt(20));
        model.append(log(model), nowMs);
        workers.drain(random);
        restart(true, random.nextBoolean());
    }

    private void retain() {
        workers.drain(random);
        List<Long> before =
                models.stream().map(model -> log(model).logStartOffset()).toList();
        store.retain();
        workers.drain(random);
        for (int i = 0; i < before.size(); i++) {
            models.get(i).checkRetention(before.get(i), log(models.get(i)).logStartOffset(), nowMs);
        }
    }

    /** The topic is deleted and made again: nothing of the old one may be seen. */
    private void replace(LogModel model) {
        LogModel fresh = newModel(model.partition.partition());
        var removed = store.delete(model.partition);
        models.set(models.indexOf(model), fresh);
        var opening = store.open(fresh.partition, fresh.config);
        workers.drain(random);
        assertThat(removed).isCompleted();
        assertThat(opening).isCompleted();
        log(fresh).listen(fresh.listener());
    }

    private void restart(boolean crashes, boolean losesPageCache) throws IOException {
        if (!crashes) {
            closeStore();
        }
        disk = losesPageCache ? disk.afterPowerFailure() : disk.afterKill();
        workers = new ManualWorkers();
        store = open();
        for (LogModel model : models) {
            PartitionLog log = log(model);
            model.reopened(log, losesPageCache);
            log.listen(model.listener());
        }
    }

    private void closeStore() {
        try {
            workers.drain(random);
            store.close();
        } catch (SimulatedCrash e) {
            disk.crashAtChange(Integer.MAX_VALUE);
        }
    }
}
