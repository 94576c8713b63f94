package io.millrace.storage;

import io.millrace.storage.PartitionLog.EpochEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which leader epochs wrote a log, and from which offset on each did (KIP-101). Immutable.
 *
 * <p>As text, in the format of Kafka's leader-epoch-checkpoint: version 0, the number of entries, then an epoch and its start offset on each line.
 */
record LeaderEpochs(List<Start> starts) {
    private static final String VERSION = "0";

    static final LeaderEpochs NONE = new LeaderEpochs(List.of());

    /** An epoch and the offset of its first record; both grow from one to the next. */
    record Start(int epoch, long offset) {}

    Optional<Integer> latest() {
        return starts.isEmpty()
                ? Optional.empty()
                : Optional.of(starts.getLast().epoch());
    }

    /** Whether a record with this epoch begins a new one. */
    boolean isNew(int epoch) {
        return epoch >= 0 && (starts.isEmpty() || epoch > starts.getLast().epoch());
    }

    /** With an epoch that begins here. */
    LeaderEpochs with(int epoch, long offset) {
        List<Start> all = new ArrayList<>(starts.size() + 1);
        for (Start start : starts) {
            if (start.offset() < offset) {
                all.add(start);
            }
        }
        all.add(new Start(epoch, offset));
        return new LeaderEpochs(List.copyOf(all));
    }

    /** Epoch of the record at an offset. */
    Optional<Integer> epochAt(long offset) {
        for (Start start : starts.reversed()) {
            if (start.offset() <= offset) {
                return Optional.of(start.epoch());
            }
        }
        return Optional.empty();
    }

    /**
     * Where an epoch ended (KIP-279).
     *
     * @param current the leader's epoch, under which there may be no record yet
     */
    Optional<EpochEnd> endOf(int epoch, int current, long logEnd) {
        if (epoch < 0) {
            return Optional.empty();
        }
        if (epoch == current
                || latest().filter(latest -> latest == epoch && current <= epoch)
                        .isPresent()) {
            return Optional.of(new EpochEnd(epoch, logEnd));
        }
        int floor = -1;
        for (Start start : starts) {
            if (start.epoch() > epoch) {
                return Optional.of(new EpochEnd(floor < 0 ? epoch : floor, start.offset()));
            }
            floor = start.epoch();
        }
        return epoch < current && floor >= 0 ? Optional.of(new EpochEnd(floor, logEnd)) : Optional.empty();
    }

    /** Without what lies at or behind the log's new end. */
    LeaderEpochs truncatedTo(long end) {
        if (starts.isEmpty() || starts.getLast().offset() < end) {
            return this;
        }
        return new LeaderEpochs(
                starts.stream().filter(start -> start.offset() < end).toList());
    }

    /** Without the epochs that lie before the log's new start; the one that is in force there begins there. */
    LeaderEpochs startingAt(long logStart) {
        if (starts.isEmpty() || starts.getFirst().offset() >= logStart) {
            return this;
        }
        List<Start> kept = new ArrayList<>();
        epochAt(logStart).ifPresent(epoch -> kept.add(new Start(epoch, logStart)));
        starts.stream().filter(start -> start.offset() > logStart).forEach(kept::add);
        return new LeaderEpochs(List.copyOf(kept));
    }

    String asText() {
        StringBuilder text =
                new StringBuilder(VERSION).append('\n').append(starts.size()).append('\n');
        for (Start start : starts) {
            text.append(start.epoch()).append(' ').append(start.offset()).append('\n');
        }
        return text.toString();
    }

    /** Of a text; empty if it is none of these. */
    static Optional<LeaderEpochs> ofText(String text) {
        List<String> lines = text.lines().toList();
        try {
            if (lines.size() < 2
                    || !lines.getFirst().equals(VERSION)
                    || Integer.parseInt(lines.get(1)) != lines.size() - 2) {
                return Optional.empty();
            }
            List<Start> all = new ArrayList<>();
            for (String line : lines.subList(2, lines.size())) {
                int space = line.indexOf(' ');
                all.add(new Start(
                        Integer.parseInt(line.substring(0, Math.max(0, space))),
                        Long.parseLong(line.substring(space + 1))));
            }
            return Optional.of(new LeaderEpochs(List.copyOf(all)));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
