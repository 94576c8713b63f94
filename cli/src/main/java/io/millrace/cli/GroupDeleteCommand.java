package io.millrace.cli;

import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code millrace group delete}. */
@Command(
        name = "delete",
        header = "Delete a group and its committed offsets.",
        footer = {"", "Example:", "  millrace group delete billing"})
final class GroupDeleteCommand extends AdminCommand {
    @Parameters(paramLabel = "GROUP", description = "Id of the group.")
    String group = "";

    @Override
    void run(Admin admin) {
        try {
            answer(
                    admin.deleteConsumerGroups(List.of(group)).all(),
                    GroupIdNotFoundException.class,
                    CliException.noSuchGroup(group));
        } catch (GroupNotEmptyException e) {
            throw new CliException(
                    ExitCode.FAILED, "Group '" + group + "' still has members: stop them, then delete it.", e);
        }
        if (json) {
            printJson(out -> {
                out.writeStartObject();
                out.writeStringField("group", group);
                out.writeBooleanField("deleted", true);
                out.writeEndObject();
            });
        } else {
            print("Deleted group " + group + ".\n");
        }
    }
}
