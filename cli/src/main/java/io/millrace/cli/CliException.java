package io.millrace.cli;

import java.io.Serial;

/** A failure that is already said as the user should read it: one line, with what to do next. */
final class CliException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    private final int exitCode;

    CliException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    CliException(int exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    static CliException noSuchTopic(String topic) {
        return new CliException(
                ExitCode.NOT_FOUND,
                "There is no topic '" + topic + "': 'millrace topic list' shows what there is, 'millrace topic create "
                        + topic + "' makes it.");
    }

    static CliException noSuchGroup(String group) {
        return new CliException(
                ExitCode.NOT_FOUND, "There is no group '" + group + "': 'millrace group list' shows what there is.");
    }

    int exitCode() {
        return exitCode;
    }
}
