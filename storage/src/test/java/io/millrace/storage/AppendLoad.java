package io.millrace.storage;

import io.millrace.storage.LogAppend.Origin;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;

/**
 * Not a test: how fast the log takes batches. Arguments: directory, durability (disk or memory), partitions, bytes of a batch,
 * appends under way, appends in all.
 */
final class AppendLoad {
    private AppendLoad() {}

    public static void main(String[] args) throws Exception {
        Path directory = Files.createTempDirectory(Path.of(args[0]), "append-load");
        boolean disk = args[1].equals("disk");
        int partitions = Integer.parseInt(args[2]);
        int bytes = Integer.parseInt(args[3]);
        int underWay = Integer.parseInt(args[4]);
        long appends = Long.parseLong(args[5]);
        LogConfig config = disk ? LogConfig.DEFAULTS : TestConfigs.memory();
        try (LogStore store = LogDirectories.open(LogStoreConfig.of(directory))) {
            Load load = new Load(store, config, partitions, underWay);
            load.run(bytes, appends / 10);
            long cpu = cpuNanos();
            long start = System.nanoTime();
            load.run(bytes, appends);
            double seconds = (System.nanoTime() - start) / 1e9;
            double cpuSeconds = (cpuNanos() - cpu) / 1e9;
            System.out.printf(
                    "%s, %d partitions, %d bytes, %d under way: %.0f appends/s, %.0f MB/s, %.2f us CPU an append, %.2f CPU-s/GB%n",
                    args[1],
                    partitions,
                    bytes,
                    underWay,
                    appends / seconds,
                    appends * (double) bytes / seconds / 1e6,
                    cpuSeconds * 1e6 / appends,
                    cpuSeconds / (appends * (double) bytes / 1e9));
        } finally {
            remove(directory);
        }
    }

    static long cpuNanos() {
        var system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return system.getProcessCpuTime();
    }

    private static void remove(Path directory) throws IOException {
        try (var all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** Keeps so many appends under way, each until it is durable. */
    private static final class Load {
        private final List<PartitionLog> logs = new ArrayList<>();
        private final Semaphore permits;
        private final int underWay;

        Load(LogStore store, LogConfig config, int partitions, int underWay) {
            this.permits = new Semaphore(underWay);
            this.underWay = underWay;
            for (int i = 0; i < partitions; i++) {
                PartitionLog log = store.open(new TopicIdPartition(new Uuid(1, 1), i, "load"), config)
                        .join();
                log.listen(new Durable(permits));
                logs.add(log);
            }
        }

        void run(int bytes, long appends) throws InterruptedException {
            List<ByteBuffer> buffers = new ArrayList<>();
            for (int i = 0; i < 2 * underWay; i++) {
                ByteBuffer batch = Batches.sized(1, bytes);
                buffers.add(
                        ByteBuffer.allocateDirect(batch.remaining()).put(batch).flip());
            }
            for (long i = 0; i < appends; i++) {
                permits.acquire();
                ByteBuffer batch = buffers.get((int) (i % buffers.size())).duplicate();
                logs.get((int) (i % logs.size())).append(new LogAppend(batch, 0, Origin.CLIENT, outcome -> {
                    if (!(outcome instanceof AppendOutcome.Appended)) {
                        throw new IllegalStateException(outcome.toString());
                    }
                }));
            }
            permits.acquire(underWay);
            permits.release(underWay);
        }
    }

    /** Gives back a permit for each record that has become durable: one a batch. */
    private static final class Durable implements LogListener {
        private final Semaphore permits;
        private long last;

        Durable(Semaphore permits) {
            this.permits = permits;
        }

        @Override
        public void appended(LogPosition end) {
            // durable is what counts
        }

        @Override
        public void durable(LogPosition end) {
            permits.release((int) (end.offset() - last));
            last = end.offset();
        }

        @Override
        public void failed(Throwable cause) {
            throw new IllegalStateException(cause);
        }
    }
}
