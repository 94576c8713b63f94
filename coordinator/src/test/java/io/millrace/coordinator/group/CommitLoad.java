package io.millrace.coordinator.group;

import io.millrace.coordinator.CoordinatorThreads;
import io.millrace.coordinator.ShardLog;
import io.millrace.coordinator.group.GroupCoordinator.GroupClient;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.protocol.Errors;

/**
 * OffsetCommits per second through the shards on a log that commits at once or after a while; not a test.
 *
 * <p>Arguments: groups, commits in flight, ms until an append is committed, seconds.
 */
public final class CommitLoad {
    private static final int PARTITIONS = 4;
    private static final GroupClient CLIENT = new GroupClient((short) 8, "load", "/127.0.0.1");

    private final LongAdder batches = new LongAdder();

    private CommitLoad() {}

    public static void main(String[] args) throws InterruptedException {
        int groups = argument(args, 0, 100);
        int inFlight = argument(args, 1, 1_000);
        int commitMs = argument(args, 2, 0);
        int seconds = argument(args, 3, 5);
        new CommitLoad().run(groups, inFlight, commitMs, seconds);
    }

    private static int argument(String[] args, int index, int otherwise) {
        return args.length > index ? Integer.parseInt(args[index]) : otherwise;
    }

    private void run(int groups, int inFlight, int commitMs, int seconds) throws InterruptedException {
        try (CoordinatorThreads threads = new CoordinatorThreads(2);
                GroupCoordinator coordinator =
                        Groups.coordinator(GroupConfig.DEFAULTS, threads.ports(new Nowhere(commitMs)))) {
            for (int shard = 0; shard < GroupConfig.DEFAULTS.offsetsTopicPartitions(); shard++) {
                coordinator.onElection(shard, 1);
            }
            TimeUnit.SECONDS.sleep(1);
            for (int round = 0; round < 3; round++) {
                measure(coordinator, groups, inFlight, seconds);
            }
        }
    }

    private void measure(GroupCoordinator coordinator, int groups, int inFlight, int seconds)
            throws InterruptedException {
        Semaphore room = new Semaphore(inFlight);
        LongAdder done = new LongAdder();
        LongAdder failed = new LongAdder();
        long batchesBefore = batches.sum();
        long cpuBefore = cpuNanos();
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(seconds);
        for (long i = 0; System.nanoTime() < end; i++) {
            room.acquire();
            OffsetCommitRequestData request = request("group-" + i % groups, i);
            CompletableFuture<Void> unusedStage = coordinator
                    .commitOffsets(CLIENT, request)
                    .thenAccept(reply -> {
                        boolean isOk = reply.topics()
                                        .getFirst()
                                        .partitions()
                                        .getFirst()
                                        .errorCode()
                                == Errors.NONE.code();
                        (isOk ? done : failed).increment();
                        room.release();
                    });
        }
        room.acquire(inFlight);
        double elapsed = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "%,.0f commits/s of %d partitions, %d failed, %.1f us CPU each (with the driver), %.1f commits a batch%n",
                done.sum() / elapsed,
                PARTITIONS,
                failed.sum(),
                (cpuNanos() - cpuBefore) / 1e3 / done.sum(),
                (double) done.sum() / (batches.sum() - batchesBefore));
    }

    private static OffsetCommitRequestData request(String group, long offset) {
        OffsetCommitRequestTopic topic = new OffsetCommitRequestTopic().setName("topic");
        for (int partition = 0; partition < PARTITIONS; partition++) {
            topic.partitions()
                    .add(new OffsetCommitRequestPartition()
                            .setPartitionIndex(partition)
                            .setCommittedOffset(offset)
                            .setCommittedMetadata(""));
        }
        return new OffsetCommitRequestData()
                .setGroupId(group)
                .setGenerationIdOrMemberEpoch(-1)
                .setTopics(List.of(topic));
    }

    private static long cpuNanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }

    /** A log that keeps nothing. */
    private final class Nowhere implements ShardLog {
        private final int commitMs;

        Nowhere(int commitMs) {
            this.commitMs = commitMs;
        }

        @Override
        public CompletableFuture<Long> append(int shard, int leaderEpoch, ByteBuffer batch) {
            batches.increment();
            return commitMs == 0
                    ? CompletableFuture.completedFuture(1L)
                    : new CompletableFuture<Long>().completeOnTimeout(1L, commitMs, TimeUnit.MILLISECONDS);
        }

        @Override
        public void replay(int shard, int leaderEpoch, Consumer<ByteBuffer> sink) {
            // Nothing to read.
        }
    }
}
