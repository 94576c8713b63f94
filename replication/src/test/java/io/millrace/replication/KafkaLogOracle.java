package io.millrace.replication;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse.RecordError;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.util.KafkaScheduler;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.LogDirFailureChannel;
import org.apache.kafka.storage.internals.log.ProducerStateManagerConfig;
import org.apache.kafka.storage.internals.log.RecordValidationException;
import org.apache.kafka.storage.internals.log.UnifiedLog;
import org.apache.kafka.storage.log.metrics.BrokerTopicStats;

/** Kafka's own log: what it says of a producer's batch. */
final class KafkaLogOracle implements AutoCloseable {
    private static final int HOUR_MS = 3_600_000;

    private final KafkaScheduler scheduler = new KafkaScheduler(1);
    private final UnifiedLog log;

    KafkaLogOracle(Path directory, Map<String, String> config) {
        File partition = directory.resolve("t-0").toFile();
        if (!partition.mkdirs()) {
            throw new IllegalStateException("cannot make " + partition);
        }
        scheduler.startup();
        try {
            log = UnifiedLog.create(
                    partition,
                    new LogConfig(config),
                    0,
                    0,
                    scheduler,
                    new BrokerTopicStats(),
                    Time.SYSTEM,
                    HOUR_MS,
                    new ProducerStateManagerConfig(HOUR_MS, false),
                    HOUR_MS,
                    new LogDirFailureChannel(1),
                    true,
                    Optional.of(Uuid.randomUuid()));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** What Kafka says: the error, and the indexes of the records at fault. */
    record Verdict(Errors error, List<Integer> records) {}

    Verdict append(ByteBuffer batch, short produceVersion) {
        MemoryRecords records = MemoryRecords.readableRecords(batch);
        try {
            ProduceRequest.validateRecords(produceVersion, records);
            log.appendAsLeader(records, 0);
            return new Verdict(Errors.NONE, List.of());
        } catch (RecordValidationException refused) {
            List<Integer> indexes = refused.recordErrors().stream()
                    .map((RecordError error) -> error.batchIndex)
                    .toList();
            return new Verdict(Errors.forException(refused.invalidException()), indexes);
        } catch (RuntimeException | IOException refused) {
            return new Verdict(Errors.forException(refused), List.of());
        }
    }

    @Override
    public void close() {
        log.close();
        try {
            scheduler.shutdown();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
