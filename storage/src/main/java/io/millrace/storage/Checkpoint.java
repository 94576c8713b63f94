package io.millrace.storage;

import io.millrace.storage.disk.CheckedFile;
import io.millrace.storage.disk.CorruptFileException;
import io.millrace.storage.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.Uuid;

/**
 * What a log directory knows of its logs without looking at them: where each begins, and up to where it is certainly on disk.
 * A {@link CheckedFile} whose contents are
 *
 * <pre>
 *  0  4  number of logs, then for each:
 *  0  16 topic id
 * 16  4  partition
 * 20  8  log start offset
 * 28  8  recovery point: offset
 * 36  8                  base offset of its segment
 * 44  4                  position in its segment
 * 48  8  up to which offset that segment's indexes are on disk, -1: not at all
 * 56  2  length of the topic's name in UTF-8
 * 58  4  number of leader epochs
 * 62     topic's name
 *        leader epochs: 4 epoch, 8 offset of its first record
 * </pre>
 */
final class Checkpoint {
    private static final CheckedFile FORMAT = new CheckedFile(0x4d4c4350, (short) 1);
    private static final int FIXED = 62;
    private static final int EPOCH = 12;

    private Checkpoint() {}

    /** One log. */
    record Point(long logStartOffset, LogPosition recoveryPoint, long indexedOffset, LeaderEpochs epochs) {}

    /** Of a log that no checkpoint tells of. */
    static final Point NOTHING_KNOWN = new Point(0, new LogPosition(-1, -1, 0), -1, LeaderEpochs.NONE);

    static void write(Disk disk, Path file, Map<TopicIdPartition, Point> points) throws IOException {
        Map<TopicIdPartition, Point> copy = new HashMap<>(points);
        Map<String, byte[]> names = new HashMap<>();
        int size = 4;
        for (Entry<TopicIdPartition, Point> entry : copy.entrySet()) {
            String topic = entry.getKey().topic();
            size += FIXED + names.computeIfAbsent(topic, t -> t.getBytes(StandardCharsets.UTF_8)).length;
            size += EPOCH * entry.getValue().epochs().starts().size();
        }
        ByteBuffer contents = ByteBuffer.allocate(size).putInt(copy.size());
        for (Entry<TopicIdPartition, Point> entry : copy.entrySet()) {
            TopicIdPartition log = entry.getKey();
            put(contents, log, entry.getValue(), names.getOrDefault(log.topic(), new byte[0]));
        }
        FORMAT.write(disk, file, contents.flip());
    }

    private static void put(ByteBuffer contents, TopicIdPartition log, Point point, byte[] name) {
        contents.putLong(log.topicId().getMostSignificantBits())
                .putLong(log.topicId().getLeastSignificantBits())
                .putInt(log.partition())
                .putLong(point.logStartOffset())
                .putLong(point.recoveryPoint().offset())
                .putLong(point.recoveryPoint().segmentBaseOffset())
                .putInt(point.recoveryPoint().position())
                .putLong(point.indexedOffset())
                .putShort((short) name.length)
                .putInt(point.epochs().starts().size())
                .put(name);
        for (LeaderEpochs.Start start : point.epochs().starts()) {
            contents.putInt(start.epoch()).putLong(start.offset());
        }
    }

    /**
     * What the file says, nothing if there is no file.
     *
     * @throws CorruptFileException if it is damaged
     */
    static Map<TopicIdPartition, Point> read(Disk disk, Path file) throws IOException {
        Map<TopicIdPartition, Point> points = new HashMap<>();
        ByteBuffer contents = FORMAT.read(disk, file).orElseGet(() -> ByteBuffer.allocate(4));
        int count = contents.getInt();
        for (int i = 0; i < count; i++) {
            read(contents, points);
        }
        return points;
    }

    private static void read(ByteBuffer contents, Map<TopicIdPartition, Point> into) {
        Uuid topicId = new Uuid(contents.getLong(), contents.getLong());
        int partition = contents.getInt();
        long start = contents.getLong();
        LogPosition point = new LogPosition(contents.getLong(), contents.getLong(), contents.getInt());
        long indexed = contents.getLong();
        byte[] name = new byte[contents.getShort()];
        LeaderEpochs.Start[] epochs = new LeaderEpochs.Start[contents.getInt()];
        contents.get(name);
        for (int i = 0; i < epochs.length; i++) {
            epochs[i] = new LeaderEpochs.Start(contents.getInt(), contents.getLong());
        }
        into.put(
                new TopicIdPartition(topicId, partition, new String(name, StandardCharsets.UTF_8)),
                new Point(start, point, indexed, new LeaderEpochs(List.of(epochs))));
    }
}
