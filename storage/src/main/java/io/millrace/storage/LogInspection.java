package io.millrace.storage;

import io.millrace.storage.disk.CorruptFileException;
import io.millrace.storage.disk.Disk;
import io.millrace.storage.disk.FileDisk;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Looks into the files of logs, and changes nothing: without the lock, beside a running broker too. Runs on the calling thread, and
 * keeps no more than a batch in memory.
 */
public final class LogInspection {
    private static final int MAX_FINDINGS = 10_000;

    private final Disk disk;
    private final LogTree tree;

    private LogInspection(Disk disk, LogTree tree) {
        this.disk = disk;
        this.tree = tree;
    }

    /**
     * What lies at a path.
     *
     * @param path a log directory ({@code data}), the directory of one log ({@code data/topics/orders-0}), or one of its files
     * @throws NoSuchFileException if there is nothing
     * @throws NotALogException if it is something else
     */
    public static LogInspection of(Path path) throws IOException {
        return of(path, new FileDisk());
    }

    static LogInspection of(Path path, Disk disk) throws IOException {
        return new LogInspection(disk, LogTree.at(disk, path));
    }

    /** Whether one file is looked at rather than whole logs. */
    public boolean isFile() {
        return tree.file().isPresent();
    }

    /**
     * How much is looked at.
     *
     * @param compacted whether offsets may be missing, as compaction leaves them
     * @param records whether records are looked at too, or the batches they are in only
     */
    public record CheckOptions(boolean compacted, boolean records) {}

    /** What was looked at, and how many findings there were. */
    public record Extent(int logs, int segments, long batches, long bytes, long findings) {
        static final Extent NONE = new Extent(0, 0, 0, 0, 0);

        Extent plus(Extent more) {
            return new Extent(
                    logs + more.logs,
                    segments + more.segments,
                    batches + more.batches,
                    bytes + more.bytes,
                    findings + more.findings);
        }

        Extent with(long moreFindings) {
            return new Extent(logs, segments, batches, bytes, findings + moreFindings);
        }
    }

    /** Shows all that lies there, file by file. */
    public void dump(LogDump.Selection selection, Consumer<LogItem> to) throws IOException {
        LogDump dump = new LogDump(disk, selection, to);
        if (tree.file().isPresent()) {
            dump.file(tree.file().get());
            return;
        }
        for (Path log : tree.logs()) {
            dump.log(log);
        }
        if (tree.logs().size() != 1 && tree.logDirectory().isPresent()) {
            dump.checkpoint(tree.logDirectory().get().resolve(LogTree.CHECKPOINT));
        }
    }

    /** Checks whether the logs are sound. */
    public Extent verify(CheckOptions options, Consumer<LogItem.Finding> to) throws IOException {
        Extent all = Extent.NONE;
        try {
            tree.known(disk);
        } catch (CorruptFileException e) {
            to.accept(new LogItem.Finding(
                    tree.logDirectory().orElse(Path.of("")).resolve(LogTree.CHECKPOINT),
                    -1,
                    "it is damaged: at its next start the broker checks all logs instead"));
            all = all.with(1);
        }
        for (Path log : tree.logs()) {
            all = all.plus(verify(log, options, to));
        }
        return all;
    }

    /** What is found is looked at once more: a broker at work may have changed one file while another was read. */
    private Extent verify(Path log, CheckOptions options, Consumer<LogItem.Finding> to) throws IOException {
        List<LogItem.Finding> findings = new ArrayList<>();
        Extent extent = verify(log, options, findings);
        if (!findings.isEmpty()) {
            findings.clear();
            extent = verify(log, options, findings);
        }
        findings.forEach(to);
        return extent.with(findings.size());
    }

    private Extent verify(Path log, CheckOptions options, List<LogItem.Finding> to) throws IOException {
        LogCheck check = new LogCheck(
                disk, log, known().get(String.valueOf(log.getFileName())), options, (file, position, what) -> {
                    if (to.size() < MAX_FINDINGS) {
                        to.add(new LogItem.Finding(file, position, what));
                    }
                });
        try {
            check.run();
        } catch (NoSuchFileException e) {
            if (disk.exists(log)) {
                throw e;
            }
            to.clear(); // the log has been deleted meanwhile
        }
        return check.extent();
    }

    private Map<String, LogTree.Known> known() throws IOException {
        try {
            return tree.known(disk);
        } catch (CorruptFileException e) {
            return Map.of();
        }
    }
}
