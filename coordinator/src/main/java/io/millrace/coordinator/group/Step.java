package io.millrace.coordinator.group;

import io.millrace.coordinator.Alarm;
import io.millrace.coordinator.Answer;
import io.millrace.coordinator.Decision;
import io.millrace.coordinator.Moment;
import io.millrace.coordinator.Ticket;
import io.millrace.coordinator.group.record.GroupRecord;
import java.util.ArrayList;
import java.util.List;

/**
 * A decision about one group in the making: what the group becomes, and what is to be logged, answered and looked at later.
 * Lives within one call of {@code decide}; the machine's own state is not touched.
 */
final class Step {
    private final Moment now;
    private final List<GroupChange> changes = new ArrayList<>();
    private final List<Answer<?>> answers = new ArrayList<>();
    private final List<Alarm<GroupCommand>> alarms = new ArrayList<>();
    private ClassicGroup group;
    private boolean isChanged;

    Step(Moment now, ClassicGroup group) {
        this.now = now;
        this.group = group;
    }

    /** Steady clock, for deadlines. */
    long nowMs() {
        return now.steadyMs();
    }

    /** For what is written down. */
    long wallMs() {
        return now.wallMs();
    }

    ClassicGroup group() {
        return group;
    }

    void become(ClassicGroup next) {
        group = next;
        isChanged = true;
    }

    /** The log keeps the group as it is now. */
    void logGroup() {
        log(group.record());
    }

    void log(GroupRecord record) {
        changes.add(new GroupChange.Logged(record));
    }

    <T> void answer(Ticket<T> ticket, T reply) {
        answers.add(new Answer<>(ticket, reply));
    }

    void alarm(long atMs, GroupCommand command) {
        alarms.add(new Alarm<>(atMs, command));
    }

    /** The member was heard of, or is owed another chance. */
    Member alive(Member member) {
        return alive(member, member.sessionTimeoutMs());
    }

    Member alive(Member member, int timeoutMs) {
        alarm(nowMs() + timeoutMs, new GroupCommand.SessionDue(group.groupId(), member.memberId()));
        return member.alive(nowMs(), timeoutMs);
    }

    Decision<GroupCommand, GroupChange> done() {
        if (isChanged) {
            changes.add(new GroupChange.Live(group));
        }
        return new Decision<>(changes, answers, alarms, true);
    }
}
