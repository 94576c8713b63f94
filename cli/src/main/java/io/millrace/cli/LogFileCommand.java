package io.millrace.cli;

import io.millrace.storage.LogInspection;
import io.millrace.storage.NotALogException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A command that reads the files of logs; no broker is needed, and none is disturbed. */
abstract class LogFileCommand implements Callable<Integer> {
    @Mixin
    HelpOption helpOption = new HelpOption();

    @Spec
    @Nullable
    CommandSpec spec;

    @Parameters(
            paramLabel = "PATH",
            description = "A data directory, the directory of one partition in it (data/topics/orders-0), or one file.")
    Path path = Path.of("");

    @Option(names = "--records", description = "Look at the records in the batches too.")
    boolean records;

    @Option(names = "--json", description = "Answer with JSON, for programs: one object a line.")
    boolean json;

    /** Does the work, and gives the exit code. */
    abstract int run(LogInspection inspection) throws IOException;

    @Override
    public final Integer call() {
        try {
            return run(LogInspection.of(path));
        } catch (NoSuchFileException e) {
            throw new CliException(
                    ExitCode.NOT_FOUND,
                    "There is no '" + e.getFile() + "'. A broker's data are where its configuration's log.dirs says.",
                    e);
        } catch (NotALogException e) {
            throw new CliException(
                    ExitCode.USAGE,
                    e.getMessage() + ". Give a broker's data directory, or one of those in its 'topics'.",
                    e);
        } catch (AccessDeniedException e) {
            throw new CliException(
                    ExitCode.FAILED, "'" + e.getFile() + "' may not be read: run this as the broker's user.", e);
        } catch (IOException e) {
            throw new CliException(ExitCode.FAILED, "Cannot read on: " + e.getMessage() + '.', e);
        }
    }

    PrintWriter out() {
        if (spec == null) {
            throw new IllegalStateException("picocli has not filled in the command");
        }
        return spec.commandLine().getOut();
    }
}
