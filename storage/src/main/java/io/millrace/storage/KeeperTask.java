package io.millrace.storage;

import io.millrace.storage.segment.Segment;
import io.millrace.storage.segment.SegmentWriter;
import io.millrace.storage.work.Inbox;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.TopicIdPartition;

/** Something for the keeper thread to do. */
abstract sealed class KeeperTask extends Inbox.Item {

    /** A log's recovery point may move up to what was flushed, once these epochs and the active segment's index are on disk. */
    static final class Save extends KeeperTask {
        final LogState log;
        final LogPosition flushed;
        final LeaderEpochs epochs;
        final SegmentWriter active;
        final long indexedOffset;

        Save(LogState log, SegmentWriter active) {
            this.log = log;
            this.flushed = log.flushed();
            this.epochs = log.epochs();
            this.active = active;
            this.indexedOffset =
                    flushed.segmentBaseOffset() == active.segment().baseOffset() ? active.indexedOffset() : -1;
        }
    }

    /** What a log's producers are at an offset. */
    static final class SaveProducers extends KeeperTask {
        final LogState log;
        final long offset;
        final ByteBuffer snapshot;

        SaveProducers(LogState log, long offset, ByteBuffer snapshot) {
            this.log = log;
            this.offset = offset;
            this.snapshot = snapshot;
        }
    }

    /** A log's start has moved: when that is durable, the segments before it go. */
    static final class Advance extends KeeperTask {
        final LogState log;
        final List<Segment> dropped;
        final CompletableFuture<Long> done;

        Advance(LogState log, List<Segment> dropped, CompletableFuture<Long> done) {
            this.log = log;
            this.dropped = dropped;
            this.done = done;
        }
    }

    /** Compaction has made a segment: its files take the place of those it was made from. */
    static final class Swap extends KeeperTask {
        final LogState log;
        final List<Segment> replaced;
        final Segment by;
        final CompletableFuture<Boolean> done;

        Swap(LogState log, List<Segment> replaced, Segment by, CompletableFuture<Boolean> done) {
            this.log = log;
            this.replaced = replaced;
            this.by = by;
            this.done = done;
        }
    }

    /** A log's directory goes. */
    static final class Remove extends KeeperTask {
        final TopicIdPartition partition;
        final Path path;
        final long delayMs;
        final CompletableFuture<Void> done;

        Remove(TopicIdPartition partition, Path path, long delayMs, CompletableFuture<Void> done) {
            this.partition = partition;
            this.path = path;
            this.delayMs = delayMs;
            this.done = done;
        }
    }

    /** Whatever else is done from time to time. */
    static final class Other extends KeeperTask {
        final Runnable task;

        Other(Runnable task) {
            this.task = task;
        }
    }
}
