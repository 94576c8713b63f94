package io.millrace.cli;

import io.millrace.storage.LogDump;
import io.millrace.storage.LogInspection;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code millrace log dump}. */
@Command(
        name = "dump",
        header = "Show what lies in logs' files.",
        description = {
            "Shows batches, index entries, producers, leader epochs and topic ids, file by file, as they lie there.",
            "Changes nothing; a broker may be at work meanwhile.",
            ""
        },
        footer = {
            "",
            "Examples:",
            "  millrace log dump data/topics/orders-0",
            "  millrace log dump data/topics/orders-0/00000000000000000000.log --records --from 100 --to 120",
            "  millrace log dump data --json"
        })
final class LogDumpCommand extends LogFileCommand {
    @Option(names = "--from", paramLabel = "OFFSET", description = "Leave out batches that end before.")
    long from;

    @Option(names = "--to", paramLabel = "OFFSET", description = "Leave out batches that begin behind.")
    long to = Long.MAX_VALUE;

    @Override
    int run(LogInspection inspection) throws IOException {
        inspection.dump(
                new LogDump.Selection(records, from, to),
                item -> out().println(json ? LogItemJson.of(item) : LogItemText.of(item)));
        out().flush();
        return ExitCode.DONE;
    }
}
