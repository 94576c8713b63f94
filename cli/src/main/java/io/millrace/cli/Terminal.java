package io.millrace.cli;

/** Whether people sit at the ends: the launcher says so, as asking from Java would start a line editor. */
final class Terminal {
    private Terminal() {}

    /** Tells somebody who types, and nobody else. */
    static void hint(String text) {
        if (Boolean.getBoolean("millrace.stdin.terminal")) {
            System.err.println(text);
        }
    }

    /** Whether stderr is a terminal, where a line can be overwritten. */
    static boolean watched() {
        return Boolean.getBoolean("millrace.stderr.terminal");
    }
}
