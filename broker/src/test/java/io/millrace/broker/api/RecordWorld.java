package io.millrace.broker.api;

import io.millrace.metadata.MetadataCommand.ChangeConfigs;
import io.millrace.metadata.MetadataCommand.ConfigChange;
import io.millrace.replication.Partition;
import io.millrace.replication.Replicas;
import io.millrace.replication.TopicSettings;
import io.millrace.storage.LogConfig;
import io.millrace.storage.LogConfig.Cleanup;
import io.millrace.storage.LogDirectories;
import io.millrace.storage.LogSlice;
import io.millrace.storage.LogStore;
import io.millrace.storage.LogStoreConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceRequestData.TopicProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.BaseRecords;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.jspecify.annotations.Nullable;

/** Logs on a real directory, replicas that follow a real image, and an event loop: what the handlers of records work on. */
final class RecordWorld implements AutoCloseable {
    final TestCluster cluster;
    final Replicas replicas;
    final ScheduledExecutorService eventLoop = Executors.newSingleThreadScheduledExecutor();
    final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
    final List<RecordContext> contexts = new ArrayList<>();
    private final LogStore logs;

    RecordWorld(Path directory) throws IOException {
        cluster = TestCluster.found(directory.resolve("meta"));
        logs = LogDirectories.open(LogStoreConfig.of(directory.resolve("data")));
        replicas = new Replicas(0, logs, (image, topic) -> {
            Map<String, String> set = image.configs(new ConfigResource(ConfigResource.Type.TOPIC, topic));
            return settings(set);
        });
        cluster.metadata.subscribe(replicas);
    }

    /** The few configurations that these tests set. */
    private static TopicSettings settings(Map<String, String> set) {
        LogConfig base = LogConfig.DEFAULTS;
        LogConfig log = new LogConfig(
                LogConfig.Durability.MEMORY,
                set.getOrDefault("cleanup.policy", "delete").equals("compact") ? Cleanup.COMPACT : Cleanup.DELETE,
                base.segmentBytes(),
                base.segmentMs(),
                base.segmentIndexBytes(),
                base.indexIntervalBytes(),
                base.retentionMs(),
                base.retentionBytes(),
                base.fileDeleteDelayMs(),
                base.maxMessageBytes(),
                TimestampType.forName(set.getOrDefault("message.timestamp.type", "CreateTime")));
        String compression = set.getOrDefault("compression.type", "producer");
        CompressionType type = compression.equals("producer") ? null : CompressionType.forName(compression);
        int level = type == CompressionType.GZIP ? type.defaultLevel() : 0;
        return new TopicSettings(log, 1, Long.MAX_VALUE, 3_600_000, type, level, TopicSettings.ANY_DECOMPRESSED_BYTES);
    }

    Uuid create(String topic, int partitions) {
        return cluster.create(topic, partitions);
    }

    void configure(String topic, Map<String, String> configs) {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        cluster.apply(new ChangeConfigs(List.of(new ConfigChange(resource, configs, List.of()))));
    }

    Partition partition(String topic, int index) {
        return Objects.requireNonNull(replicas.partition(topic, index));
    }

    ProduceHandler producer() {
        return new ProduceHandler(replicas, cluster.metadata::image);
    }

    /** Asks on the event loop; the answer is there when the future is. */
    <Q extends ApiMessage> CompletableFuture<@Nullable ApiMessage> start(
            ApiHandler<Q> handler, int version, Q request) {
        return start(handler, new RecordContext(this, (short) version, "test"), request);
    }

    <Q extends ApiMessage> CompletableFuture<@Nullable ApiMessage> start(
            ApiHandler<Q> handler, RecordContext context, Q request) {
        contexts.add(context);
        CompletableFuture<@Nullable ApiMessage> answer = new CompletableFuture<>();
        eventLoop.execute(() -> {
            try {
                var _ = handler.handle(context, request).whenComplete((response, failure) -> {
                    if (failure == null) {
                        answer.complete(response);
                    } else {
                        answer.completeExceptionally(failure);
                    }
                });
            } catch (RuntimeException failure) {
                answer.completeExceptionally(failure);
            } finally {
                context.releaseBody();
            }
        });
        return answer;
    }

    <Q extends ApiMessage, R extends ApiMessage> R ask(ApiHandler<Q> handler, int version, Q request, Class<R> response)
            throws Exception {
        return Objects.requireNonNull(
                response.cast(start(handler, version, request).get(10, TimeUnit.SECONDS)));
    }

    /** Produces one batch with acks=all. */
    PartitionProduceResponse produce(String topic, int partition, ByteBuffer batch) throws Exception {
        return produced(ask(producer(), 12, request(topic, partition, batch), ProduceResponseData.class));
    }

    PartitionProduceResponse produce(String topic, int partition, String... values) throws Exception {
        return produce(topic, partition, batch(values));
    }

    static PartitionProduceResponse produced(ProduceResponseData response) {
        return response.responses().iterator().next().partitionResponses().getFirst();
    }

    static ProduceRequestData request(String topic, int partition, @Nullable ByteBuffer batch) {
        return request(new TopicProduceData().setName(topic), partition, batch);
    }

    static ProduceRequestData request(TopicProduceData topic, int partition, @Nullable ByteBuffer batch) {
        PartitionProduceData data = new PartitionProduceData().setIndex(partition);
        topic.partitionData().add(batch == null ? data : data.setRecords(MemoryRecords.readableRecords(batch)));
        ProduceRequestData request =
                new ProduceRequestData().setAcks((short) -1).setTimeoutMs(1000);
        request.topicData().add(topic);
        return request;
    }

    static ByteBuffer batch(String... values) {
        return batch(Compression.NONE, System.currentTimeMillis(), values);
    }

    static ByteBuffer batch(Compression compression, long timestampMs, String... values) {
        SimpleRecord[] records = new SimpleRecord[values.length];
        for (int i = 0; i < values.length; i++) {
            records[i] = new SimpleRecord(timestampMs, values[i].getBytes(StandardCharsets.UTF_8));
        }
        return copy(MemoryRecords.withRecords(compression, records).buffer());
    }

    static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
    }

    /** What a fetched slice holds; the slice is released. */
    static List<String> values(@Nullable BaseRecords records) throws IOException {
        LogSlice slice = (LogSlice) Objects.requireNonNull(records);
        ByteBuffer bytes = ByteBuffer.allocate(slice.sizeInBytes());
        if (!slice.isEmpty()) {
            slice.copyTo(bytes, 0);
        }
        slice.release();
        List<String> values = new ArrayList<>();
        for (Record entry : MemoryRecords.readableRecords(bytes.flip()).records()) {
            values.add(StandardCharsets.UTF_8
                    .decode(Objects.requireNonNull(entry.value()))
                    .toString());
        }
        return values;
    }

    @Override
    public void close() {
        // What is still to be released is released by the time the loop has come here.
        CompletableFuture.runAsync(() -> {}, eventLoop).join();
        for (RecordContext context : contexts) {
            if (context.references() != 0) {
                throw new IllegalStateException("a request's bytes were not released: " + context.references());
            }
        }
        eventLoop.shutdownNow();
        blocking.shutdownNow();
        logs.close();
        cluster.close();
    }
}
