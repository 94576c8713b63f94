package io.millrace.cli;

import io.millrace.cli.ConsumeCommand.Reading;
import io.millrace.cli.record.StartPoint;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/** Polls, prints and commits until there is a reason to end. Runs on the command's thread; a wake-up ends it. */
final class ConsumeLoop implements ConsumerRebalanceListener {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final int QUIET_POLLS_BEFORE_LOOKING = 4;

    private final Consumer<byte[], byte[]> consumer;
    private final Reading reading;
    private final PrintWriter out;
    private final ClientOptions client;
    private final Map<TopicPartition, OffsetAndMetadata> printed = new HashMap<>();
    private final Map<TopicPartition, Long> ends = new HashMap<>();
    private long left;
    private boolean assigned;
    private boolean waiting;

    ConsumeLoop(Consumer<byte[], byte[]> consumer, Reading reading, PrintWriter out, ClientOptions client) {
        this.consumer = consumer;
        this.reading = reading;
        this.out = out;
        this.client = client;
        this.left = reading.count();
    }

    void run() {
        try {
            begin();
            int quietPolls = 0;
            while (!done()) {
                ConsumerRecords<byte[], byte[]> polled = consumer.poll(POLL);
                quietPolls = polled.isEmpty() ? quietPolls + 1 : 0;
                print(polled);
                if (out.checkError()) {
                    return;
                }
                commit();
                lookForBroker(quietPolls);
            }
        } catch (WakeupException e) {
            // the user stops it: what was printed is committed, and that is all
            out.flush();
            commit();
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        assigned = true;
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(new HashSet<>(partitions));
        position(partitions.stream()
                .filter(partition -> committed.get(partition) == null)
                .toList());
        rememberEnds(partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        commit();
        partitions.forEach(ends::remove);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        partitions.forEach(printed::remove);
        partitions.forEach(ends::remove);
    }

    private void begin() {
        List<TopicPartition> all = partitions();
        if (reading.inGroup()) {
            consumer.subscribe(List.of(reading.topic()), this);
            return;
        }
        assigned = true;
        consumer.assign(all);
        position(all);
        rememberEnds(all);
    }

    private List<TopicPartition> partitions() {
        Set<Integer> there = existing();
        if (there.isEmpty()) {
            throw CliException.noSuchTopic(reading.topic());
        }
        for (int wanted : reading.partitions()) {
            if (!there.contains(wanted)) {
                throw new CliException(
                        ExitCode.NOT_FOUND,
                        "Topic '" + reading.topic() + "' has no partition " + wanted + ": it has 0 to "
                                + (there.size() - 1) + '.');
            }
        }
        return (reading.partitions().isEmpty() ? there : new HashSet<>(reading.partitions()))
                .stream()
                        .map(index -> new TopicPartition(reading.topic(), index))
                        .toList();
    }

    private Set<Integer> existing() {
        try {
            List<PartitionInfo> found = consumer.partitionsFor(reading.topic());
            return found == null
                    ? Set.of()
                    : found.stream().map(PartitionInfo::partition).collect(Collectors.toSet());
        } catch (InvalidTopicException e) {
            throw new CliException(
                    ExitCode.USAGE,
                    "'" + reading.topic()
                            + "' cannot be a topic's name: letters, digits, '.', '_' and '-', at most 249.",
                    e);
        }
    }

    private void position(Collection<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            return;
        }
        switch (reading.from()) {
            case StartPoint.Beginning() -> consumer.seekToBeginning(partitions);
            case StartPoint.End() -> consumer.endOffsets(partitions).forEach(consumer::seek);
            case StartPoint.Offset(long offset) -> seekWithin(partitions, end -> offset);
            case StartPoint.Last(long records) -> seekWithin(partitions, end -> end - records);
            case StartPoint.Time(long timestampMs) -> seekToTime(partitions, timestampMs);
        }
    }

    private void seekWithin(Collection<TopicPartition> partitions, java.util.function.LongUnaryOperator target) {
        Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
        consumer.endOffsets(partitions).forEach((partition, end) -> {
            long start = starts.getOrDefault(partition, 0L);
            consumer.seek(partition, Math.clamp(target.applyAsLong(end), start, end));
        });
    }

    private void seekToTime(Collection<TopicPartition> partitions, long timestampMs) {
        Map<TopicPartition, Long> asked =
                partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> timestampMs));
        Map<TopicPartition, Long> endOffsets = consumer.endOffsets(partitions);
        Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(asked);
        endOffsets.forEach((partition, end) -> {
            @Nullable OffsetAndTimestamp first = found.get(partition);
            consumer.seek(partition, first == null ? end : first.offset());
        });
    }

    private void rememberEnds(Collection<TopicPartition> partitions) {
        if (reading.untilEnd()) {
            ends.putAll(consumer.endOffsets(partitions));
        }
    }

    private boolean done() {
        return left == 0
                || (reading.untilEnd() && assigned && ends.entrySet().stream().allMatch(this::reached));
    }

    private boolean reached(Map.Entry<TopicPartition, Long> end) {
        return consumer.position(end.getKey()) >= end.getValue();
    }

    private void print(ConsumerRecords<byte[], byte[]> polled) {
        for (ConsumerRecord<byte[], byte[]> consumed : polled) {
            if (left == 0) {
                return;
            }
            var partition = new TopicPartition(consumed.topic(), consumed.partition());
            if (consumed.offset() >= ends.getOrDefault(partition, Long.MAX_VALUE)) {
                continue;
            }
            out.print(reading.formatter().format(consumed));
            out.print('\n');
            left--;
            printed.put(partition, new OffsetAndMetadata(consumed.offset() + 1, consumed.leaderEpoch(), ""));
        }
    }

    /** Commits what was printed, which is flushed by then: a crash in between shows a record twice, never not at all. */
    private void commit() {
        if (reading.inGroup() && !printed.isEmpty()) {
            consumer.commitSync(printed);
        }
        printed.clear();
    }

    /** Kafka's consumer waits for a broker that has gone without a word; whoever watches should hear one. */
    private void lookForBroker(int quietPolls) {
        if (quietPolls % QUIET_POLLS_BEFORE_LOOKING != QUIET_POLLS_BEFORE_LOOKING - 1) {
            return;
        }
        String refusal = client.addresses().refusal();
        if (!refusal.isEmpty() && reading.untilEnd()) {
            throw new TimeoutException("no broker at " + client.bootstrap + " any more: " + refusal);
        }
        if (!refusal.isEmpty() != waiting) {
            waiting = !waiting;
            System.err.println(
                    waiting
                            ? "millrace: no broker at " + client.bootstrap + " now (" + refusal + "); waiting for it."
                            : "millrace: the broker is back.");
        }
    }
}
