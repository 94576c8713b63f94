package io.millrace.coordinator;

/**
 * Now, on both clocks.
 *
 * @param wallMs ms since the epoch, for what is written down; may jump
 * @param steadyMs ms since some point in this process' life, for deadlines and alarms; never jumps
 */
public record Moment(long wallMs, long steadyMs) {}
