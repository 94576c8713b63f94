package io.millrace.cli;

import java.io.PrintWriter;

/** {@code millrace start}. */
final class StartCommand {
    private final PrintWriter out;
    private final PrintWriter err;

    StartCommand(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    int run(StartOptions options) {
        if (options.help()) {
            out.print(StartOptions.HELP);
            return ExitCode.DONE;
        }
        err.println("todo");
        return ExitCode.FAILED;
    }
}
