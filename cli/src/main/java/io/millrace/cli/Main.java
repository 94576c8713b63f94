package io.millrace.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/** Entry of the program. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(run(args, writer(FileDescriptor.out), writer(FileDescriptor.err)));
    }

    /** Runs a command to its end and gives its exit code. Output is UTF-8 whatever the locale. */
    static int run(String[] args, PrintWriter out, PrintWriter err) {
        // picocli does not see "start": its classes would take longer to load than the broker
        int exitCode = args.length > 0 && args[0].equals("start")
                ? start(List.of(args).subList(1, args.length), out, err)
                : commandLine(out, err).execute(args);
        out.flush();
        err.flush();
        return exitCode;
    }

    private static int start(List<String> args, PrintWriter out, PrintWriter err) {
        try {
            return new StartCommand(out).run(StartOptions.parse(new ArrayList<>(args)));
        } catch (CliException e) {
            String.valueOf(e.getMessage()).lines().forEach(line -> err.println("millrace: " + line));
            return e.exitCode();
        }
    }

    private static CommandLine commandLine(PrintWriter out, PrintWriter err) {
        return new CommandLine(new MillraceCommand())
                .setOut(out)
                .setErr(err)
                .setUsageHelpWidth(100)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Main::wrongUse)
                .setExecutionExceptionHandler(Main::failed);
    }

    private static int wrongUse(ParameterException e, String[] args) {
        CommandLine command = e.getCommandLine();
        command.getErr().println("millrace: " + e.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(e, command.getErr());
        command.getErr().println("See '" + command.getCommandSpec().qualifiedName() + " --help'.");
        return ExitCode.USAGE;
    }

    private static int failed(Exception e, CommandLine command, ParseResult parsed) {
        CliException failure = Failures.explain(e);
        command.getOut().flush();
        command.getErr().println("millrace: " + failure.getMessage());
        if (command.getCommandSpec().findOption("--verbose") != null && parsed.hasMatchedOption("--verbose")) {
            e.printStackTrace(command.getErr());
        }
        return failure.exitCode();
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(descriptor), StandardCharsets.UTF_8), false);
    }
}
