package io.millrace.storage;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicIdPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From when on logs that are not open may have something to let go. Nobody writes to such a log, so it is looked at once, and a
 * sweep over thousands of them costs next to nothing. One sweep at a time.
 */
final class DueTimes {
    private static final Logger LOG = LoggerFactory.getLogger(DueTimes.class);

    private Map<TopicIdPartition, DueTime> known = Map.of();
    private Map<TopicIdPartition, DueTime> next = new HashMap<>();

    /** Holds for as long as the configuration is this one. */
    private record DueTime(LogConfig config, long ms) {}

    boolean isDue(LogDirectory directory, TopicIdPartition partition, LogConfig config) {
        DueTime due = known.get(partition);
        if (due == null || !due.config.equals(config)) {
            due = new DueTime(config, look(directory, partition, config));
        }
        next.put(partition, due);
        return due.ms <= directory.nowMs();
    }

    private static long look(LogDirectory directory, TopicIdPartition partition, LogConfig config) {
        try {
            return Retention.dueMs(directory, partition, config);
        } catch (IOException e) {
            LOG.warn("cannot see the age of {}", partition, e);
            return Retention.NEVER_MS;
        }
    }

    /** The sweep is over: what it did not ask for is forgotten. */
    void swept() {
        known = next;
        next = new HashMap<>();
    }
}
