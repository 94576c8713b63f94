package io.millrace.cli;

import io.millrace.cli.output.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import picocli.CommandLine.Command;

/** {@code millrace group list}. */
@Command(
        name = "list",
        header = "List groups.",
        footer = {"", "Examples:", "  millrace group list", "  millrace group list --json"})
final class GroupListCommand extends AdminCommand {
    @Override
    void run(Admin admin) {
        List<GroupListing> groups = new ArrayList<>(answer(admin.listGroups().all()));
        groups.sort(Comparator.comparing(GroupListing::groupId));
        if (json) {
            groups.forEach(this::printGroup);
        } else {
            print(table(groups));
        }
    }

    private static String table(List<GroupListing> groups) {
        if (groups.isEmpty()) {
            return "No groups yet: 'millrace consume TOPIC --group NAME' makes one.\n";
        }
        var table = new Table("GROUP", "TYPE", "PROTOCOL", "STATE");
        groups.forEach(group -> table.row(group.groupId(), type(group), group.protocol(), state(group)));
        return table.text();
    }

    private void printGroup(GroupListing group) {
        printJson(out -> {
            out.writeStartObject();
            out.writeStringField("group", group.groupId());
            out.writeStringField("type", type(group));
            out.writeStringField("protocol", group.protocol());
            out.writeStringField("state", state(group));
            out.writeEndObject();
        });
    }

    private static String type(GroupListing group) {
        return group.type()
                .map(type -> type.toString().toLowerCase(Locale.ROOT))
                .orElse("-");
    }

    private static String state(GroupListing group) {
        return group.groupState().map(Object::toString).orElse("-");
    }
}
