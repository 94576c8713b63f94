package io.millrace.coordinator.group;

import io.millrace.coordinator.group.GroupCommand.Leave;
import io.millrace.coordinator.group.GroupState.CompletingRebalance;
import io.millrace.coordinator.group.GroupState.PreparingRebalance;
import io.millrace.coordinator.group.GroupState.Stable;
import java.util.List;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.message.LeaveGroupResponseData.MemberResponse;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * LeaveGroup, versions 0 to 5: one member up to version 2, then several, where static ones may be named by their instance id
 * alone (KIP-345).
 */
final class Leaves {
    private static final int FIRST_WITH_MEMBERS = 3;

    private final Rebalance rebalance;

    Leaves(Rebalance rebalance) {
        this.rebalance = rebalance;
    }

    void leave(Step step, Leave command) {
        short version = command.client().apiVersion();
        List<MemberResponse> results = identities(command.request(), version).stream()
                .map(member -> leave(step, member.memberId(), member.groupInstanceId()))
                .toList();
        if (results.stream().anyMatch(result -> result.errorCode() == Errors.NONE.code())) {
            afterLeaving(step);
        }
        step.answer(command.ticket(), reply(results, version));
    }

    /** There is no such group, so nobody is in it. */
    static LeaveGroupResponseData withoutGroup(Leave command) {
        short version = command.client().apiVersion();
        List<MemberResponse> results = identities(command.request(), version).stream()
                .map(one -> Replies.left(one.memberId(), one.groupInstanceId(), Errors.UNKNOWN_MEMBER_ID))
                .toList();
        return reply(results, version);
    }

    private static List<MemberIdentity> identities(LeaveGroupRequestData request, short version) {
        return version >= FIRST_WITH_MEMBERS
                ? request.members()
                : List.of(new MemberIdentity().setMemberId(request.memberId()));
    }

    private static LeaveGroupResponseData reply(List<MemberResponse> results, short version) {
        return version >= FIRST_WITH_MEMBERS
                ? new LeaveGroupResponseData().setMembers(results)
                : new LeaveGroupResponseData().setErrorCode(results.getFirst().errorCode());
    }

    private static MemberResponse leave(Step step, String memberId, @Nullable String instance) {
        Members members = step.group().members();
        Errors result = Errors.NONE;
        if (memberId.equals(Replies.NO_MEMBER)) {
            String known = instance == null ? null : members.byInstance().get(instance);
            result = known == null ? Errors.UNKNOWN_MEMBER_ID : remove(step, known);
        } else if (members.isPending(memberId)) {
            step.become(step.group().with(members.withoutPending(memberId)));
        } else {
            Errors check = step.group().check(memberId, instance);
            result = check == Errors.NONE ? remove(step, memberId) : check;
        }
        return Replies.left(memberId, instance, result);
    }

    private static Errors remove(Step step, String memberId) {
        Rebalance.remove(step, memberId);
        return Errors.NONE;
    }

    private void afterLeaving(Step step) {
        switch (step.group().state()) {
            case Stable stable -> rebalance.prepareOrComplete(step);
            case CompletingRebalance completing -> rebalance.prepareOrComplete(step);
            case PreparingRebalance preparing -> rebalance.completeIfAllJoined(step);
            default -> {}
        }
    }
}
