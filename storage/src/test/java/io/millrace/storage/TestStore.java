package io.millrace.storage;

import io.millrace.storage.LogAppend.Origin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;

/** Short words for what tests do with a store on a real directory. */
final class TestStore implements AutoCloseable {
    static final TopicIdPartition EVENTS = new TopicIdPartition(new Uuid(7, 7), 0, "events");

    private final LogStore store;

    TestStore(Path directory) {
        this(LogStoreConfig.of(directory));
    }

    TestStore(LogStoreConfig config) {
        try {
            store = LogDirectories.open(config);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    LogStore store() {
        return store;
    }

    static LogStoreConfig withMaxOpenFiles(Path directory, int max) {
        LogStoreConfig config = LogStoreConfig.of(directory);
        return new LogStoreConfig(
                config.directories(),
                config.clock(),
                config.configs(),
                config.retentionCheckIntervalMs(),
                config.checkpointIntervalMs(),
                config.checkpointBytes(),
                config.producerIdExpirationMs(),
                config.maxProducersPerPartition(),
                max,
                config.reserveBytes(),
                config.cleaner());
    }

    /** Files open for readers now. */
    int openFiles() {
        return ((LogDirectories) store).openFileCount();
    }

    PartitionLog log() {
        return log(LogConfig.DEFAULTS);
    }

    PartitionLog log(LogConfig config) {
        return store.open(EVENTS, config).join();
    }

    static AppendOutcome append(PartitionLog log, ByteBuffer batches) {
        return append(log, batches, 0, Origin.CLIENT);
    }

    static AppendOutcome append(PartitionLog log, ByteBuffer batches, int leaderEpoch, Origin origin) {
        CompletableFuture<AppendOutcome> outcome = new CompletableFuture<>();
        log.append(new LogAppend(batches, leaderEpoch, origin, outcome::complete));
        return outcome.join();
    }

    /** Everything between two offsets, slice by slice. */
    static List<String> values(PartitionLog log, long from) {
        return read(log, from).stream().map(Batches.Seen::value).toList();
    }

    static List<Batches.Seen> read(PartitionLog log, long from) {
        List<Batches.Seen> seen = new ArrayList<>();
        long next = from;
        while (next < log.end().offset()) {
            ByteBuffer bytes = bytes(log.read(next, 1 << 20, log.end(), true));
            List<Batches.Seen> more = Batches.records(bytes);
            for (Batches.Seen record : more) {
                if (record.offset() >= next) {
                    seen.add(record);
                }
            }
            next = more.getLast().offset() + 1;
        }
        return seen;
    }

    static ByteBuffer bytes(LogSlice slice) {
        try {
            ByteBuffer bytes = ByteBuffer.allocate(slice.sizeInBytes());
            if (!slice.isEmpty()) {
                slice.copyTo(bytes, 0);
            }
            return bytes.flip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            slice.release();
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
