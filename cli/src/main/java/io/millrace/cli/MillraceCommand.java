package io.millrace.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;

/** The word {@code millrace} itself: shows what there is. */
@Command(
        name = "millrace",
        header = "Event streaming that speaks the Apache Kafka protocol, in one program.",
        versionProvider = MillraceCommand.class,
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        subcommands = {
            MillraceCommand.Start.class,
            ProduceCommand.class,
            ConsumeCommand.class,
            TopicCommand.class,
            GroupCommand.class,
            LogCommand.class
        },
        footer = {
            "",
            "First steps, each in a terminal of its own:",
            "  millrace start",
            "  echo hello | millrace produce greetings",
            "  millrace consume greetings",
            "",
            "'millrace COMMAND --help' explains a command. Commands find the broker at MILLRACE_BOOTSTRAP",
            "(default 127.0.0.1:9092).",
            "",
            "Exit codes: 0 done, 1 refused or failed, 2 wrong use or configuration, 3 no broker answered,",
            "4 no such topic, partition or group."
        })
final class MillraceCommand extends CommandGroup implements IVersionProvider {
    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    boolean version;

    @Override
    public String[] getVersion() {
        String built = MillraceCommand.class.getPackage().getImplementationVersion();
        return new String[] {"Millrace " + (built == null ? "(not packaged)" : built)};
    }

    /** Stands in the list of commands; {@link Main} runs it without picocli. */
    @Command(name = "start", header = "Run a broker.")
    static final class Start {}
}
