package io.millrace.broker.api;

import io.millrace.broker.api.FetchTarget.TargetKey;
import io.millrace.metadata.ClusterImage;
import io.millrace.replication.Replicas;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchRequestData.FetchTopic;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/**
 * Fetch, versions 4 to 18. KIP-74 (byte limits), KIP-98 (isolation), KIP-227 (incremental sessions), KIP-320 (leader epochs),
 * KIP-516 (topic ids, v13), KIP-951 (current leader, v16).
 *
 * <p>Gap: fetches of followers; a replica id of a broker is answered with NOT_LEADER_OR_FOLLOWER.
 */
public final class FetchHandler implements ApiHandler<FetchRequestData> {
    static final short TOPIC_IDS_FROM = 13;

    private static final short REPLICA_STATE_FROM = 15;
    private static final int INITIAL_EPOCH = 0;
    private static final int FINAL_EPOCH = -1;

    private final FetchSource source;
    private final FetchSessions sessions;

    /** @param responseBytesMax fetch.max.bytes of the broker */
    public FetchHandler(Replicas replicas, FetchSessions sessions, Supplier<ClusterImage> image, int responseBytesMax) {
        this.source = new FetchSource(replicas, image, responseBytesMax);
        this.sessions = sessions;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.FETCH;
    }

    @Override
    public Class<FetchRequestData> requestType() {
        return FetchRequestData.class;
    }

    @Override
    public CompletionStage<FetchResponseData> handle(RequestContext context, FetchRequestData request) {
        if (request.isolationLevel() < 0 || request.isolationLevel() > IsolationLevel.READ_COMMITTED.id()) {
            throw new InvalidRequestException("isolation level " + request.isolationLevel());
        }
        boolean byTopicId = context.apiVersion() >= TOPIC_IDS_FROM;
        long nowMs = System.currentTimeMillis();
        int epoch = request.sessionEpoch();
        FetchReply reply;
        if (epoch == INITIAL_EPOCH || epoch == FINAL_EPOCH) {
            sessions.remove(request.sessionId());
            List<FetchTarget> targets = targets(request);
            reply = epoch == FINAL_EPOCH
                    ? new FetchReply.Sessionless(targets)
                    : new FetchReply.Full(targets, sessions, byTopicId);
        } else {
            FetchSession session = sessions.session(request.sessionId());
            Errors refused =
                    session == null ? Errors.FETCH_SESSION_ID_NOT_FOUND : session.update(request, byTopicId, nowMs);
            if (session == null || refused != Errors.NONE) {
                return CompletableFuture.completedFuture(new FetchResponseData().setErrorCode(refused.code()));
            }
            reply = incremental(session, request);
        }
        PendingFetch pending = new PendingFetch(context, request, source, reply, fromReplica(context, request));
        pending.start();
        return pending;
    }

    private FetchReply incremental(FetchSession session, FetchRequestData request) {
        if (session.size() == 0) {
            sessions.remove(session.id());
            return new FetchReply.Sessionless(List.of());
        }
        return new FetchReply.Incremental(session, request.sessionEpoch(), session.targets());
    }

    /** Of a partition that is named twice, the last counts. */
    private static List<FetchTarget> targets(FetchRequestData request) {
        Map<TargetKey, FetchTarget> targets = new LinkedHashMap<>();
        for (FetchTopic topic : request.topics()) {
            for (FetchPartition asked : topic.partitions()) {
                FetchTarget target = new FetchTarget(topic, asked);
                targets.put(target.key(), target);
            }
        }
        return List.copyOf(targets.values());
    }

    private static boolean fromReplica(RequestContext context, FetchRequestData request) {
        int replicaId = context.apiVersion() >= REPLICA_STATE_FROM
                ? request.replicaState().replicaId()
                : request.replicaId();
        return replicaId >= 0;
    }
}
