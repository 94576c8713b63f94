package io.millrace.coordinator.group;

import io.millrace.coordinator.Ticket;
import io.millrace.coordinator.group.GroupCommand.Sync;
import io.millrace.coordinator.group.GroupState.CompletingRebalance;
import io.millrace.coordinator.group.GroupState.PreparingRebalance;
import io.millrace.coordinator.group.GroupState.Stable;
import io.millrace.coordinator.group.record.Blob;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * SyncGroup, versions 0 to 5: a member asks for its assignment, the leader brings everybody's. The group becomes stable, and
 * its members hear their assignments, when the generation is in the log.
 */
final class Syncs {
    private Syncs() {}

    static void sync(Step step, Sync command) {
        SyncGroupRequestData request = command.request();
        Errors refusal = refusal(step.group(), request);
        if (refusal != Errors.NONE) {
            step.answer(command.ticket(), Replies.syncError(refusal));
            return;
        }
        step.become(step.group().synced(request.memberId()));
        if (step.group().state() instanceof Stable) {
            Member member = Objects.requireNonNull(step.group().members().get(request.memberId()));
            step.answer(command.ticket(), Replies.synced(step.group(), member.assignment()));
        } else {
            await(step, request.memberId(), command.ticket());
            if (step.group().isLeader(request.memberId())) {
                assign(step, request);
            }
        }
    }

    private static Errors refusal(ClassicGroup group, SyncGroupRequestData request) {
        Errors member = group.check(request.memberId(), request.groupInstanceId());
        if (member != Errors.NONE) {
            return member;
        }
        if (request.generationId() != group.generation()) {
            return Errors.ILLEGAL_GENERATION;
        }
        if (differ(request.protocolType(), group.protocolType()) || differ(request.protocolName(), group.protocol())) {
            return Errors.INCONSISTENT_GROUP_PROTOCOL;
        }
        return group.state() instanceof PreparingRebalance ? Errors.REBALANCE_IN_PROGRESS : Errors.NONE;
    }

    /** Only clients of version 5 say what they think the protocol is. */
    private static boolean differ(@Nullable String asked, @Nullable String actual) {
        return asked != null && actual != null && !asked.equals(actual);
    }

    private static void await(Step step, String memberId, Ticket<SyncGroupResponseData> ticket) {
        Member member = Objects.requireNonNull(step.group().members().get(memberId));
        if (member.sync() != null) {
            step.answer(member.sync(), Replies.syncError(Errors.REBALANCE_IN_PROGRESS));
        }
        step.become(step.group().with(member.syncing(ticket)));
    }

    private static void assign(Step step, SyncGroupRequestData request) {
        if (!(step.group().state() instanceof CompletingRebalance completing)) {
            throw new IllegalStateException(
                    "an assignment for a group that is " + step.group().state());
        }
        Map<String, Blob> assignments = new HashMap<>();
        request.assignments().forEach(one -> assignments.put(one.memberId(), Blob.of(one.assignment())));
        ClassicGroup stable = step.group().in(new Stable(completing.syncs()), step.wallMs());
        step.become(stable.with(stable.members().each(member -> {
            Blob assignment = assignments.getOrDefault(member.memberId(), Blob.EMPTY);
            return tell(step, stable, member.assigned(assignment));
        })));
        step.logGroup();
    }

    private static Member tell(Step step, ClassicGroup group, Member member) {
        if (member.sync() == null) {
            return member;
        }
        step.answer(member.sync(), Replies.synced(group, member.assignment()));
        return step.alive(member.syncing(null));
    }
}
