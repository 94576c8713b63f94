package io.millrace.cli;

import picocli.CommandLine.Command;

/** Groups the commands about topics. */
@Command(
        name = "topic",
        header = "Create, list, describe, alter and delete topics.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            TopicCreateCommand.class,
            TopicListCommand.class,
            TopicDescribeCommand.class,
            TopicAlterCommand.class,
            TopicDeleteCommand.class
        })
final class TopicCommand extends CommandGroup {}
