package io.millrace.storage;

import io.millrace.storage.LogAppend.Origin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;

/** Not a test: what many partitions cost at first writes, at a stop and at a start. Arguments: directory, durability, partitions. */
final class RestartLoad {
    private RestartLoad() {}

    public static void main(String[] args) throws Exception {
        Path directory = Files.createTempDirectory(Path.of(args[0]), "restart-load");
        LogConfig config = args[1].equals("disk") ? LogConfig.DEFAULTS : TestConfigs.memory();
        int partitions = Integer.parseInt(args[2]);
        LogStore store = LogDirectories.open(LogStoreConfig.of(directory));
        timed("open all, new", () -> openAll(store, partitions, config));
        timed("one append each", () -> appendToAll(store, partitions, config));
        timed("clean stop", store::close);
        for (int i = 0; i < 2; i++) {
            List<LogStore> again = new ArrayList<>();
            timed("start", () -> again.add(LogDirectories.open(LogStoreConfig.of(directory))));
            timed("names of all", () -> again.getFirst().stored());
            timed("open all", () -> openAll(again.getFirst(), partitions, config));
            timed("clean stop", again.getFirst()::close);
        }
    }

    private interface Action {
        void run() throws Exception;
    }

    private static void timed(String what, Action action) throws Exception {
        long start = System.nanoTime();
        long cpu = AppendLoad.cpuNanos();
        action.run();
        System.out.printf(
                "%-16s %8.1f ms, CPU %8.1f ms%n",
                what, (System.nanoTime() - start) / 1e6, (AppendLoad.cpuNanos() - cpu) / 1e6);
    }

    private static void openAll(LogStore store, int partitions, LogConfig config) {
        List<CompletableFuture<PartitionLog>> opening = new ArrayList<>();
        for (int i = 0; i < partitions; i++) {
            opening.add(store.open(partition(i), config));
        }
        opening.forEach(CompletableFuture::join);
    }

    private static TopicIdPartition partition(int number) {
        return new TopicIdPartition(new Uuid(1, 1), number, "load");
    }

    private static void appendToAll(LogStore store, int partitions, LogConfig config) throws InterruptedException {
        CountDownLatch durable = new CountDownLatch(partitions);
        for (int i = 0; i < partitions; i++) {
            PartitionLog log = store.open(partition(i), config).join();
            log.listen(new Counting(durable));
            log.append(new LogAppend(Batches.batch(1, "v"), 0, Origin.CLIENT, outcome -> {}));
        }
        durable.await();
    }

    private record Counting(CountDownLatch latch) implements LogListener {
        @Override
        public void appended(LogPosition end) {
            // durable is what counts
        }

        @Override
        public void durable(LogPosition end) {
            if (end.offset() > 0) {
                latch.countDown();
            }
        }

        @Override
        public void failed(Throwable cause) {
            throw new IllegalStateException(cause);
        }
    }
}
