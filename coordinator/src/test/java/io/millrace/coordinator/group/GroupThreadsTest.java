package io.millrace.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.coordinator.CoordinatorThreads;
import io.millrace.coordinator.NotAppendedException;
import io.millrace.coordinator.ShardLog;
import io.millrace.coordinator.group.GroupCoordinator.GroupClient;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.common.message.OffsetCommitRequestData;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestPartition;
import org.apache.kafka.common.message.OffsetCommitRequestData.OffsetCommitRequestTopic;
import org.apache.kafka.common.message.OffsetFetchRequestData.OffsetFetchRequestGroup;
import org.apache.kafka.common.protocol.Errors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The real threads, on a log that commits and refuses on others, while shards move. */
class GroupThreadsTest {
    private static final int SHARDS = 3;
    private static final int WRITERS = 4;
    private static final int COMMITS = 3_000;
    private static final GroupClient CLIENT = new GroupClient((short) 8, "client", "/127.0.0.1");
    private static final GroupConfig CONFIG =
            new GroupConfig(SHARDS, 6_000, 60_000, 0, 100, 100, 3_600_000, 600_000, 2_000, 10, 200);

    private final long seed = new Random().nextLong();

    /** Commits after a moment on a thread of its own, refuses now and then. */
    private final class MemoryLog implements ShardLog {
        private final Map<Integer, List<ByteBuffer>> batches = new ConcurrentHashMap<>();
        private final Map<Integer, Integer> epochs = new HashMap<>();
        private final ExecutorService disk = Executors.newFixedThreadPool(2);
        private final Random random = new Random(seed);

        @Override
        public CompletableFuture<Long> append(int shard, int leaderEpoch, ByteBuffer batch) {
            boolean refused = random.nextInt(20) == 0;
            CompletableFuture<Long> future = new CompletableFuture<>();
            disk.execute(() -> {
                if (!refused && store(shard, leaderEpoch, batch)) {
                    future.complete(0L);
                } else {
                    future.completeExceptionally(new NotAppendedException(Errors.NOT_ENOUGH_REPLICAS));
                }
            });
            return future;
        }

        private synchronized boolean store(int shard, int leaderEpoch, ByteBuffer batch) {
            return leaderEpoch >= epochs.getOrDefault(shard, 0)
                    && batches.computeIfAbsent(shard, id -> new CopyOnWriteArrayList<>())
                            .add(batch);
        }

        private synchronized void begin(int shard, int leaderEpoch) {
            epochs.put(shard, leaderEpoch);
        }

        @Override
        public void replay(int shard, int leaderEpoch, Consumer<ByteBuffer> sink) {
            begin(shard, leaderEpoch);
            batches.getOrDefault(shard, List.of()).forEach(batch -> sink.accept(batch.duplicate()));
        }
    }

    @Test
    @Timeout(60)
    void everyRequestIsAnsweredAndWhatWasAcknowledgedIsThere() throws Exception {
        MemoryLog log = new MemoryLog();
        try (CoordinatorThreads threads = new CoordinatorThreads(2);
                GroupCoordinator coordinator = Groups.coordinator(CONFIG, threads.ports(log));
                ExecutorService writers = Executors.newFixedThreadPool(WRITERS)) {
            IntStream.range(0, SHARDS).forEach(shard -> coordinator.onElection(shard, 1));
            List<Future<Map<String, Long>>> acknowledged = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                String prefix = "g" + writer;
                acknowledged.add(writers.submit(() -> write(coordinator, prefix)));
            }
            for (int epoch = 2; epoch < 12; epoch++) {
                TimeUnit.MILLISECONDS.sleep(20);
                coordinator.onElection(epoch % SHARDS, epoch);
            }
            for (Future<Map<String, Long>> one : acknowledged) {
                for (Map.Entry<String, Long> entry : one.get().entrySet()) {
                    assertThat(fetch(coordinator, entry.getKey()))
                            .as("seed %d, %s", seed, entry.getKey())
                            .isGreaterThanOrEqualTo(entry.getValue());
                }
            }
        } finally {
            log.disk.shutdown();
        }
    }

    /** The last acknowledged offset by group; every reply came. */
    private static Map<String, Long> write(GroupCoordinator coordinator, String prefix) {
        Map<String, Long> acknowledged = new ConcurrentHashMap<>();
        List<CompletableFuture<Void>> replies = new ArrayList<>();
        for (long i = 1; i <= COMMITS; i++) {
            String group = prefix + "-" + i % 5;
            long offset = i;
            replies.add(coordinator.commitOffsets(CLIENT, commit(group, offset)).thenAccept(reply -> {
                if (reply.topics().getFirst().partitions().getFirst().errorCode() == Errors.NONE.code()) {
                    acknowledged.merge(group, offset, Math::max);
                }
            }));
        }
        CompletableFuture.allOf(replies.toArray(CompletableFuture[]::new)).join();
        return acknowledged;
    }

    private static OffsetCommitRequestData commit(String group, long offset) {
        return new OffsetCommitRequestData()
                .setGroupId(group)
                .setGenerationIdOrMemberEpoch(-1)
                .setTopics(List.of(new OffsetCommitRequestTopic()
                        .setName("t")
                        .setPartitions(List.of(new OffsetCommitRequestPartition()
                                .setPartitionIndex(0)
                                .setCommittedOffset(offset)))));
    }

    /** Asked again while the shard moves. */
    private static long fetch(GroupCoordinator coordinator, String group) {
        OffsetFetchRequestGroup request =
                new OffsetFetchRequestGroup().setGroupId(group).setTopics(null);
        while (true) {
            var reply = coordinator.fetchOffsets(CLIENT, request, true).join();
            if (reply.errorCode() == Errors.NONE.code()) {
                return reply.topics().getFirst().partitions().getFirst().committedOffset();
            }
            Thread.onSpinWait();
        }
    }
}
