package io.millrace.cli;

import picocli.CommandLine.Command;

/** Groups the commands about consumer groups. */
@Command(
        name = "group",
        header = "List, describe and delete consumer groups.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {GroupListCommand.class, GroupDescribeCommand.class, GroupDeleteCommand.class})
final class GroupCommand extends CommandGroup {}
