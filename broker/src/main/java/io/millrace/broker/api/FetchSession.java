package io.millrace.broker.api;

import io.millrace.broker.api.FetchTarget.TargetKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchRequestData.ForgottenTopic;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;

/**
 * An incremental fetch session (KIP-227): what a client fetches from this broker, so that it need only say what changed. The
 * order is that of reading; who got records goes to its end. Its methods lock it.
 */
final class FetchSession {
    private final int id;
    private final boolean usesTopicIds;
    private final long createdMs;
    private final Map<TargetKey, FetchTarget> targets = new LinkedHashMap<>();
    private int epoch = 1;
    private volatile long lastUsedMs;
    private volatile int size;

    FetchSession(int id, boolean usesTopicIds, List<FetchTarget> first, long nowMs) {
        this.id = id;
        this.usesTopicIds = usesTopicIds;
        this.createdMs = nowMs;
        this.lastUsedMs = nowMs;
        first.forEach(target -> targets.put(target.key(), target));
        this.size = targets.size();
    }

    int id() {
        return id;
    }

    long createdMs() {
        return createdMs;
    }

    long lastUsedMs() {
        return lastUsedMs;
    }

    int size() {
        return size;
    }

    /** The epoch of the next request, after this one; from the largest it starts again at 1. */
    static int nextEpoch(int epoch) {
        return epoch == Integer.MAX_VALUE ? 1 : epoch + 1;
    }

    /** Takes in what an incremental request changes. On an error nothing is changed. */
    synchronized Errors update(FetchRequestData request, boolean byTopicId, long nowMs) {
        if (request.sessionEpoch() != epoch) {
            return Errors.INVALID_FETCH_SESSION_EPOCH;
        }
        if (byTopicId != usesTopicIds) {
            return Errors.FETCH_SESSION_TOPIC_ID_ERROR;
        }
        for (FetchTopic topic : request.topics()) {
            topic.partitions().forEach(asked -> ask(topic, asked));
        }
        for (ForgottenTopic topic : request.forgottenTopicsData()) {
            topic.partitions().forEach(index -> targets.remove(key(topic.topic(), topic.topicId(), index)));
        }
        size = targets.size();
        epoch = nextEpoch(epoch);
        lastUsedMs = nowMs;
        return Errors.NONE;
    }

    private void ask(FetchTopic topic, FetchPartition asked) {
        FetchTarget known = targets.get(key(topic.topic(), topic.topicId(), asked.partition()));
        if (known != null) {
            known.ask(asked);
        } else {
            FetchTarget added = new FetchTarget(topic, asked);
            targets.put(added.key(), added);
        }
    }

    private static TargetKey key(String topic, Uuid topicId, int partition) {
        return new TargetKey(topic, topicId, partition);
    }

    synchronized List<FetchTarget> targets() {
        return new ArrayList<>(targets.values());
    }

    /** False if another request of this session has come since the one with this epoch: its answer is void. */
    synchronized boolean current(int requestEpoch) {
        return epoch == nextEpoch(requestEpoch);
    }

    /** Whether the answer for this target has to be sent; it is taken as sent. */
    synchronized boolean tell(FetchTarget target, PartitionData answer) {
        boolean news = target.tell(answer);
        if (news && answer.records().sizeInBytes() > 0 && targets.remove(target.key(), target)) {
            targets.put(target.key(), target);
        }
        return news;
    }
}
