package io.millrace.storage;

import io.millrace.storage.disk.CheckedFile;
import io.millrace.storage.disk.CorruptFileException;
import io.millrace.storage.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far compaction has come in each log of a directory. Safe for any thread. If it is lost, logs are cleaned from their
 * beginning again, which changes nothing but the time it takes. A {@link CheckedFile} whose contents are
 *
 * <pre>
 *  0  4  number of logs, then for each:
 *  0  16 topic id
 * 16  4  partition
 * 20  8  first offset that was not cleaned
 * 28  8  first offset that was not touched: none may be missing from here on
 * </pre>
 */
final class CleanedOffsets {
    private static final Logger LOG = LoggerFactory.getLogger(CleanedOffsets.class);
    private static final CheckedFile FORMAT = new CheckedFile(0x4d4c4343, (short) 1);
    private static final int ENTRY = 36;
    private static final Progress NONE = new Progress(0, 0);

    private final Disk disk;
    private final Path file;
    private final boolean lost;

    /** Guarded by this. Topics have no name here: their id is enough. */
    private final Map<TopicIdPartition, Progress> logs = new HashMap<>();

    private record Progress(long cleanedTo, long touchedTo) {}

    private CleanedOffsets(Disk disk, Path file, boolean lost) {
        this.disk = disk;
        this.file = file;
        this.lost = lost;
    }

    static CleanedOffsets read(Disk disk, Path file) throws IOException {
        try {
            CleanedOffsets offsets = new CleanedOffsets(disk, file, false);
            FORMAT.read(disk, file).ifPresent(offsets::take);
            return offsets;
        } catch (CorruptFileException e) {
            LOG.warn("{}; compaction begins anew", e.getMessage());
            return new CleanedOffsets(disk, file, true);
        }
    }

    private synchronized void take(ByteBuffer contents) {
        int count = contents.getInt();
        for (int i = 0; i < count; i++) {
            Uuid topicId = new Uuid(contents.getLong(), contents.getLong());
            TopicIdPartition log = nameless(topicId, contents.getInt());
            logs.put(log, new Progress(contents.getLong(), contents.getLong()));
        }
    }

    private static TopicIdPartition nameless(Uuid topicId, int partition) {
        return new TopicIdPartition(topicId, new TopicPartition("", partition));
    }

    private synchronized Progress of(TopicIdPartition log) {
        return logs.getOrDefault(nameless(log.topicId(), log.partition()), NONE);
    }

    /** Up to where a log was cleaned; 0 for one that never was. */
    long cleanedTo(TopicIdPartition log) {
        return of(log).cleanedTo;
    }

    /** Whether compaction may have taken what lies before an offset. */
    boolean mayHaveGapsBefore(long offset, TopicIdPartition log, LogConfig config) {
        return offset <= of(log).touchedTo || (lost && config.cleanup().compacts());
    }

    /** A cleaning up to an offset begins: durable before anything is changed. */
    synchronized void touch(TopicIdPartition log, long to, Collection<TopicIdPartition> present) throws IOException {
        Progress before = of(log);
        if (to > before.touchedTo) {
            put(log, new Progress(before.cleanedTo, to), present);
        }
    }

    /** A log is clean up to an offset, durably. */
    synchronized void cleaned(TopicIdPartition log, long to, Collection<TopicIdPartition> present) throws IOException {
        put(log, new Progress(to, Math.max(to, of(log).touchedTo)), present);
    }

    /** @param present the logs that are in the directory: others are forgotten */
    private synchronized void put(TopicIdPartition log, Progress progress, Collection<TopicIdPartition> present)
            throws IOException {
        Set<TopicIdPartition> known = new HashSet<>();
        present.forEach(each -> known.add(nameless(each.topicId(), each.partition())));
        logs.keySet().retainAll(known);
        logs.put(nameless(log.topicId(), log.partition()), progress);
        ByteBuffer contents = ByteBuffer.allocate(4 + logs.size() * ENTRY).putInt(logs.size());
        logs.forEach((of, to) -> contents.putLong(of.topicId().getMostSignificantBits())
                .putLong(of.topicId().getLeastSignificantBits())
                .putInt(of.partition())
                .putLong(to.cleanedTo)
                .putLong(to.touchedTo));
        FORMAT.write(disk, file, contents.flip());
    }
}
