package io.millrace.coordinator.group;

import io.millrace.coordinator.Alarm;
import io.millrace.coordinator.group.GroupCommand.JoinDue;
import io.millrace.coordinator.group.GroupCommand.SessionDue;
import io.millrace.coordinator.group.GroupCommand.SyncDue;
import io.millrace.coordinator.group.GroupState.CompletingRebalance;
import io.millrace.coordinator.group.GroupState.Empty;
import io.millrace.coordinator.group.GroupState.InitialDelay;
import io.millrace.coordinator.group.GroupState.PreparingRebalance;
import io.millrace.coordinator.group.GroupState.Stable;
import io.millrace.coordinator.group.record.Blob;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.protocol.Errors;

/**
 * How a group gets from one generation to the next: the join phase begins, is waited for and ends, members go missing.
 *
 * <pre>
 * Empty ──────────────> PreparingRebalance (waits for more members, in steps)
 * Stable, Completing ─> PreparingRebalance (waits for the members it has)
 * PreparingRebalance ─> CompletingRebalance, next generation, joins answered;  without members: Empty
 * CompletingRebalance > Stable, when the leader's assignment is there ({@link Syncs})
 * </pre>
 */
final class Rebalance {
    private final GroupConfig config;

    Rebalance(GroupConfig config) {
        this.config = config;
    }

    void prepareOrComplete(Step step) {
        if (step.group().canRebalance()) {
            prepare(step);
        } else {
            completeIfAllJoined(step);
        }
    }

    /** The join phase begins. */
    void prepare(Step step) {
        if (step.group().state() instanceof CompletingRebalance) {
            dropAssignments(step);
        }
        if (step.group().isEmpty()) {
            int delayMs = config.initialRebalanceDelayMs();
            int remainingMs = Math.max(step.group().members().rebalanceTimeoutMs() - delayMs, 0);
            waitForMembers(step, new InitialDelay(delayMs, remainingMs, false));
        } else {
            waitForJoins(step);
            if (step.group().members().haveAllJoined()) {
                complete(step);
            }
        }
    }

    /** Whoever waits for an assignment has to join again. */
    private static void dropAssignments(Step step) {
        step.become(step.group().with(step.group().members().each(member -> {
            if (member.sync() == null) {
                return member.assigned(Blob.EMPTY);
            }
            step.answer(member.sync(), Replies.syncError(Errors.REBALANCE_IN_PROGRESS));
            return step.alive(member.assigned(Blob.EMPTY).syncing(null));
        })));
    }

    private static void waitForMembers(Step step, InitialDelay delay) {
        long deadlineMs = step.nowMs() + delay.stepMs();
        PreparingRebalance next = new PreparingRebalance(delay, deadlineMs);
        ClassicGroup group = step.group();
        step.become(group.isEmpty() ? group.in(next, step.wallMs()) : group.inside(next));
        step.alarm(deadlineMs, new JoinDue(group.groupId()));
    }

    private static void waitForJoins(Step step) {
        ClassicGroup group = step.group();
        long deadlineMs = step.nowMs() + group.members().rebalanceTimeoutMs();
        step.become(group.in(new PreparingRebalance(null, deadlineMs), step.wallMs()));
        step.alarm(deadlineMs, new JoinDue(group.groupId()));
    }

    /** Ends the join phase if nobody is missing; an empty group's first one ends by time only. */
    void completeIfAllJoined(Step step) {
        if (step.group().state() instanceof PreparingRebalance preparing
                && preparing.initial() == null
                && step.group().members().haveAllJoined()) {
            complete(step);
        }
    }

    /** The time of a join phase may have come. */
    void joinDue(Step step) {
        if (!(step.group().state() instanceof PreparingRebalance preparing)) {
            return;
        }
        InitialDelay initial = preparing.initial();
        if (preparing.deadlineMs() > step.nowMs()) {
            step.alarm(preparing.deadlineMs(), new JoinDue(step.group().groupId()));
        } else if (initial != null && initial.newMember() && initial.remainingMs() > 0) {
            int stepMs = Math.min(config.initialRebalanceDelayMs(), initial.remainingMs());
            int remainingMs = Math.max(initial.remainingMs() - initial.stepMs(), 0);
            waitForMembers(step, new InitialDelay(stepMs, remainingMs, false));
        } else {
            complete(step);
        }
    }

    /** Ends the join phase with those who are there; static members may be absent, but not all of them. */
    private void complete(Step step) {
        for (Member member : absent(step.group())) {
            if (!member.isStatic()) {
                step.become(step.group().remove(member));
            }
        }
        step.become(step.group().ledByJoined());
        ClassicGroup group = step.group();
        if (group.members().isEmpty()) {
            step.become(group.nextGeneration(new Empty(), step.wallMs()));
            step.logGroup();
        } else if (!group.hasJoinedLeader()) {
            waitForJoins(step);
        } else {
            nextGeneration(step);
        }
    }

