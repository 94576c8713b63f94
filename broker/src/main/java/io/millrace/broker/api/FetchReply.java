package io.millrace.broker.api;

import java.util.List;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.FetchResponseData.PartitionData;
import org.apache.kafka.common.protocol.Errors;

/** What of the partitions' answers goes into the response, which depends on the kind of fetch (KIP-227). */
sealed interface FetchReply {
    /** What is to be read, in this order. */
    List<FetchTarget> targets();

    /**
     * @param answers one for each target, in their order
     * @return the response; answers that hold slices and are not in it were released by nobody
     */
    FetchResponseData response(PartitionData[] answers, long nowMs);

    /** Outside any session: everything is answered. */
    record Sessionless(List<FetchTarget> targets) implements FetchReply {
        @Override
        public FetchResponseData response(PartitionData[] answers, long nowMs) {
            return all(targets, answers);
        }
    }

    /** The first of a session, if there is room for one: everything is answered. */
    record Full(List<FetchTarget> targets, FetchSessions sessions, boolean byTopicId) implements FetchReply {
        @Override
        public FetchResponseData response(PartitionData[] answers, long nowMs) {
            for (int i = 0; i < answers.length; i++) {
                targets.get(i).tell(answers[i]);
            }
            FetchSession session = sessions.create(targets, byTopicId, nowMs);
            return all(targets, answers).setSessionId(session == null ? FetchSessions.NO_SESSION : session.id());
        }
    }

    /** A later one: only what has changed is answered. */
    record Incremental(FetchSession session, int epoch, List<FetchTarget> targets) implements FetchReply {
        @Override
        public FetchResponseData response(PartitionData[] answers, long nowMs) {
            FetchResponseData response = new FetchResponseData().setSessionId(session.id());
            if (!session.current(epoch)) {
                return response.setErrorCode(Errors.INVALID_FETCH_SESSION_EPOCH.code());
            }
            for (int i = 0; i < answers.length; i++) {
                FetchTarget target = targets.get(i);
                if (session.tell(target, answers[i])) {
                    add(response, target, answers[i]);
                }
            }
            return response;
        }
    }

    private static FetchResponseData all(List<FetchTarget> targets, PartitionData[] answers) {
        FetchResponseData response = new FetchResponseData();
        for (int i = 0; i < answers.length; i++) {
            add(response, targets.get(i), answers[i]);
        }
        return response;
    }

    private static void add(FetchResponseData response, FetchTarget target, PartitionData answer) {
        List<FetchableTopicResponse> topics = response.responses();
        FetchableTopicResponse last = topics.isEmpty() ? null : topics.getLast();
        if (last == null
                || !last.topicId().equals(target.topicId())
                || !last.topic().equals(target.topic())) {
            last = new FetchableTopicResponse().setTopic(target.topic()).setTopicId(target.topicId());
            topics.add(last);
        }
        last.partitions().add(answer);
    }
}
