package io.millrace.storage;

import io.millrace.storage.compact.CleanableLog;
import io.millrace.storage.work.Workers;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicIdPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compaction of a store's logs: chooses the log with the largest share that is not clean, again and again, until none is due.
 * The work is that of its {@link CleanerThread}s. Safe for any thread.
 */
final class LogCleaner {
    private static final Logger LOG = LoggerFactory.getLogger(LogCleaner.class);

    private final CleanerConfig config;
    private final Supplier<Collection<SegmentedLog>> logs;
    private final IoThrottle throttle;
    private final List<CleanerThread> threads = new ArrayList<>();
    private volatile boolean stopped;

    /** Guarded by this: logs that are being cleaned, that wait for the next round, and that cannot be cleaned. */
    private final Set<TopicIdPartition> busy = new HashSet<>();

    private final Set<TopicIdPartition> waiting = new HashSet<>();
    private final Set<TopicIdPartition> uncleanable = new HashSet<>();

    private record Candidate(SegmentedLog log, Cleanability seen, CleanableLog range) {}

    /** @param logs the logs that are open now */
    LogCleaner(CleanerConfig config, Supplier<Collection<SegmentedLog>> logs, Workers workers) {
        this.config = config;
        this.logs = logs;
        this.throttle = new IoThrottle(config.maxBytesPerSecond(), System.nanoTime());
        for (int i = 0; i < config.threads(); i++) {
            threads.add(new CleanerThread(this, workers, "log-cleaner-" + i));
        }
    }

    /** Has all threads look for something to clean. */
    void clean() {
        synchronized (this) {
            waiting.clear();
        }
        threads.forEach(CleanerThread::begin);
    }

    /** Ends the work; what has been begun is left undone where it is. */
    void stop() {
        stopped = true;
        threads.forEach(CleanerThread::stop);
    }

    boolean isStopped() {
        return stopped;
    }

    /** The cleaning of the log that is in most need of it; null if none is. */
    synchronized @Nullable Cleaning next() {
        Candidate best = null;
        for (SegmentedLog log : logs.get()) {
            Candidate candidate = candidate(log);
            if (candidate != null && (best == null || candidate.range.dirtyRatio() > best.range.dirtyRatio())) {
                best = candidate;
            }
        }
        if (best == null) {
            return null;
        }
        busy.add(best.log.partition());
        return new Cleaning(best.log, best.seen, config, this::did);
    }

    private void did(long bytes) throws IOException {
        throttle.pay(bytes, () -> stopped);
        if (stopped) {
            throw new CleaningStoppedException("the store is being closed");
        }
    }

    private @Nullable Candidate candidate(SegmentedLog log) {
        LogState state = log.state();
        TopicIdPartition id = log.partition();
        if (!state.config().cleanup().compacts()
                || state.refusal() != null
                || !log.directory().isOnline()
                || busy.contains(id)
                || waiting.contains(id)
                || uncleanable.contains(id)) {
            return null;
        }
        Cleanability seen = Cleanability.of(
                state,
                log.directory().cleanedOffsets().cleanedTo(id),
                log.directory().nowMs());
        try {
            CleanableLog range = seen.look();
            return range.isDue(seen.config().minDirtyRatio()) ? new Candidate(log, seen, range) : null;
        } catch (NoSuchFileException e) {
            return null; // it has lost segments meanwhile
        } catch (IOException e) {
            log.directory().fail(e);
            return null;
        }
    }

    /** A cleaning has come to its end. */
    synchronized void finished(Cleaning cleaning) {
        busy.remove(cleaning.log().partition());
    }

    /** A cleaning has failed; what of it is not there for good is forgotten. */
    synchronized void failed(Cleaning cleaning, Exception cause) {
        SegmentedLog log = cleaning.log();
        TopicIdPartition id = log.partition();
        busy.remove(id);
        waiting.add(id);
        if (cause instanceof CleaningStoppedException
                || cause instanceof NoSuchFileException
                || log.state().refusal() != null) {
            LOG.debug("the compaction of {} has to wait", id, cause);
        } else if (cause instanceof IOException) {
            log.directory().fail(cause);
        } else {
            uncleanable.add(id);
            LOG.error("{} cannot be compacted, which is not tried again before the next start", id, cause);
        }
    }

    /** Whether compaction has given a log up. */
    synchronized boolean isUncleanable(TopicIdPartition log) {
        return uncleanable.contains(log);
    }
}
