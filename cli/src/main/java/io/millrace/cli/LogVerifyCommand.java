package io.millrace.cli;

import io.millrace.cli.output.JsonText;
import io.millrace.storage.LogInspection;
import io.millrace.storage.LogInspection.CheckOptions;
import io.millrace.storage.LogInspection.Extent;
import io.millrace.storage.LogItem;
import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code millrace log verify}. */
@Command(
        name = "verify",
        header = "Check whether logs' files are sound.",
        description = {
            "Checks checksums, the order of offsets and leader epochs, that every index entry leads to the batch it names,",
            "and that snapshots and checkpoints can be read. Changes nothing; a broker may be at work meanwhile.",
            ""
        },
        footer = {
            "",
            "Exit code 0: sound, 1: each finding is a line of the output.",
            "",
            "Examples:",
            "  millrace log verify data",
            "  millrace log verify data/topics/orders-0 --records"
        })
final class LogVerifyCommand extends LogFileCommand {
    @Option(names = "--compacted", description = "Offsets may be missing, as compaction leaves them.")
    boolean compacted;

    @Override
    int run(LogInspection inspection) throws IOException {
        if (inspection.isFile()) {
            throw new CliException(
                    ExitCode.USAGE,
                    "Files are checked against each other: give the directory that '" + path + "' is in.");
        }
        Extent extent = inspection.verify(new CheckOptions(compacted, records), this::print);
        out().println(
                        json
                                ? JsonText.of(generator -> {
                                    generator.writeStartObject();
                                    generator.writeNumberField("logs", extent.logs());
                                    generator.writeNumberField("segments", extent.segments());
                                    generator.writeNumberField("batches", extent.batches());
                                    generator.writeNumberField("bytes", extent.bytes());
                                    generator.writeNumberField("findings", extent.findings());
                                    generator.writeEndObject();
                                })
                                : summary(extent));
        out().flush();
        return extent.findings() == 0 ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static String summary(Extent extent) {
        return String.format(
                Locale.ROOT,
                "%,d logs, %,d segments, %,d batches, %,d bytes: %s",
                extent.logs(),
                extent.segments(),
                extent.batches(),
                extent.bytes(),
                extent.findings() == 0 ? "sound" : String.format(Locale.ROOT, "%,d findings", extent.findings()));
    }

    private void print(LogItem.Finding finding) {
        out().println(json ? LogItemJson.of(finding) : LogItemText.of(finding));
        out().flush();
    }
}
