package io.millrace.coordinator;

import java.util.List;

/**
 * One shard of a coordinator: pure, without a thread, a clock or I/O of its own. Called by one thread at a time.
 *
 * @param <C> commands, alarms included; values with equality
 * @param <R> changes of the state
 */
public interface StateMachine<C, R> {
    /** Decides a command against the present state, which stays as it is. */
    Decision<C, R> decide(C command, Moment now);

    /**
     * Applies a change: the only way the state changes. All state lives in {@link UndoMap}s, so that what a failed append
     * had already changed can be taken back.
     */
    void replay(R change);

    /** Every alarm the present state needs; asked for after changes were taken back. */
    List<Alarm<C>> alarms(Moment now);
}
