package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.storage.LogAppend.Origin;
import io.millrace.storage.PartitionLog.TimestampedOffset;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.protocol.Errors;

/**
 * What one log must be: a list of records, and what of it was promised. The invariants: no promised record lost, none twice,
 * none out of order, none that was never sent; the start never goes back behind a promised one; retries are known.
 */
final class LogModel {
    final TopicIdPartition partition;
    final LogConfig config;
    private final Random random;
    private final List<Batch> batches = new ArrayList<>();
    private final List<Line> lines = new ArrayList<>();
    private final Deque<Batch> underWay = new ArrayDeque<>();
    private final Map<Long, Integer> nextSequence = new HashMap<>();
    private final Set<Long> refusedProducers = new HashSet<>();
    private final List<CompletableFuture<Void>> advances = new ArrayList<>();
    private long promisedEnd;
    private long promisedStart;
    private int epoch;
    private int sent;

    /** A batch as it was sent; its base offset is known once it is in the log. */
    private record Batch(
            long baseOffset, long producerId, int sequence, int epoch, List<Long> timestampsMs, List<String> values) {
        Batch at(long offset) {
            return new Batch(offset, producerId, sequence, epoch, timestampsMs, values);
        }

        ByteBuffer bytes() {
            return Batches.of(producerId, sequence, timestampsMs, values);
        }
    }

    private record Line(long timestampMs, String value, int epoch) {}

    LogModel(TopicIdPartition partition, LogConfig config, Random random) {
        this.partition = partition;
        this.config = config;
        this.random = random;
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
        log.append(new LogAppend(batch.bytes(), epoch, Origin.CLIENT, outcome -> appended(log, batch, outcome)));
    }

    private Batch newBatch(long nowMs) {
        if (random.nextInt(20) == 0) {
            epoch++;
        }
        int count = 1 + random.nextInt(4);
        List<Long> timestamps = new ArrayList<>();
        List<String> values = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            timestamps.add(nowMs - random.nextInt(2_000));
            values.add(partition + " " + sent++ + " " + "v".repeat(random.nextInt(200)));
        }
        long producerId = random.nextInt(4) - 1L;
        int sequence = producerId < 0 ? -1 : nextSequence.getOrDefault(producerId, 0);
        nextSequence.put(producerId, sequence + count);
        return new Batch(-1, producerId, sequence, epoch, timestamps, values);
    }

    private void appended(PartitionLog log, Batch batch, AppendOutcome outcome) {
        if (outcome instanceof AppendOutcome.Appended done) {
            assertThat(underWay.remove()).isSameAs(batch);
            assertThat(done.baseOffset()).as("base offset in %s", partition).isEqualTo(end());
            add(batch);
            takeUpSequences();
            return;
        }
        assertThat(outcome).as("%s for %s", outcome, batch).isInstanceOf(AppendOutcome.Refused.class);
        Errors error = ((AppendOutcome.Refused) outcome).error();
        if (((SegmentedLog) log).directory().isOnline()) {
            // no space: it is not in the log and never will be, and those of its producer behind it are out of order
            underWay.removeIf(other -> other == batch);
            boolean behindRefused = !refusedProducers.add(batch.producerId);
            assertThat(error)
                    .as("%s for %s", outcome, batch)
                    .isIn(
                            Errors.KAFKA_STORAGE_ERROR,
                            behindRefused ? Errors.OUT_OF_ORDER_SEQUENCE_NUMBER : Errors.KAFKA_STORAGE_ERROR);
            takeUpSequences();
        } else {
            // offline: the batch stays under way, since nobody knows whether it reached the disk
            assertThat(error).as("%s for %s", outcome, batch).isEqualTo(Errors.KAFKA_STORAGE_ERROR);
        }
    }

    /** A producer that was refused goes on behind its last batch in the log, once nothing of it is under way. */
    private void takeUpSequences() {
        for (long producerId : List.copyOf(refusedProducers)) {
            if (underWay.stream().noneMatch(batch -> batch.producerId == producerId)) {
                refusedProducers.remove(producerId);
                nextSequence.put(producerId, 0);
                batches.stream()
                        .filter(batch -> batch.producerId == producerId)
                        .forEach(batch -> nextSequence.put(producerId, batch.sequence + batch.values.size()));
            }
        }
    }

    private void add(Batch batch) {
        batches.add(batch.at(end()));
        for (int i = 0; i < batch.values.size(); i++) {
            lines.add(new Line(batch.timestampsMs.get(i), batch.values.get(i), batch.epoch));
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
                                again.baseOffset, -1, again.baseOffset + again.values.size()));
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
            add(underWay.remove());
        }
        assertThat(end).as("end of %s", partition).isLessThanOrEqualTo(end());
        if (!pageCacheLost) {
            assertThat(end).as("end of %s after a kill", partition).isEqualTo(end());
        } else if (config.durability() == LogConfig.Durability.DISK) {
            assertThat(end).as("end of %s after power failure", partition).isGreaterThanOrEqualTo(promisedEnd);
        }
        underWay.clear();
        refusedProducers.clear();
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
        batches.forEach(batch -> nextSequence.put(batch.producerId, batch.sequence + batch.values.size()));
    }

    /** Everything that a reader can see. */
    void check(PartitionLog log) {
        checkReads(log);
        long start = log.logStartOffset();
        if (start < end()) {
            long offset = start + random.nextInt((int) (end() - start));
            assertThat(log.epochAt(offset))
                    .as("epoch at %d of %s", offset, partition)
                    .contains(lines.get((int) offset).epoch);
        }
        checkTimes(log, start);
    }

    private void checkReads(PartitionLog log) {
        long next = log.logStartOffset();
        while (next < end()) {
            int maxBytes = 1 + random.nextInt(2_000);
            LogPosition limit =
                    random.nextBoolean() ? log.end() : new LogPosition(log.end().offset(), -1, -1);
            ByteBuffer bytes = TestStore.bytes(log.read(next, maxBytes, limit, true));
            List<Batches.Seen> seen = Batches.records(bytes);
            assertThat(seen).as("records of %s from %d", partition, next).isNotEmpty();
            assertThat(seen.getFirst().offset()).isLessThanOrEqualTo(next);
            for (Batches.Seen record : seen) {
                Line line = lines.get((int) record.offset());
                assertThat(record).isEqualTo(new Batches.Seen(record.offset(), line.timestampMs, line.value));
            }
            assertThat(seen.getLast().offset()).isGreaterThanOrEqualTo(next);
            assertThat(seen)
                    .hasSize((int) (seen.getLast().offset() - seen.getFirst().offset()) + 1);
            next = seen.getLast().offset() + 1;
        }
    }

    private void checkTimes(PartitionLog log, long start) {
        if (lines.isEmpty()) {
            return;
        }
        long timestamp = lines.get(random.nextInt(lines.size())).timestampMs + random.nextInt(3) - 1;
        Optional<TimestampedOffset> first = Optional.empty();
        Optional<TimestampedOffset> latest = Optional.empty();
        for (int i = (int) start; i < lines.size(); i++) {
            Line line = lines.get(i);
            TimestampedOffset here = new TimestampedOffset(line.timestampMs, i, line.epoch);
            if (first.isEmpty() && line.timestampMs >= timestamp) {
                first = Optional.of(here);
            }
            if (latest.isEmpty() || line.timestampMs > latest.get().timestampMs()) {
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
        for (long offset = before; offset < start; offset++) {
            assertThat(nowMs - lines.get((int) offset).timestampMs).isGreaterThan(config.retentionMs());
        }
    }
}
