package io.millrace.coordinator.group;

import io.millrace.coordinator.group.GroupCommand.Heartbeat;
import io.millrace.coordinator.group.GroupState.PreparingRebalance;
import java.util.Objects;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.protocol.Errors;

/** Heartbeat, versions 0 to 4: a member is there, and hears whether it has to join again. */
final class Heartbeats {
    private Heartbeats() {}

    static void heartbeat(Step step, Heartbeat command) {
        Errors answer = answer(step.group(), command.request());
        if (answer == Errors.NONE || answer == Errors.REBALANCE_IN_PROGRESS) {
            alive(step, command.request().memberId());
        }
        step.answer(command.ticket(), Replies.heartbeat(answer));
    }

    private static Errors answer(ClassicGroup group, HeartbeatRequestData request) {
        Errors member = group.check(request.memberId(), request.groupInstanceId());
        if (member != Errors.NONE) {
            return member;
        }
        if (request.generationId() != group.generation()) {
            return Errors.ILLEGAL_GENERATION;
        }
        return group.state() instanceof PreparingRebalance ? Errors.REBALANCE_IN_PROGRESS : Errors.NONE;
    }

    /** The member's session begins anew. */
    static void alive(Step step, String memberId) {
        Member member = Objects.requireNonNull(step.group().members().get(memberId));
        step.become(step.group().with(step.alive(member)));
    }
}
