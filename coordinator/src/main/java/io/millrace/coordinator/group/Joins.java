package io.millrace.coordinator.group;

import io.millrace.coordinator.Ticket;
import io.millrace.coordinator.group.GroupCommand.Join;
import io.millrace.coordinator.group.GroupCommand.SessionDue;
import io.millrace.coordinator.group.GroupState.CompletingRebalance;
import io.millrace.coordinator.group.GroupState.Dead;
import io.millrace.coordinator.group.GroupState.Empty;
import io.millrace.coordinator.group.GroupState.PreparingRebalance;
import io.millrace.coordinator.group.GroupState.Stable;
import io.millrace.coordinator.group.record.Blob;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.requests.JoinGroupRequest;
import org.jspecify.annotations.Nullable;

/**
 * JoinGroup, versions 0 to 9: a member's way into a group (KIP-62, 345, 394, 814).
 *
 * <pre>
 * no member id   dynamic, from version 4   an id to come back with: MEMBER_ID_REQUIRED
 *                dynamic, before           added
 *                static, not known         added
 *                static, known             takes its old place under a new id; in a stable group without a rebalance,
 *                                          unless the group would now choose another protocol
 * member id      expected                  added
 *                known                     its metadata is renewed, and a rebalance begins where that matters
 * </pre>
 */
final class Joins {
    /** A member that has never had an answer cannot send heartbeats; it counts as gone after this long. */
    private static final int NEW_MEMBER_TIMEOUT_MS = 5 * 60 * 1000;

    private final GroupConfig config;
    private final Rebalance rebalance;

    Joins(GroupConfig config, Rebalance rebalance) {
        this.config = config;
        this.rebalance = rebalance;
    }

    /** @param isNewGroup the group does not exist yet: it will if the member is let in */
    void join(Step step, Join command, boolean isNewGroup) {
        Request request = Request.of(command);
        Errors refusal = refusal(step.group(), request, isNewGroup);
        if (refusal != Errors.NONE) {
            refuse(step, request, refusal);
            return;
        }
        if (isNewGroup) {
            step.logGroup();
        }
        if (request.isUnknown()) {
            joinUnknown(step, request, command);
        } else if (step.group().members().isPending(request.memberId())) {
            add(step, request, request.memberId());
        } else {
            rejoin(step, request);
        }
    }

    private Errors refusal(ClassicGroup group, Request request, boolean isNewGroup) {
        if (isNewGroup && !request.isUnknown()) {
            return Errors.UNKNOWN_MEMBER_ID;
        }
        if (!hasRoomFor(group, request)) {
            return Errors.GROUP_MAX_SIZE_REACHED;
        }
        if (!group.supports(request.protocolType(), request.profile().protocols())) {
            return Errors.INCONSISTENT_GROUP_PROTOCOL;
        }
        if (request.metadataBytes() > config.maxBatchBytes()) {
            return Errors.UNKNOWN_SERVER_ERROR;
        }
        if (request.isUnknown()) {
            return Errors.NONE;
        }
        if (group.members().isPending(request.memberId())) {
            return request.isStatic() ? Errors.UNKNOWN_SERVER_ERROR : Errors.NONE;
        }
        return group.check(request.memberId(), request.groupInstanceId());
    }

    private boolean hasRoomFor(ClassicGroup group, Request request) {
        Members members = group.members();
        if (request.isUnknown() && members.pending().size() >= config.maxPendingMembers()) {
            return false;
        }
        Member known = members.get(request.memberId());
        return switch (group.state()) {
            case Empty empty -> true;
            case Dead dead -> true;
            case PreparingRebalance preparing ->
                (known != null && known.join() != null) || members.joining() < config.maxSize();
            case CompletingRebalance completing -> known != null || members.size() < config.maxSize();
            case Stable stable -> known != null || members.size() < config.maxSize();
        };
    }

    /** A member that no longer fits its group is out of it. */
    private void refuse(Step step, Request request, Errors error) {
        boolean full = error == Errors.GROUP_MAX_SIZE_REACHED;
        step.answer(request.ticket(), Replies.joinError(full ? Replies.NO_MEMBER : request.memberId(), error));
        if (full && step.group().members().has(request.memberId())) {
            Rebalance.remove(step, request.memberId());
            rebalance.completeIfAllJoined(step);
        }
    }

    private void joinUnknown(Step step, Request request, Join command) {
        String instance = request.groupInstanceId();
        String known =
                instance == null ? null : step.group().members().byInstance().get(instance);
        if (known != null) {
            replaceStatic(
                    step, request, Objects.requireNonNull(step.group().members().get(known)), command);
        } else if (instance == null
                && JoinGroupRequest.requiresKnownMemberId(command.client().apiVersion())) {
            expect(step, request, command.newMemberId());
        } else {
            add(step, request, command.newMemberId());
        }
    }

    /** Gives out an id to come back with, so that a lost answer leaves no ghost behind (KIP-394). */
    private static void expect(Step step, Request request, String memberId) {
        long deadlineMs = step.nowMs() + request.profile().sessionTimeoutMs();
        step.become(step.group().with(step.group().members().withPending(memberId, deadlineMs)));
        step.alarm(deadlineMs, new SessionDue(step.group().groupId(), memberId));
        step.answer(request.ticket(), Replies.joinError(memberId, Errors.MEMBER_ID_REQUIRED));
    }

