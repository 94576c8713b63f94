package io.millrace.storage;

import io.millrace.storage.LogInspection.CheckOptions;
import io.millrace.storage.check.BatchOrder;
import io.millrace.storage.check.Report;
import io.millrace.storage.check.SegmentCheck;
import io.millrace.storage.check.SegmentCheck.SegmentRules;
import io.millrace.storage.check.SegmentFiles;
import io.millrace.storage.disk.CheckedFile;
import io.millrace.storage.disk.Disk;
import io.millrace.storage.producer.ProducerSnapshot;
import io.millrace.storage.segment.SegmentName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Looks over all files of one log. A broker may be writing to it meanwhile. For one thread. */
final class LogCheck {
    private final Disk disk;
    private final Path log;
    private final LogTree.@Nullable Known known;
    private final CheckOptions options;
    private final Report report;
    private int segments;
    private long batches;
    private long bytes;

    LogCheck(Disk disk, Path log, LogTree.@Nullable Known known, CheckOptions options, Report report) {
        this.disk = disk;
        this.log = log;
        this.known = known;
        this.options = options;
        this.report = report;
    }

    LogInspection.Extent extent() {
        return new LogInspection.Extent(1, segments, batches, bytes, 0);
    }

    void run() throws IOException {
        List<String> names = disk.list(log);
        TreeSet<Long> bases = new TreeSet<>();
        for (String name : names) {
            SegmentName.offsetOf(name, SegmentName.LOG).ifPresent(bases::add);
        }
        BatchOrder order = new BatchOrder(options.compacted(), this::knownEpoch);
        for (long base : bases) {
            segment(base, bases, order);
        }
        ends(bases, order);
        if (!bases.isEmpty()) {
            topicId();
        }
        for (String name : names) {
            if (SegmentName.offsetOf(name, SegmentName.SNAPSHOT).isPresent()) {
                snapshot(log.resolve(name));
            } else if (name.equals(LogTree.EPOCHS)) {
                epochs(log.resolve(name));
            }
        }
    }

    private OptionalInt knownEpoch(long offset) {
        return known == null || offset >= known.point().recoveryPoint().offset()
                ? OptionalInt.empty()
                : known.point().epochs().epochAt(offset).map(OptionalInt::of).orElseGet(OptionalInt::empty);
    }

    private void segment(long base, NavigableSet<Long> bases, BatchOrder order) throws IOException {
        SegmentFiles files = new SegmentFiles(log, base);
        SegmentRules rules = new SegmentRules(base != bases.last(), options.records());
        SegmentCheck check = new SegmentCheck(disk, files, rules, report);
        try {
            bytes += check.run(order);
            batches += check.batches();
            segments++;
        } catch (NoSuchFileException e) {
            // retention has removed it since its name was read
        }
    }

    private void ends(NavigableSet<Long> bases, BatchOrder order) {
        if (known == null) {
            return;
        }
        Checkpoint.Point point = known.point();
        if (!bases.isEmpty() && bases.first() > point.logStartOffset()) {
            report.problem(
                    log,
                    -1,
                    "the first segment begins at offset " + bases.first() + ", but the log begins at "
                            + point.logStartOffset());
        }
        long end = bases.isEmpty() ? point.logStartOffset() : order.nextOffset();
        if (end >= 0 && end < point.recoveryPoint().offset()) {
            report.problem(
                    log,
                    -1,
                    "the log ends at offset " + end + ", but was on disk up to "
                            + point.recoveryPoint().offset() + ": records are lost");
        }
    }

    private void topicId() throws IOException {
        Path file = log.resolve(PartitionMetadata.NAME);
        if (!disk.exists(file)) {
            report.problem(file, -1, "there is none: the broker cannot know which topic the log belongs to");
        } else if (!PartitionMetadata.isWhole(disk, log)) {
            report.problem(file, -1, "it is not what it should be, two lines for its version and the topic's id");
        } else if (known != null
                && !PartitionMetadata.read(disk, log)
                        .equals(Optional.of(known.log().topicId()))) {
            report.problem(
                    file,
                    -1,
                    "it names another topic id than the checkpoint, "
                            + known.log().topicId());
        }
    }

    private void snapshot(Path file) throws IOException {
        try {
            if (ProducerSnapshot.entries(CheckedFile.readAll(disk, file)).isEmpty()) {
                report.problem(file, -1, "it is damaged, and an older one or the batches have to do");
            }
        } catch (NoSuchFileException e) {
            // it was replaced by a newer one
        }
    }

    private void epochs(Path file) throws IOException {
        String text =
                StandardCharsets.UTF_8.decode(CheckedFile.readAll(disk, file)).toString();
        LeaderEpochs written = LeaderEpochs.ofText(text).orElse(null);
        if (written == null || !written.asText().equals(text)) {
            report.problem(file, -1, "it cannot be read (Millrace does not need it; Kafka's tools do)");
        } else if (known != null && !agrees(written.starts(), known.point())) {
            report.problem(
                    file,
                    -1,
                    "it says " + written.starts() + ", but the checkpoint says "
                            + known.point().epochs().starts());
        }
    }

    /** Whether the file says what the checkpoint says, and more only of what came later. */
    private static boolean agrees(List<LeaderEpochs.Start> written, Checkpoint.Point point) {
        List<LeaderEpochs.Start> checkpointed = point.epochs().starts();
        return written.size() >= checkpointed.size()
                && written.subList(0, checkpointed.size()).equals(checkpointed)
                && written.subList(checkpointed.size(), written.size()).stream()
                        .allMatch(
                                start -> start.offset() >= point.recoveryPoint().offset());
    }
}
