package io.millrace.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestException;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.server.common.RequestLocal;
import org.apache.kafka.server.util.KafkaScheduler;
import org.apache.kafka.storage.internals.log.AppendOrigin;
import org.apache.kafka.storage.internals.log.Cleaner;
import org.apache.kafka.storage.internals.log.LogConfig;
import org.apache.kafka.storage.internals.log.LogDirFailureChannel;
import org.apache.kafka.storage.internals.log.LogToClean;
import org.apache.kafka.storage.internals.log.ProducerStateManagerConfig;
import org.apache.kafka.storage.internals.log.SkimpyOffsetMap;
import org.apache.kafka.storage.internals.log.UnifiedLog;
import org.apache.kafka.storage.internals.log.VerificationGuard;
import org.apache.kafka.storage.internals.utils.Throttler;
import org.apache.kafka.storage.log.metrics.BrokerTopicStats;

/** A log of Kafka's own with Kafka's own Cleaner, at a time that the test says. */
final class KafkaCleaner implements AutoCloseable {
    private static final int HOUR_MS = 3_600_000;
    private static final int BUFFER_BYTES = 1 << 20;

    private final KafkaScheduler scheduler = new KafkaScheduler(1);
    private final Time time;
    private final UnifiedLog log;
    private long cleanedTo;

    KafkaCleaner(Path partition, LongSupplier nowMs, Map<String, String> config) throws IOException {
        Files.createDirectories(partition);
        time = new GivenTime(nowMs);
        scheduler.startup();
        log = UnifiedLog.create(
                partition.toFile(),
                new LogConfig(config),
                0,
                0,
                scheduler,
                new BrokerTopicStats(),
                time,
                HOUR_MS,
                new ProducerStateManagerConfig(HOUR_MS, false),
                HOUR_MS,
                new LogDirFailureChannel(1),
                true,
                Optional.of(Uuid.randomUuid()));
    }

    void append(ByteBuffer batch, boolean marker) throws IOException {
        log.appendAsLeader(
                MemoryRecords.readableRecords(batch),
                0,
                marker ? AppendOrigin.COORDINATOR : AppendOrigin.CLIENT,
                RequestLocal.noCaching(),
                VerificationGuard.SENTINEL,
                (short) 1);
        log.updateHighWatermark(log.logEndOffset());
    }

    void clean() throws IOException, DigestException {
        long bound = Math.min(log.activeSegment().baseOffset(), log.lastStableOffset());
        LogToClean range = new LogToClean(log, cleanedTo, Math.max(cleanedTo, bound), false);
        if (range.cleanableBytes() > 0) {
            Cleaner cleaner = new Cleaner(
                    0,
                    newMap(),
                    BUFFER_BYTES,
                    BUFFER_BYTES,
                    0.9,
                    new Throttler(Double.MAX_VALUE, HOUR_MS, "cleaner", "bytes", time),
                    time,
                    partition -> {});
            cleanedTo = cleaner.clean(range).getKey();
        }
    }

    private static SkimpyOffsetMap newMap() {
        try {
            return new SkimpyOffsetMap(BUFFER_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws Exception {
        log.close();
        scheduler.shutdown();
    }

    /** Time that passes when the test lets it. */
    private record GivenTime(LongSupplier nowMs) implements Time {
        @Override
        public long milliseconds() {
            return nowMs.getAsLong();
        }

        @Override
        public long nanoseconds() {
            return System.nanoTime();
        }

        @Override
        public void sleep(long ms) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void waitObject(Object object, Supplier<Boolean> condition, long deadlineMs) {
            throw new UnsupportedOperationException();
        }
    }
}
