package io.millrace.storage;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicIdPartition;

/** All logs of a broker, over all its log directories. Safe for any thread. */
public interface LogStore extends AutoCloseable {
    /**
     * The partition's log, opened now if it is not yet: recovery reads only what lies behind the last checkpoint, on a thread
     * of the store's own. A log that is new gets no file before its first append. Completes at once for an open log.
     */
    CompletableFuture<PartitionLog> open(TopicIdPartition partition, LogConfig config);

    /** The log if it is open. */
    Optional<PartitionLog> opened(TopicIdPartition partition);

    /** Removes the log. Readers that hold slices finish; files go after {@code file.delete.delay.ms}. */
    CompletableFuture<Void> delete(TopicIdPartition partition);

    /** Every partition that has files in some directory, open or not: what start-up compares with the cluster image. */
    Set<TopicIdPartition> stored();

    /** Sizes and states, without opening what is closed. */
    List<Directory> directories();

    /** Flushes all, writes the checkpoints, and marks the directories as cleanly stopped. */
    @Override
    void close();

    /**
     * A log directory.
     *
     * @param logs bytes by partition
     * @param totalBytes size of its volume, -1 if unknown
     * @param usableBytes what is left on the volume, -1 if unknown
     */
    record Directory(
            Path path, boolean online, Map<TopicIdPartition, LogSize> logs, long totalBytes, long usableBytes) {}

    /** Size in bytes and end offset (-1 where the log is not open and the end therefore not known). */
    record LogSize(long bytes, long endOffset) {}
}
