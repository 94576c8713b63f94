package io.millrace.coordinator.group;

import io.millrace.coordinator.Ticket;
import io.millrace.coordinator.group.record.Blob;
import io.millrace.coordinator.group.record.GroupMetadataValue.MemberMetadata;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.jspecify.annotations.Nullable;

/**
 * A member of a classic group.
 *
 * @param groupInstanceId set for static members (KIP-345)
 * @param protocols what it can do, best first
 * @param assignment as the leader gave it; empty outside of a stable generation
 * @param sessionDeadlineMs when it counts as gone unless it is heard of, steady clock
 * @param isNew it has joined and had no answer yet: it cannot send heartbeats
 * @param join its JoinGroup that waits for the others
 * @param sync its SyncGroup that waits for the leader
 */
record Member(
        String memberId,
        @Nullable String groupInstanceId,
        String clientId,
        String clientHost,
        int rebalanceTimeoutMs,
        int sessionTimeoutMs,
        List<Protocol> protocols,
        Blob assignment,
        long sessionDeadlineMs,
        boolean isNew,
        @Nullable Ticket<JoinGroupResponseData> join,
        @Nullable Ticket<SyncGroupResponseData> sync) {

    /** A way to assign partitions that a member knows, with what it tells the leader about itself. */
    record Protocol(String name, Blob metadata) {}

    /** As a record of the log describes it. */
    static Member of(MemberMetadata stored, @Nullable String protocol) {
        List<Protocol> protocols =
                protocol == null ? List.of() : List.of(new Protocol(protocol, stored.subscription()));
        return new Member(
                stored.memberId(),
                stored.groupInstanceId(),
                stored.clientId(),
                stored.clientHost(),
                stored.rebalanceTimeoutMs(),
                stored.sessionTimeoutMs(),
                protocols,
                stored.assignment(),
                Long.MAX_VALUE,
                false,
                null,
                null);
    }

    MemberMetadata stored(@Nullable String protocol) {
        return new MemberMetadata(
                memberId,
                groupInstanceId,
                clientId,
                clientHost,
                rebalanceTimeoutMs,
                sessionTimeoutMs,
                metadata(protocol),
                assignment);
    }

    boolean isStatic() {
        return groupInstanceId != null;
    }

    /** It waits for an answer, so it is there without sending heartbeats; a new one may wait too long nevertheless. */
    boolean isWaiting() {
        return !isNew && (join != null || sync != null);
    }

    /** What it says under this protocol; empty if it does not know it. */
    Blob metadata(@Nullable String protocol) {
        return protocols.stream()
                .filter(known -> known.name().equals(protocol))
                .map(Protocol::metadata)
                .findFirst()
                .orElse(Blob.EMPTY);
    }

    /** The first of its protocols that everybody knows. */
    @Nullable
    String vote(Set<String> candidates) {
        return protocols.stream()
                .map(Protocol::name)
                .filter(candidates::contains)
                .findFirst()
                .orElse(null);
    }

    /** It joins, once more or for the first time. */
    Member joining(Profile profile, Ticket<JoinGroupResponseData> ticket) {
        return new Member(
                memberId,
                groupInstanceId,
                clientId,
                clientHost,
                profile.rebalanceTimeoutMs(),
                profile.sessionTimeoutMs(),
                profile.protocols(),
                assignment,
                sessionDeadlineMs,
                isNew,
                ticket,
                sync);
    }

    /** Its JoinGroup was answered. */
    Member joined() {
        return with(assignment, sessionDeadlineMs, false, null, sync);
    }

    Member syncing(@Nullable Ticket<SyncGroupResponseData> ticket) {
        return with(assignment, sessionDeadlineMs, isNew, join, ticket);
    }

    Member assigned(Blob newAssignment) {
        return with(newAssignment, sessionDeadlineMs, isNew, join, sync);
    }

    /** It was heard of: the session begins anew. */
    Member alive(long nowMs) {
        return alive(nowMs, sessionTimeoutMs);
    }

    Member alive(long nowMs, int timeoutMs) {
        return with(assignment, nowMs + timeoutMs, isNew, join, sync);
    }

    /** The same member back under a new id. */
    Member renamed(String newMemberId) {
        return new Member(
                newMemberId,
                groupInstanceId,
                clientId,
                clientHost,
                rebalanceTimeoutMs,
                sessionTimeoutMs,
                protocols,
                assignment,
                sessionDeadlineMs,
                isNew,
                null,
                null);
    }

    private Member with(
            Blob newAssignment,
            long newDeadlineMs,
            boolean stillNew,
            @Nullable Ticket<JoinGroupResponseData> newJoin,
            @Nullable Ticket<SyncGroupResponseData> newSync) {
        return new Member(
                memberId,
                groupInstanceId,
                clientId,
                clientHost,
                rebalanceTimeoutMs,
                sessionTimeoutMs,
                protocols,
                newAssignment,
                newDeadlineMs,
                stillNew,
                newJoin,
                newSync);
    }

    /** What a JoinGroup says about its member. */
    record Profile(int rebalanceTimeoutMs, int sessionTimeoutMs, List<Protocol> protocols) {
        Profile {
            protocols = List.copyOf(protocols);
        }
    }
}
