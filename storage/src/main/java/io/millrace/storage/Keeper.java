package io.millrace.storage;

import io.millrace.storage.disk.Disk;
import io.millrace.storage.disk.DiskFault;
import io.millrace.storage.segment.Segment;
import io.millrace.storage.segment.SegmentName;
import io.millrace.storage.work.Inbox;
import io.millrace.storage.work.Worker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicIdPartition;
import org.jspecify.annotations.Nullable;

/**
 * Does for one log directory what nobody waits for in a hurry: checkpoints, producer snapshots, moves of log starts, removal of
 * files. Runs on the keeper thread, but for {@link #put}.
 */
final class Keeper implements Worker.Step {
    private static final int KEPT_SNAPSHOTS = 2;

    private final LogDirectory directory;
    private final Disk disk;
    private final Inbox<KeeperTask> inbox = new Inbox<>(KeeperTask.class);
    private final Map<TopicIdPartition, Checkpoint.Point> points;
    private final List<KeeperTask.Advance> advances = new ArrayList<>();
    private final List<KeeperTask.Remove> removals = new ArrayList<>();
    private final Removals doomed;
    private boolean changed;

    Keeper(LogDirectory directory, Map<TopicIdPartition, Checkpoint.Point> points) {
        this.directory = directory;
        this.disk = directory.disk();
        this.points = new HashMap<>(points);
        this.doomed = new Removals(disk);
    }

    /** Any thread. */
    void put(KeeperTask task) {
        inbox.put(task);
        directory.wakeKeeper();
    }

    @Override
    public boolean isIdle() {
        return inbox.isEmpty();
    }

    @Override
    public void died(Throwable cause) {
        directory.fail(cause);
    }

    @Override
    public boolean run() {
        int taken = 0;
        @Nullable KeeperTask task;
        while ((task = inbox.take()) != null) {
            taken++;
            takeOrGiveUp(task);
        }
        if (directory.isOnline()) {
            tryToFinishRound();
        }
        if (!directory.isOnline()) {
            giveUpRound();
        }
        return taken > 0;
    }

    private void takeOrGiveUp(KeeperTask task) {
        try {
            if (directory.isOnline()) {
                take(task);
                return;
            }
        } catch (IOException | RuntimeException e) {
            directory.fail(e);
        }
        giveUp(task);
    }

    /** Without space, what waits for the checkpoint waits on: the old one is still there. */
    private void tryToFinishRound() {
        try {
            finishRound();
        } catch (IOException | RuntimeException e) {
            if (e instanceof IOException io && DiskFault.isSpace(io)) {
                directory.ranOutOfSpace(io);
            } else {
                directory.fail(e);
            }
        }
    }

    private void giveUpRound() {
        advances.forEach(this::giveUp);
        removals.forEach(this::giveUp);
        advances.clear();
        removals.clear();
    }

    private void giveUp(KeeperTask task) {
        switch (task) {
            case KeeperTask.Advance advance -> advance.done.completeExceptionally(directory.offline());
            case KeeperTask.Remove remove -> remove.done.completeExceptionally(directory.offline());
            default -> {}
        }
    }

    private void take(KeeperTask task) throws IOException {
        switch (task) {
            case KeeperTask.Save save -> save(save);
            case KeeperTask.SaveProducers save -> saveProducers(save);
            case KeeperTask.Advance advance -> advance(advance);
            case KeeperTask.Remove remove -> {
                changed |= points.remove(remove.partition) != null;
                removals.add(remove);
            }
            case KeeperTask.Other other -> other.task.run();
        }
    }

    /** The file that all of the round waits for, and then what waits for it. */
    private void finishRound() throws IOException {
        for (KeeperTask.Advance advance : advances) {
            if (!advance.dropped.isEmpty()) {
                makeIndependent(advance.log);
            }
        }
        if (changed) {
            writeCheckpoint();
        }
        for (KeeperTask.Advance advance : advances) {
            drop(advance);
            advance.done.complete(advance.log.startOffset());
        }
        advances.clear();
        for (KeeperTask.Remove remove : removals) {
            putAside(remove);
            remove.done.complete(null);
        }
        removals.clear();
        doomed.removeDue(directory.isShortOfSpace() ? Long.MAX_VALUE : directory.nowMs());
    }

    /** On a full volume, what is to be removed goes first: whole segments and logs need no checkpoint to be gone. */
    private void writeCheckpoint() throws IOException {
        try {
            Checkpoint.write(disk, directory.checkpointFile(), points);
        } catch (IOException e) {
            if (!DiskFault.isSpace(e)) {
                throw e;
            }
            for (KeeperTask.Advance advance : advances) {
                drop(advance);
            }
            for (KeeperTask.Remove remove : removals) {
                putAside(remove);
            }
            doomed.removeDue(Long.MAX_VALUE);
            Checkpoint.write(disk, directory.checkpointFile(), points);
        }
        changed = false;
    }

