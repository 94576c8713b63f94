package io.millrace.broker.api;

import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;

/**
 * One partition of a fetch: what the client asked of it last, and, inside a session, what it was told last. Used by one event
 * loop, or under its session's lock.
 */
final class FetchTarget {
    /** What identifies a partition in a request: its topic's name or, from version 13 on, id. */
    record TargetKey(String topic, Uuid topicId, int partition) {}

    private static final long NOTHING_SENT = -1;

    private final TargetKey key;
    private int currentLeaderEpoch;
    private long fetchOffset;
    private int lastFetchedEpoch;
    private int maxBytes;
    private long sentHighWatermark = NOTHING_SENT;
    private long sentLogStartOffset = NOTHING_SENT;

    FetchTarget(FetchTopic topic, FetchPartition asked) {
        this.key = new TargetKey(topic.topic(), topic.topicId(), asked.partition());
        ask(asked);
    }

    void ask(FetchPartition asked) {
        currentLeaderEpoch = asked.currentLeaderEpoch();
        fetchOffset = asked.fetchOffset();
        lastFetchedEpoch = asked.lastFetchedEpoch();
        maxBytes = asked.partitionMaxBytes();
    }

    TargetKey key() {
        return key;
    }

    String topic() {
        return key.topic();
    }

    Uuid topicId() {
        return key.topicId();
    }

    int partition() {
        return key.partition();
    }

    int currentLeaderEpoch() {
        return currentLeaderEpoch;
    }

    long fetchOffset() {
        return fetchOffset;
    }

    /** Epoch of the last record the client has, -1 if it does not say (v12, KIP-595). */
    int lastFetchedEpoch() {
        return lastFetchedEpoch;
    }

    int maxBytes() {
        return maxBytes;
    }

    /** True if this answer says something the client has not been told; remembers it as told. */
    boolean tell(PartitionData answer) {
        boolean news = answer.records() != null && answer.records().sizeInBytes() > 0;
        if (answer.highWatermark() != sentHighWatermark) {
            sentHighWatermark = answer.highWatermark();
            news = true;
        }
        if (answer.logStartOffset() != sentLogStartOffset) {
            sentLogStartOffset = answer.logStartOffset();
            news = true;
        }
        if (answer.errorCode() != Errors.NONE.code()) {
            // Whatever comes after an error is news.
            sentHighWatermark = NOTHING_SENT;
            news = true;
        }
        return news;
    }
}
