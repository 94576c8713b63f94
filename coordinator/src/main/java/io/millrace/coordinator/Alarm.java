package io.millrace.coordinator;

/**
 * A command to be decided when a time has come. A machine keeps its deadlines in its state and looks at them when the alarm
 * rings: so a deadline that moves on needs no change here, and the machine answers an early alarm with the next one.
 *
 * @param atMs on the steady clock of {@link Moment}
 * @param command also the alarm's identity: of equal ones the earliest rings
 */
public record Alarm<C>(long atMs, C command) {
    Alarm<C> notBefore(long ms) {
        return atMs >= ms ? this : new Alarm<>(ms, command);
    }
}
