package io.millrace.cli;

import picocli.CommandLine.Command;

/** Groups the commands about logs' files. */
@Command(
        name = "log",
        header = "Look into the files of logs, and check whether they are sound.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {LogDumpCommand.class, LogVerifyCommand.class})
final class LogCommand extends CommandGroup {}
