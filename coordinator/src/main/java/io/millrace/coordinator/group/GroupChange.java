package io.millrace.coordinator.group;

import io.millrace.coordinator.group.record.GroupRecord;

/** A step of the state of a shard. */
sealed interface GroupChange {
    /** One that the log keeps. */
    record Logged(GroupRecord record) implements GroupChange {}

    /**
     * One that is lost with the shard's leader: who is joining, who waits, deadlines. Where a record changes the same group,
     * it comes before, and both agree on what the log keeps.
     */
    record Live(ClassicGroup group) implements GroupChange {}
}