    private static List<Member> absent(ClassicGroup group) {
        return group.members().all().stream()
                .filter(member -> member.join() == null)
                .toList();
    }

    private static void nextGeneration(Step step) {
        ClassicGroup group = step.group();
        long deadlineMs = step.nowMs() + group.members().rebalanceTimeoutMs();
        SyncWait syncs = SyncWait.of(group.members().byId().keySet(), deadlineMs);
        ClassicGroup next = group.nextGeneration(new CompletingRebalance(syncs), step.wallMs());
        step.become(next.with(next.members().each(member -> {
            if (member.join() != null) {
                step.answer(member.join(), Replies.joined(next, member.memberId()));
            }
            return step.alive(member.joined());
        })));
        step.alarm(deadlineMs, new SyncDue(group.groupId()));
    }

    /** Members may have failed to ask for their assignment. */
    void syncDue(Step step) {
        SyncWait syncs = step.group().syncs();
        if (syncs.missing().isEmpty()) {
            return;
        }
        if (syncs.deadlineMs() > step.nowMs()) {
            step.alarm(syncs.deadlineMs(), new SyncDue(step.group().groupId()));
            return;
        }
        syncs.missing().forEach(memberId -> remove(step, memberId));
        prepare(step);
    }

    /** A member, or one that was expected to join, may have been silent for too long. */
    void sessionDue(Step step, String memberId) {
        Members members = step.group().members();
        Long pendingUntilMs = members.pending().get(memberId);
        Member member = members.get(memberId);
        if (pendingUntilMs != null) {
            pendingDue(step, memberId, pendingUntilMs);
        } else if (member != null && !member.isWaiting()) {
            memberDue(step, member);
        }
    }

    private void pendingDue(Step step, String memberId, long deadlineMs) {
        if (deadlineMs > step.nowMs()) {
            step.alarm(deadlineMs, new SessionDue(step.group().groupId(), memberId));
        } else {
            step.become(step.group().with(step.group().members().withoutPending(memberId)));
            completeIfAllJoined(step);
        }
    }

    private void memberDue(Step step, Member member) {
        if (member.sessionDeadlineMs() > step.nowMs()) {
            step.alarm(member.sessionDeadlineMs(), new SessionDue(step.group().groupId(), member.memberId()));
            return;
        }
        remove(step, member.memberId());
        afterDeath(step);
    }

    private void afterDeath(Step step) {
        GroupState state = step.group().state();
        if (state instanceof Stable || state instanceof CompletingRebalance) {
            prepareOrComplete(step);
        } else if (state instanceof PreparingRebalance && step.group().members().haveAllJoined()) {
            complete(step);
        }
    }

    /** Takes a member out; what it still waits for is answered UNKNOWN_MEMBER_ID, so that it may join anew. */
    static void remove(Step step, String memberId) {
        Member member = step.group().members().get(memberId);
        if (member == null) {
            return;
        }
        if (member.join() != null) {
            step.answer(member.join(), Replies.joinError(Replies.NO_MEMBER, Errors.UNKNOWN_MEMBER_ID));
        }
        if (member.sync() != null) {
            step.answer(member.sync(), Replies.syncError(Errors.UNKNOWN_MEMBER_ID));
        }
        step.become(step.group().synced(memberId).remove(member));
    }

    /** What a group loaded from the log needs: sessions begin now, and a group above its size has to shrink. */
    void loaded(Step step) {
        step.become(step.group().with(step.group().members().each(step::alive)));
        if (step.group().members().size() > config.maxSize()) {
            prepareOrComplete(step);
        }
    }

    /** Every alarm the group's state calls for. */
    static List<Alarm<GroupCommand>> alarms(ClassicGroup group) {
        List<Alarm<GroupCommand>> alarms = new ArrayList<>();
        String groupId = group.groupId();
        group.members()
                .all()
                .forEach(member -> alarms.add(
                        new Alarm<>(member.sessionDeadlineMs(), new SessionDue(groupId, member.memberId()))));
        group.members()
                .pending()
                .forEach((memberId, deadlineMs) ->
                        alarms.add(new Alarm<>(deadlineMs, new SessionDue(groupId, memberId))));
        if (group.state() instanceof PreparingRebalance preparing) {
            alarms.add(new Alarm<>(preparing.deadlineMs(), new JoinDue(groupId)));
        }
        if (!group.syncs().missing().isEmpty()) {
            alarms.add(new Alarm<>(group.syncs().deadlineMs(), new SyncDue(groupId)));
        }
        return alarms;
    }
}