    private void add(Step step, Request request, String memberId) {
        if (step.group().state() instanceof PreparingRebalance preparing && preparing.initial() != null) {
            step.become(step.group()
                    .inside(new PreparingRebalance(preparing.initial().withNewMember(), preparing.deadlineMs())));
        }
        Member member = step.alive(request.newMember(memberId), NEW_MEMBER_TIMEOUT_MS);
        step.become(step.group().add(member, request.protocolType()));
        rebalance.prepareOrComplete(step);
    }

    private void rejoin(Step step, Request request) {
        ClassicGroup group = step.group();
        Member member = Objects.requireNonNull(group.members().get(request.memberId()));
        boolean same = member.protocols().equals(request.profile().protocols());
        if (same && mayStay(group, member.memberId())) {
            step.answer(request.ticket(), Replies.joined(group, member.memberId()));
        } else {
            update(step, member, request);
            rebalance.prepareOrComplete(step);
        }
    }

    /** A leader that joins again has seen something that the metadata do not show, such as new partitions. */
    private static boolean mayStay(ClassicGroup group, String memberId) {
        return group.state() instanceof CompletingRebalance
                || (group.state() instanceof Stable && !group.isLeader(memberId));
    }

    private static void update(Step step, Member member, Request request) {
        if (member.join() != null) {
            step.answer(member.join(), Replies.joinError(member.memberId(), Errors.REBALANCE_IN_PROGRESS));
        }
        step.become(step.group().with(member.joining(request.profile(), request.ticket())));
    }

    /** A static member is back: it takes its place under a new id, and whoever still uses the old one is fenced (KIP-345). */
    private void replaceStatic(Step step, Request request, Member old, Join command) {
        ClassicGroup before = step.group();
        Member renamed = old.renamed(command.newMemberId());
        fence(step, old);
        ClassicGroup group =
                before.synced(old.memberId()).with(before.members().without(old).with(renamed));
        if (before.isLeader(old.memberId())) {
            group = group.ledBy(renamed.memberId());
        }
        step.become(group);
        Member member = step.alive(renamed.joining(request.profile(), request.ticket()));
        step.become(group.with(member));
        if (!(group.state() instanceof Stable)) {
            rebalance.prepareOrComplete(step);
        } else if (Objects.equals(step.group().members().electProtocol(), group.protocol())) {
            takePlace(step, member, before.leader(), command.client().apiVersion());
        } else {
            rebalance.prepare(step);
        }
    }

    private static void fence(Step step, Member old) {
        if (old.join() != null) {
            step.answer(old.join(), Replies.joinError(old.memberId(), Errors.FENCED_INSTANCE_ID));
        }
        if (old.sync() != null) {
            step.answer(old.sync(), Replies.syncError(Errors.FENCED_INSTANCE_ID));
        }
    }

    /**
     * Back in a stable group. A leader must not assign anew: from version 9 on it is told so (KIP-814), before that it is
     * told of another leader, its own old id.
     */
    private static void takePlace(Step step, Member member, @Nullable String oldLeader, short apiVersion) {
        Ticket<JoinGroupResponseData> ticket = Objects.requireNonNull(member.join());
        step.become(step.group().with(member.joined()));
        step.logGroup();
        String memberId = member.memberId();
        ClassicGroup group = step.group();
        if (JoinGroupRequest.supportsSkippingAssignment(apiVersion)) {
            step.answer(ticket, Replies.joined(group, memberId).setSkipAssignment(group.isLeader(memberId)));
        } else {
            step.answer(ticket, Replies.joined(group, memberId, oldLeader));
        }
    }

    /** The request, with what old versions leave out. */
    private record Request(
            GroupCoordinator.GroupClient client,
            JoinGroupRequestData data,
            Member.Profile profile,
            Ticket<JoinGroupResponseData> ticket) {
        static Request of(Join command) {
            JoinGroupRequestData data = command.request();
            boolean hasRebalanceTimeout = command.client().apiVersion() >= 1;
            List<Member.Protocol> protocols = data.protocols().stream()
                    .map(protocol -> new Member.Protocol(protocol.name(), Blob.of(protocol.metadata())))
                    .toList();
            Member.Profile profile = new Member.Profile(
                    hasRebalanceTimeout ? data.rebalanceTimeoutMs() : data.sessionTimeoutMs(),
                    data.sessionTimeoutMs(),
                    protocols);
            return new Request(command.client(), data, profile, command.ticket());
        }

        String memberId() {
            return data.memberId();
        }

        boolean isUnknown() {
            return data.memberId().equals(JoinGroupRequest.UNKNOWN_MEMBER_ID);
        }

        @Nullable
        String groupInstanceId() {
            return data.groupInstanceId();
        }

        boolean isStatic() {
            return data.groupInstanceId() != null;
        }

        String protocolType() {
            return data.protocolType();
        }

        long metadataBytes() {
            return profile.protocols().stream()
                    .mapToLong(protocol -> protocol.metadata().size())
                    .sum();
        }

        Member newMember(String memberId) {
            return new Member(
                    memberId,
                    groupInstanceId(),
                    client.clientId(),
                    client.clientHost(),
                    profile.rebalanceTimeoutMs(),
                    profile.sessionTimeoutMs(),
                    profile.protocols(),
                    Blob.EMPTY,
                    0,
                    true,
                    ticket,
                    null);
        }
    }
}
