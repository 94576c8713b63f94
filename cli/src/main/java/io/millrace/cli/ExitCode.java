package io.millrace.cli;

/** What the command's exit code says; part of its interface, shown in its help. */
final class ExitCode {
    static final int DONE = 0;
    /** Refused by the broker, or not possible here. */
    static final int FAILED = 1;
    /** Wrong options, values or configuration: nothing was tried. */
    static final int USAGE = 2;
    /** No broker answered. */
    static final int UNREACHABLE = 3;
    /** No such topic, partition or group. */
    static final int NOT_FOUND = 4;

    private ExitCode() {}
}
