package io.millrace.coordinator;

import java.util.List;

/**
 * What a state machine makes of a command.
 *
 * @param changes to be replayed in this order, and appended to the log as far as they are records
 * @param answers to be given when the changes, and all decided before, are committed
 * @param atomic the records go into one batch: all are there after a crash, or none
 */
public record Decision<C, R>(List<R> changes, List<Answer<?>> answers, List<Alarm<C>> alarms, boolean atomic) {
    public Decision {
        changes = List.copyOf(changes);
        answers = List.copyOf(answers);
        alarms = List.copyOf(alarms);
    }

    public static <C, R> Decision<C, R> answer(Answer<?> answer) {
        return new Decision<>(List.of(), List.of(answer), List.of(), true);
    }
}
