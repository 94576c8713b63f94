package io.millrace.coordinator.group;

import org.jspecify.annotations.Nullable;

/** Where a classic group stands; what belongs to one state only is inside it. Deadlines are on the steady clock, in ms. */
sealed interface GroupState {
    /** Kafka's name for it, in DescribeGroups and ListGroups. */
    String label();

    /** No members; maybe committed offsets. */
    record Empty() implements GroupState {
        @Override
        public String label() {
            return "Empty";
        }
    }

    /**
     * Members are joining.
     *
     * @param initial set while an empty group waits for more members to come
     * @param deadlineMs when the join phase ends with whoever is there
     */
    record PreparingRebalance(@Nullable InitialDelay initial, long deadlineMs) implements GroupState {
        @Override
        public String label() {
            return "PreparingRebalance";
        }
    }

    /** All know the generation; the leader's assignment is awaited. */
    record CompletingRebalance(SyncWait syncs) implements GroupState {
        @Override
        public String label() {
            return "CompletingRebalance";
        }
    }

    /** The assignment is there. */
    record Stable(SyncWait syncs) implements GroupState {
        @Override
        public String label() {
            return "Stable";
        }
    }

    /** There is no such group. */
    record Dead() implements GroupState {
        @Override
        public String label() {
            return "Dead";
        }
    }

    /**
     * How long an empty group's first rebalance still waits: in steps, as long as new members come and time is left.
     *
     * @param stepMs the step that runs
     * @param remainingMs what may be added to it
     * @param newMember a member has come in this step
     */
    record InitialDelay(int stepMs, int remainingMs, boolean newMember) {
        InitialDelay withNewMember() {
            return new InitialDelay(stepMs, remainingMs, true);
        }
    }
}
