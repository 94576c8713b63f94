package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.storage.Batches.Keyed;
import io.millrace.storage.LogAppend.Origin;
import io.millrace.storage.PartitionLog.TimestampedOffset;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.internal.CompressionType;

/**
 * What one log must be: a list of records, and what of it was promised. The invariants: no promised record lost, none twice,
 * none out of order, none that was never sent; the start never goes back behind a promised one; retries are known. Compaction
 * may take only what {@link #checkMissing} lets it take.
 */
final class LogModel {
    private static final int KEYS = 12;

    final TopicIdPartition partition;
    final LogConfig config;
    private final Random random;
    private final LongSupplier nowMs;
    private final List<Batch> batches = new ArrayList<>();
    private final List<Line> lines = new ArrayList<>();
    private final Deque<Batch> underWay = new ArrayDeque<>();
    private final Map<Long, Integer> nextSequence = new HashMap<>();
    private final List<CompletableFuture<Void>> advances = new ArrayList<>();
    private long promisedEnd;
    private long promisedStart;
    private int epoch;
    private int sent;
    private int missing;

    /** A batch as it was sent; its base offset is known once it is in the log. */
    private record Batch(long baseOffset, long producerId, int sequence, int epoch, List<Keyed> lines) {
        Batch at(long offset) {
            return new Batch(offset, producerId, sequence, epoch, lines);
        }

        ByteBuffer bytes() {
            CompressionType codec = sequence % 3 == 1 ? CompressionType.LZ4 : CompressionType.NONE;
            return Batches.keyed(Compression.of(codec).build(), producerId, sequence, lines);
        }
    }

    private record Line(Keyed record, int epoch, long sentMs) {
        long timestampMs() {
            return record.timestampMs();
        }
    }

    LogModel(TopicIdPartition partition, LogConfig config, Random random, LongSupplier nowMs) {
        this.partition = partition;
        this.config = config;
        this.random = random;
        this.nowMs = nowMs;
    }

    long end() {
        return lines.size();
    }

    /** Hears what the log promises. */
    LogListener listener() {
        return new LogListener() {
            @Override
            public void appended(LogPosition end) {
                assertThat(end.offset()).isGreaterThanOrEqualTo(promisedEnd);
            }

            @Override
            public void durable(LogPosition end) {
                assertThat(end.offset()).as("durable end of %s", partition).isGreaterThanOrEqualTo(promisedEnd);
                promisedEnd = end.offset();
            }

            @Override
            public void failed(Throwable cause) {
                // what was promised before stays promised
            }
        };
    }

    void append(PartitionLog log, long nowMs) {
        Batch batch = newBatch(nowMs);
        underWay.add(batch);
        log.append(new LogAppend(batch.bytes(), epoch, Origin.CLIENT, outcome -> appended(batch, outcome)));
    }