    private void drop(KeeperTask.Advance advance) throws IOException {
        for (Segment segment : advance.dropped) {
            doomed.add(segment, directory.nowMs() + advance.log.config().fileDeleteDelayMs());
        }
    }

    private void advance(KeeperTask.Advance advance) throws IOException {
        LogState log = advance.log;
        if (log.hasNewDirectory()) {
            PartitionMetadata.force(disk, log.path());
            disk.syncDirectory(log.path());
            disk.syncDirectory(directory.topics());
        }
        if (!log.segments().isEmpty()) {
            Checkpoint.Point before = points.getOrDefault(log.partition(), Checkpoint.NOTHING_KNOWN);
            note(
                    log.partition(),
                    new Checkpoint.Point(
                            log.startOffset(), before.recoveryPoint(), before.indexedOffset(), before.epochs()));
        }
        advances.add(advance);
    }

    /** Before segments go: what remains must tell by itself where the log ends, and what its producers did before. */
    private void makeIndependent(LogState log) throws IOException {
        Path snapshot = SegmentName.path(log.path(), log.segments().get(0).baseOffset(), SegmentName.SNAPSHOT);
        if (disk.exists(snapshot)) {
            try (FileChannel channel = disk.openToWrite(snapshot)) {
                channel.force(true);
            }
        }
        disk.syncDirectory(log.path());
    }

    private void save(KeeperTask.Save save) throws IOException {
        if (save.log.refusal() != null || save.log.hasNewDirectory()) {
            return;
        }
        TopicIdPartition log = save.log.partition();
        Checkpoint.Point before = points.getOrDefault(log, Checkpoint.NOTHING_KNOWN);
        if (!save.epochs.equals(before.epochs())) {
            writeEpochs(save);
        }
        if (save.indexedOffset >= 0 && before.indexedOffset() != save.indexedOffset) {
            save.active.forceIndexes();
            disk.syncDirectory(save.log.path());
        }
        note(log, new Checkpoint.Point(save.log.startOffset(), save.flushed, save.indexedOffset, save.epochs));
    }

    /** For Kafka's tools; not forced, since ours is in the checkpoint. */
    private void writeEpochs(KeeperTask.Save save) throws IOException {
        ByteBuffer text = ByteBuffer.wrap(save.epochs.asText().getBytes(StandardCharsets.UTF_8));
        write(save.log.path().resolve("leader-epoch-checkpoint"), text);
    }

    /** Both files written so can be done without. Whether there was space for it; if not, it is gone. */
    private boolean write(Path file, ByteBuffer contents) throws IOException {
        try (FileChannel channel = disk.openToWrite(file)) {
            channel.truncate(0);
            while (contents.hasRemaining()) {
                channel.write(contents);
            }
            return true;
        } catch (IOException e) {
            if (!DiskFault.isSpace(e)) {
                throw e;
            }
        }
        disk.delete(file);
        return false;
    }

    private void note(TopicIdPartition log, Checkpoint.Point now) {
        changed |= !now.equals(points.put(log, now));
    }

    /** Not forced: a snapshot that is lost or torn is known by its checksum, and an older one does. */
    private void saveProducers(KeeperTask.SaveProducers save) throws IOException {
        if (save.log.refusal() != null) {
            return;
        }
        Path file = SegmentName.path(save.log.path(), save.offset, SegmentName.SNAPSHOT);
        if (!write(file, save.snapshot)) {
            return;
        }
        List<Long> older = new ArrayList<>();
        for (String name : disk.list(save.log.path())) {
            SegmentName.offsetOf(name, SegmentName.SNAPSHOT).ifPresent(older::add);
        }
        older.sort(null);
        List<Segment> segments = save.log.segments().all();
        for (long offset : older.subList(0, Math.max(0, older.size() - KEPT_SNAPSHOTS))) {
            if (segments.stream().noneMatch(segment -> segment.baseOffset() == offset)) {
                disk.delete(SegmentName.path(save.log.path(), offset, SegmentName.SNAPSHOT));
            }
        }
    }

    private void putAside(KeeperTask.Remove remove) throws IOException {
        if (disk.exists(remove.path)) {
            Path aside = directory.nameForRemoval(remove.path);
            disk.rename(remove.path, aside);
            disk.syncDirectory(directory.topics());
            doomed.add(aside, directory.nowMs() + remove.delayMs);
        }
    }

    /** A directory left over from a removal that was not finished. */
    void addDoomed(Path path) {
        put(new KeeperTask.Other(() -> doomed.add(path, directory.nowMs())));
    }
}
