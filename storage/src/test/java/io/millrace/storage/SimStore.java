package io.millrace.storage;

import io.millrace.storage.segment.SegmentName;
import io.millrace.storage.sim.ManualWorkers;
import io.millrace.storage.sim.SimDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;

/** Short words for what tests do with a store on a simulated disk. Its threads do all there is to do after each word. */
final class SimStore {
    final Random random = new Random(1);
    final SimDisk disk = new SimDisk(() -> 0, random);
    final LogStoreConfig config;
    ManualWorkers workers = new ManualWorkers();
    LogDirectories store;

    SimStore(String... directories) throws IOException {
        LogStoreConfig defaults =
                LogStoreConfig.of(Arrays.stream(directories).map(Path::of).toArray(Path[]::new));
        config = new LogStoreConfig(
                defaults.directories(),
                defaults.clock(),
                defaults.configs(),
                defaults.retentionCheckIntervalMs(),
                defaults.checkpointIntervalMs(),
                1,
                defaults.producerIdExpirationMs(),
                defaults.maxProducersPerPartition(),
                defaults.maxOpenFiles(),
                0);
        store = LogDirectories.open(config, disk, workers);
    }

    static TopicIdPartition partition(int number) {
        return new TopicIdPartition(new Uuid(1, 1), number, "t");
    }

    PartitionLog log(int number, LogConfig logConfig) {
        var opening = store.open(partition(number), logConfig);
        workers.drain(random);
        return opening.join();
    }

    AppendOutcome append(PartitionLog log, ByteBuffer batches) {
        List<AppendOutcome> outcomes = new ArrayList<>();
        log.append(new LogAppend(batches, 0, LogAppend.Origin.CLIENT, outcomes::add));
        workers.drain(random);
        return outcomes.getFirst();
    }

    static Path file(PartitionLog log, long base, String suffix) {
        return SegmentName.path(((SegmentedLog) log).state().path(), base, suffix);
    }

    /** A stop, and a new start. */
    void restart() throws IOException {
        workers.drain(random);
        store.close();
        workers = new ManualWorkers();
        store = LogDirectories.open(config, disk, workers);
    }
}