    private Batch newBatch(long nowMs) {
        if (random.nextInt(20) == 0) {
            epoch++;
        }
        int count = 1 + random.nextInt(4);
        List<Keyed> batch = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String value =
                    random.nextInt(6) == 0 ? null : partition + " " + sent++ + " " + "v".repeat(random.nextInt(200));
            batch.add(new Keyed(0, nowMs - random.nextInt(2_000), "key " + random.nextInt(KEYS), value));
        }
        long producerId = random.nextInt(4) - 1L;
        int sequence = producerId < 0 ? -1 : nextSequence.getOrDefault(producerId, 0);
        nextSequence.put(producerId, sequence + count);
        return new Batch(-1, producerId, sequence, epoch, batch);
    }

    private void appended(Batch batch, AppendOutcome outcome) {
        if (outcome instanceof AppendOutcome.Appended done) {
            assertThat(underWay.remove()).isSameAs(batch);
            assertThat(done.baseOffset()).as("base offset in %s", partition).isEqualTo(end());
            add(batch, nowMs.getAsLong());
        } else {
            // offline: the batch stays under way, since nobody knows whether it reached the disk
            assertThat(outcome)
                    .as("%s for %s", outcome, batch)
                    .isInstanceOfSatisfying(
                            AppendOutcome.Refused.class,
                            refused -> assertThat(refused.error())
                                    .as("%s for %s", outcome, batch)
                                    .isEqualTo(Errors.KAFKA_STORAGE_ERROR));
        }
    }

    private void add(Batch batch, long sentMs) {
        batches.add(batch.at(end()));
        for (Keyed line : batch.lines) {
            lines.add(new Line(
                    new Keyed(lines.size(), line.timestampMs(), line.key(), line.value()), batch.epoch, sentMs));
        }
    }

    /** Sends one of its producer's last five batches again. */
    void retry(PartitionLog log) {
        long producerId = random.nextInt(3);
        List<Batch> own = batches.stream()
                .filter(batch -> batch.producerId == producerId && batch.baseOffset >= log.logStartOffset())
                .toList();
        if (own.isEmpty() || !underWay.isEmpty()) {
            return;
        }
        Batch again = own.get(own.size() - 1 - random.nextInt(Math.min(5, own.size())));
        log.append(new LogAppend(again.bytes(), epoch, Origin.CLIENT, outcome -> {
            if (!(outcome instanceof AppendOutcome.Refused refused && refused.error() == Errors.KAFKA_STORAGE_ERROR)) {
                assertThat(outcome)
                        .as("retry of %s in %s", again, partition)
                        .isEqualTo(new AppendOutcome.Duplicate(
                                again.baseOffset, -1, again.baseOffset + again.lines.size()));
            }
        }));
    }

    void advanceStart(PartitionLog log) {
        long to = log.logStartOffset() + random.nextInt((int) (end() - log.logStartOffset()) + 1);
        advances.add(log.advanceStart(to).thenAccept(start -> promisedStart = Math.max(promisedStart, to)));
    }

    /** All moves of the start that were asked for have been answered. */
    void checkAnswered() {
        assertThat(advances).allMatch(CompletableFuture::isDone);
        advances.clear();
    }

    /** The log has been opened again after a crash, or a stop. */
    void reopened(PartitionLog log, boolean pageCacheLost) {
        long end = log.end().offset();
        while (end() < end && !underWay.isEmpty()) {
            add(underWay.remove(), nowMs.getAsLong());
        }
        assertThat(end).as("end of %s", partition).isLessThanOrEqualTo(end());
        if (!pageCacheLost) {
            assertThat(end).as("end of %s after a kill", partition).isEqualTo(end());
        } else if (config.durability() == LogConfig.Durability.DISK) {
            assertThat(end).as("end of %s after power failure", partition).isGreaterThanOrEqualTo(promisedEnd);
        }
        underWay.clear();
        advances.clear();
        forgetBehind(end);
        promisedEnd = end;
        assertThat(log.durableEnd().offset()).isEqualTo(end);
        assertThat(log.logStartOffset()).as("start of %s", partition).isGreaterThanOrEqualTo(promisedStart);
        promisedStart = log.logStartOffset();
    }

    private void forgetBehind(long end) {
        lines.subList((int) end, lines.size()).clear();
        batches.removeIf(batch -> batch.baseOffset >= end);
        nextSequence.clear();
        batches.forEach(batch -> nextSequence.put(batch.producerId, batch.sequence + batch.lines.size()));
    }

    /** Everything that a reader can see. */
    void check(PartitionLog log) {
        BitSet there = checkReads(log);
        checkMissing(log, there);
        long start = log.logStartOffset();
        if (start < end()) {
            long offset = start + random.nextInt((int) (end() - start));
            assertThat(log.epochAt(offset))
                    .as("epoch at %d of %s", offset, partition)
                    .contains(lines.get((int) offset).epoch);
        }
        checkTimes(log, start, there);
    }

    /** Reads all there is. Returns which lines are there. */
    private BitSet checkReads(PartitionLog log) {
        BitSet there = new BitSet();
        Map<Long, Long> lastOfProducers = new HashMap<>();
        long next = log.logStartOffset();
        while (next < end()) {
            int maxBytes = 1 + random.nextInt(2_000);
            LogPosition limit = random.nextBoolean()
                    ? log.end()
                    : random.nextBoolean()
                            ? log.durableEnd()
                            : new LogPosition(log.end().offset(), -1, -1);
            ByteBuffer bytes = TestStore.bytes(log.read(next, maxBytes, limit, true));
            assertThat(bytes.hasRemaining() || next >= limit.offset())
                    .as("records of %s from %d to %s", partition, next, limit)
                    .isTrue();
            for (Keyed record : Batches.keyed(bytes)) {
                assertThat(record)
                        .as("record of %s, read from %d", partition, next)
                        .isEqualTo(lines.get((int) record.offset()).record);
                if (record.offset() >= next) {
                    assertThat(there.get((int) record.offset())).isFalse();
                    there.set((int) record.offset());
                }
            }
            if (!bytes.hasRemaining()) {
                assertThat(log.durableEnd().offset()).isLessThan(end());
                continue;
            }
            lastOfProducers.putAll(Batches.lastOffsetOfProducers(bytes));
            long after = Batches.nextOffset(bytes);
            assertThat(after).as("end of a read of %s from %d", partition, next).isGreaterThan(next);
            next = after;
        }
        checkProducers(log, lastOfProducers);
        return there;
    }

    /** Whoever knows the log alone can tell what each producer sent last. */
    private void checkProducers(PartitionLog log, Map<Long, Long> seen) {
        Map<Long, Long> expected = new HashMap<>();
        for (Batch batch : batches) {
            long last = batch.baseOffset + batch.lines.size() - 1;
            if (batch.producerId >= 0 && last >= log.logStartOffset()) {
                expected.put(batch.producerId, last);
            }
        }
        assertThat(seen).as("last offset of each producer in %s", partition).isEqualTo(expected);
    }

    /**
     * What is missing may be missing: of each key the last record is there, or it was a tombstone, is old enough, and took all
     * before it along; and nothing is missing where recovery might still change the log.
     */
    private void checkMissing(PartitionLog log, BitSet there) {
        LogState state = ((SegmentedLog) log).state();
        boolean compacts = config.cleanup().compacts();
        long untouched = compacts ? state.recoveryPoint().segmentBaseOffset() : log.logStartOffset();
        Map<String, Line> last = new HashMap<>();
        for (int i = (int) log.logStartOffset(); i < lines.size(); i++) {
            Line line = lines.get(i);
            assertThat(there.get(i) || i < untouched)
                    .as("offset %d of %s is there (recovery point %s)", i, partition, state.recoveryPoint())
                    .isTrue();
            last.put(line.record.key(), line);
        }
        for (Line line : last.values()) {
            int offset = (int) line.record.offset();
            boolean mayGo = line.record.value() == null
                    && line.sentMs + config.cleanup().compaction().deleteRetentionMs() <= nowMs.getAsLong();
            assertThat(there.get(offset) || mayGo)
                    .as(
                            "the last record of its key, %s of %s, is there at %s; from %s to %s there are %s",
                            line, partition, nowMs.getAsLong(), log.logStartOffset(), log.end(), there)
                    .isTrue();
            for (int i = (int) log.logStartOffset(); i < offset; i++) {
                boolean older = there.get(i) && lines.get(i).record.key().equals(line.record.key());
                assertThat(older && !there.get(offset))
                        .as("offset %d of %s is there, but the tombstone at %d is not", i, partition, offset)
                        .isFalse();
            }
        }
        missing += (int) (end() - log.logStartOffset()) - there.cardinality();
    }

    private void checkTimes(PartitionLog log, long start, BitSet there) {
        if (lines.isEmpty()) {
            return;
        }
        long timestamp = lines.get(random.nextInt(lines.size())).timestampMs() + random.nextInt(3) - 1;
        Optional<TimestampedOffset> first = Optional.empty();
        Optional<TimestampedOffset> latest = Optional.empty();
        for (int i = there.nextSetBit((int) start); i >= 0; i = there.nextSetBit(i + 1)) {
            Line line = lines.get(i);
            TimestampedOffset here = new TimestampedOffset(line.timestampMs(), i, line.epoch);
            if (first.isEmpty() && line.timestampMs() >= timestamp) {
                first = Optional.of(here);
            }
            if (latest.isEmpty() || line.timestampMs() > latest.get().timestampMs()) {
                latest = Optional.of(here);
            }
        }
        assertThat(log.firstAtOrAfter(timestamp, end()))
                .as("first at %d of %s", timestamp, partition)
                .isEqualTo(first);
        assertThat(log.maxTimestamp(end())).as("latest of %s", partition).isEqualTo(latest);
    }

    /** Retention may have taken records up to a start: only such as are old enough. */
    void checkRetention(long before, long start, long nowMs) {
        for (int offset = (int) before; offset < start; offset++) {
            if (isLastOfItsKey(offset) || !config.cleanup().compacts()) {
                assertThat(nowMs - lines.get(offset).timestampMs())
                        .as("age of offset %d of %s, taken by retention", offset, partition)
                        .isGreaterThan(config.retentionMs());
            }
        }
    }

    private boolean isLastOfItsKey(int offset) {
        Keyed line = lines.get(offset).record;
        return line.value() != null
                && lines.stream()
                        .skip(offset + 1)
                        .noneMatch(later -> later.record.key().equals(line.key()));
    }

    /** How many records compaction had removed, counted at each check. */
    int missing() {
        return missing;
    }
}
