package io.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.storage.producer.Verification;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * The transactions of a log, as its batches tell them. The invariant: who reads no further than the last stable offset, and leaves
 * out what the index says was aborted, has read just the committed records.
 */
final class ModelTransactions {
    /** What a marker's record looks like as text. */
    static final String MARKER_VALUE = "\0".repeat(6);

    private static final long FIRST_PRODUCER = 10;

    private final Map<Long, Long> open = new TreeMap<>();
    private final List<Ended> ended = new ArrayList<>();

    /** What a batch is to its producer's transaction. */
    enum Part {
        NONE,
        RECORDS,
        COMMIT,
        ABORT
    }

    private record Ended(long producerId, long first, long marker, boolean aborted) {}

    static long producer(Random random) {
        return FIRST_PRODUCER + random.nextInt(3);
    }

    static Part next(Random random) {
        return List.of(Part.RECORDS, Part.RECORDS, Part.RECORDS, Part.COMMIT, Part.ABORT)
                .get(random.nextInt(5));
    }

    /** The coordinator, which knows every transaction, says yes. */
    static TransactionTerms terms(PartitionLog log, Part part, long producerId, int sequence) {
        Verification verification =
                part == Part.RECORDS ? log.verifications().begin(producerId, (short) 0, sequence, false) : null;
        return verification == null ? TransactionTerms.NONE : TransactionTerms.verified(verification);
    }

    /** A batch of the log, in its order. */
    void add(long producerId, long offset, Part part) {
        if (part == Part.RECORDS) {
            open.putIfAbsent(producerId, offset);
        } else if (part != Part.NONE) {
            Long first = open.remove(producerId);
            if (first != null) {
                ended.add(new Ended(producerId, first, offset, part == Part.ABORT));
            }
        }
    }

    void check(PartitionLog log, Random random) {
        LogPosition committed = random.nextBoolean() ? log.end() : log.durableEnd();
        assertThat(log.stableBefore(committed).offset())
                .as(
                        "last stable offset of %s below %d: open %s, ended %s",
                        log.partition(), committed.offset(), open, ended)
                .isEqualTo(Math.max(stable(committed.offset()), Math.min(log.logStartOffset(), committed.offset())));
        log.committed(log.durableEnd().offset());
        long start = log.logStartOffset();
        long from = start + random.nextInt((int) (log.end().offset() - start) + 1);
        long to = from + random.nextInt((int) (log.end().offset() - from) + 1);
        assertThat(log.abortedTransactions(from, to))
                .as("aborted transactions of %s from %d to %d", log.partition(), from, to)
                .extracting(AbortedRecords::producerId, AbortedRecords::firstOffset)
                .containsExactlyElementsOf(ended.stream()
                        .filter(each -> each.aborted && each.marker >= from && each.first < to)
                        .map(each -> org.assertj.core.groups.Tuple.tuple(each.producerId, each.first))
                        .toList());
    }

    private long stable(long committed) {
        long stable = committed;
        for (long first : open.values()) {
            stable = Math.min(stable, first);
        }
        for (Ended each : ended) {
            stable = each.marker >= committed ? Math.min(stable, each.first) : stable;
        }
        return stable;
    }
}
