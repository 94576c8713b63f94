package io.millrace.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace topic alter}. */
@Command(
        name = "alter",
        header = "Add partitions to a topic or change its configuration.",
        footer = {
            "",
            "Examples:",
            "  millrace topic alter orders --partitions 12",
            "  millrace topic alter orders --config retention.ms=3600000 --reset cleanup.policy"
        })
final class TopicAlterCommand extends AdminCommand {
    @Parameters(paramLabel = "TOPIC", description = "Name of the topic.")
    String topic = "";

    @Option(
            names = {"-p", "--partitions"},
            paramLabel = "N",
            description = "How many partitions it shall have; more than now.")
    @Nullable
    Integer partitions;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "KEY=VALUE",
            description = "A configuration to set.")
    Map<String, String> configs = new LinkedHashMap<>();

    @Option(names = "--reset", paramLabel = "KEY", description = "A configuration to put back to the broker's default.")
    List<String> resets = List.of();

    @Override
    void run(Admin admin) {
        List<AlterConfigOp> changes = changes();
        if (partitions == null && changes.isEmpty()) {
            throw new CliException(
                    ExitCode.USAGE, "Nothing to change: give --partitions N, --config KEY=VALUE or --reset KEY.");
        }
        CliException missing = CliException.noSuchTopic(topic);
        if (partitions != null) {
            var wanted = Map.of(topic, NewPartitions.increaseTo(partitions));
            answer(admin.createPartitions(wanted).all(), UnknownTopicOrPartitionException.class, missing);
        }
        if (!changes.isEmpty()) {
            var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
            answer(
                    admin.incrementalAlterConfigs(Map.of(resource, changes)).all(),
                    UnknownTopicOrPartitionException.class,
                    missing);
        }
        printChanged();
    }

    private void printChanged() {
        if (json) {
            printJson(out -> {
                out.writeStartObject();
                out.writeStringField("topic", topic);
                out.writeBooleanField("altered", true);
                out.writeEndObject();
            });
        } else {
            print("Altered topic " + topic + ".\n");
        }
    }

    private List<AlterConfigOp> changes() {
        List<AlterConfigOp> changes = new ArrayList<>();
        configs.forEach(
                (key, value) -> changes.add(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET)));
        resets.forEach(key -> changes.add(new AlterConfigOp(new ConfigEntry(key, ""), AlterConfigOp.OpType.DELETE)));
        return changes;
    }
}
