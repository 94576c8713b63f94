package io.millrace.compat.oracle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.apache.kafka.common.protocol.ApiKeys.JOIN_GROUP;
import static org.apache.kafka.common.protocol.ApiKeys.SYNC_GROUP;

import java.io.IOException;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocol;
import org.apache.kafka.common.message.JoinGroupRequestData.JoinGroupRequestProtocolCollection;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupRequestData.SyncGroupRequestAssignment;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;

/** A group with one member, led there by unrecorded requests at the latest versions. */
record Membership(String group, String member, int generation) {
    /** Joins and takes its assignment: the group is stable. */
    static Membership stable(Exchange e, String group) throws IOException {
        var joined = joined(e, group);
        joined.settle(e);
        return joined;
    }

    /** Has the leader assign, unrecorded. */
    void settle(Exchange e) throws IOException {
        var answer = (SyncGroupResponseData) e.ask(SYNC_GROUP, named(assigning()));
        if (answer.errorCode() != 0) {
            throw new IOException("the group did not settle: " + Errors.forCode(answer.errorCode()));
        }
    }

    /** With the protocol's type and name, which version 5 asks for. */
    static SyncGroupRequestData named(SyncGroupRequestData request) {
        return request.setProtocolType("consumer").setProtocolName("range");
    }

    /** Joins as the only member and leads, but has not yet said who gets what. */
    static Membership joined(Exchange e, String group) throws IOException {
        var first = (JoinGroupResponseData) e.ask(JOIN_GROUP, joining(group, ""));
        if (first.errorCode() != Errors.MEMBER_ID_REQUIRED.code()) {
            throw new IOException("expected to be given a member id, not " + Errors.forCode(first.errorCode()));
        }
        var second = (JoinGroupResponseData) e.ask(JOIN_GROUP, joining(group, first.memberId()));
        return new Membership(group, second.memberId(), second.generationId());
    }

    /** A dynamic member of the consumer protocol, with a session long enough to outlast any scenario. */
    static JoinGroupRequestData joining(String group, String member) {
        return new JoinGroupRequestData()
                .setGroupId(group)
                .setSessionTimeoutMs(600_000)
                .setRebalanceTimeoutMs(600_000)
                .setMemberId(member)
                .setProtocolType("consumer")
                .setProtocols(protocols("range"));
    }

    static JoinGroupRequestProtocolCollection protocols(String... names) {
        var subscription = ConsumerProtocol.serializeSubscription(new Subscription(List.of("subscribed")));
        var metadata = new byte[subscription.remaining()];
        subscription.get(metadata);
        var all = new JoinGroupRequestProtocolCollection();
        for (var name : names) {
            all.add(new JoinGroupRequestProtocol().setName(name).setMetadata(metadata));
        }
        return all;
    }

    /** The leader's assignment of some bytes to itself. */
    SyncGroupRequestData assigning() {
        return syncing()
                .setAssignments(List.of(new SyncGroupRequestAssignment()
                        .setMemberId(member)
                        .setAssignment("assigned".getBytes(UTF_8))));
    }

    SyncGroupRequestData syncing() {
        return new SyncGroupRequestData().setGroupId(group).setMemberId(member).setGenerationId(generation);
    }
}
