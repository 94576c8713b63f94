package io.millrace.replication;

import io.millrace.storage.LogConfig;
import io.millrace.storage.LogStore;
import io.millrace.storage.PartitionLog;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicIdPartition;

/** Logs whose every step a test takes itself. */
final class FakeLogStore implements LogStore {
    final Map<TopicIdPartition, FakeLog> logs = new HashMap<>();
    final List<TopicIdPartition> deleted = new ArrayList<>();
    final Set<TopicIdPartition> stored = new HashSet<>();
    /** Openings complete only when the test says so. */
    boolean slow;

    final Map<TopicIdPartition, CompletableFuture<PartitionLog>> opening = new HashMap<>();

    @Override
    public CompletableFuture<PartitionLog> open(TopicIdPartition partition, LogConfig config) {
        if (slow) {
            return opening.computeIfAbsent(partition, _ -> new CompletableFuture<>());
        }
        return CompletableFuture.completedFuture(log(partition, config));
    }

    FakeLog log(TopicIdPartition partition, LogConfig config) {
        return logs.computeIfAbsent(partition, id -> new FakeLog(id, config));
    }

    @Override
    public Optional<PartitionLog> opened(TopicIdPartition partition) {
        return Optional.ofNullable(logs.get(partition));
    }

    @Override
    public CompletableFuture<Void> delete(TopicIdPartition partition) {
        deleted.add(partition);
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public Set<TopicIdPartition> stored() {
        return stored;
    }

    @Override
    public List<Directory> directories() {
        return List.of();
    }

    @Override
    public void close() {}
}
