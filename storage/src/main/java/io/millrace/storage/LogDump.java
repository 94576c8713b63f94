package io.millrace.storage;

import io.millrace.protocol.RecordBatchFormat;
import io.millrace.storage.disk.CheckedFile;
import io.millrace.storage.disk.CorruptFileException;
import io.millrace.storage.disk.Disk;
import io.millrace.storage.producer.ProducerSnapshot;
import io.millrace.storage.segment.BatchCursor;
import io.millrace.storage.segment.EntryCursor;
import io.millrace.storage.segment.SegmentName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/** Shows what lies in a log's files, file by file, as it lies there. */
public final class LogDump {
    private final Disk disk;
    private final Selection selection;
    private final Consumer<LogItem> to;

    /**
     * What is shown of batches.
     *
     * @param records whether the whole of each batch is wanted, for its records
     * @param fromOffset those that end before are left out
     * @param toOffset those that begin behind are left out
     */
    public record Selection(boolean records, long fromOffset, long toOffset) {}

    LogDump(Disk disk, Selection selection, Consumer<LogItem> to) {
        this.disk = disk;
        this.selection = selection;
        this.to = to;
    }

    /** All files of a log, by name: a segment's batches come behind its indexes. */
    void log(Path directory) throws IOException {
        List<String> names = disk.list(directory).stream().sorted().toList();
        for (String name : names) {
            try {
                file(directory.resolve(name));
            } catch (NoSuchFileException e) {
                // retention has removed it since its name was read
            }
        }
    }

    /** One file, nothing if it is none of a log's. */
    void file(Path file) throws IOException {
        String name = String.valueOf(file.getFileName());
        if (isOf(name, SegmentName.LOG)) {
            begin(file);
            batches(file);
        } else if (isOf(name, SegmentName.OFFSET_INDEX)) {
            entries(file, SegmentName.OFFSET_INDEX, EntryCursor.OFFSET_ENTRY, LogDump::offsetEntry);
        } else if (isOf(name, SegmentName.TIME_INDEX)) {
            entries(file, SegmentName.TIME_INDEX, EntryCursor.TIME_ENTRY, LogDump::timeEntry);
        } else if (isOf(name, SegmentName.TXN_INDEX)) {
            entries(file, SegmentName.TXN_INDEX, EntryCursor.TRANSACTION_ENTRY, LogDump::transactionEntry);
        } else if (isOf(name, SegmentName.SNAPSHOT)) {
            begin(file);
            snapshot(file);
        } else if (name.equals(LogTree.EPOCHS)) {
            begin(file);
            epochs(file);
        } else if (name.equals(PartitionMetadata.NAME)) {
            begin(file);
            topicId(file);
        }
    }

    private static boolean isOf(String name, String suffix) {
        return SegmentName.offsetOf(name, suffix).isPresent();
    }

    private void begin(Path file) throws IOException {
        to.accept(new LogItem.File(file, disk.size(file)));
    }

    private void batches(Path file) throws IOException {
        try (FileChannel channel = disk.openToRead(file)) {
            int size = Math.toIntExact(channel.size());
            BatchCursor cursor = new BatchCursor(channel, 0, size, BatchCursor.SCAN_BYTES);
            while (cursor.next()) {
                if (cursor.lastOffset() >= selection.fromOffset() && cursor.baseOffset() <= selection.toOffset()) {
                    batch(cursor);
                }
            }
            if (cursor.position() < size) {
                problem(
                        file,
                        cursor.position(),
                        "the last " + (size - cursor.position()) + " bytes are not a whole batch");
            }
        }
    }

    private void batch(BatchCursor cursor) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(RecordBatchFormat.HEADER_SIZE);
        header.put(0, cursor.header(), cursor.headerAt(), RecordBatchFormat.HEADER_SIZE);
        boolean intact = cursor.isIntact();
        to.accept(new LogItem.Batch(
                cursor.position(), header, intact, selection.records() && intact ? cursor.batch() : null));
    }

    /** Makes an item of an entry. */
    private interface Entry {
        LogItem of(EntryCursor cursor, long baseOffset);
    }

    private void entries(Path file, String suffix, int entrySize, Entry entry) throws IOException {
        begin(file);
        OptionalLong base = SegmentName.offsetOf(String.valueOf(file.getFileName()), suffix);
        try (EntryCursor cursor = EntryCursor.open(disk, file, entrySize)) {
            while (cursor.next()) {
                to.accept(entry.of(cursor, base.orElse(0)));
            }
            if (cursor.remainder() != 0) {
                problem(file, cursor.position(), "the file ends within an entry");
            }
        }
    }

    private static LogItem offsetEntry(EntryCursor cursor, long base) {
        return new LogItem.OffsetEntry(base + cursor.intAt(0), cursor.intAt(4));
    }

    private static LogItem timeEntry(EntryCursor cursor, long base) {
        return new LogItem.TimeEntry(cursor.longAt(0), base + cursor.intAt(8));
    }

    /** Behind the entry's version: producer id, first and last offset of the transaction, last stable offset. */
    private static LogItem transactionEntry(EntryCursor cursor, long base) {
        return new LogItem.AbortedTransaction(
                cursor.longAt(2), cursor.longAt(10), cursor.longAt(18), cursor.longAt(26));
    }

    private void snapshot(Path file) throws IOException {
        Optional<List<ProducerSnapshot.Entry>> entries = ProducerSnapshot.entries(CheckedFile.readAll(disk, file));
        if (entries.isEmpty()) {
            problem(file, -1, "the snapshot is damaged");
        }
        for (ProducerSnapshot.Entry entry : entries.orElse(List.of())) {
            to.accept(new LogItem.Producer(
                    entry.producerId(),
                    entry.epoch(),
                    entry.batch() == null ? -1 : entry.batch().lastSequence(),
                    entry.batch() == null ? -1 : entry.batch().lastOffset(),
                    entry.batch() == null ? 0 : entry.batch().offsetDelta(),
                    entry.timestampMs(),
                    entry.coordinatorEpoch(),
                    entry.transactionStart()));
        }
    }

    private void epochs(Path file) throws IOException {
        String text =
                StandardCharsets.UTF_8.decode(CheckedFile.readAll(disk, file)).toString();
        Optional<LeaderEpochs> epochs = LeaderEpochs.ofText(text);
        if (epochs.isEmpty()) {
            problem(file, -1, "the leader epochs cannot be read");
        }
        epochs.orElse(LeaderEpochs.NONE)
                .starts()
                .forEach(start -> to.accept(new LogItem.EpochStart(start.epoch(), start.offset())));
    }

    private void topicId(Path file) throws IOException {
        Path directory = file.getParent();
        if (directory != null) {
            PartitionMetadata.read(disk, directory)
                    .ifPresentOrElse(
                            id -> to.accept(new LogItem.TopicId(id)),
                            () -> problem(file, -1, "the topic id cannot be read"));
        }
    }

    /** What a log directory's checkpoint says. */
    void checkpoint(Path file) throws IOException {
        if (!disk.exists(file)) {
            return;
        }
        begin(file);
        try {
            Checkpoint.read(disk, file)
                    .forEach((log, point) ->
                            to.accept(new LogItem.Checkpointed(log, point.logStartOffset(), point.recoveryPoint())));
        } catch (CorruptFileException e) {
            problem(file, -1, "the checkpoint is damaged");
        }
    }

    private void problem(Path file, long position, String what) {
        to.accept(new LogItem.Finding(file, position, what));
    }
}
