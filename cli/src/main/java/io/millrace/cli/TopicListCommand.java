package io.millrace.cli;

import io.millrace.cli.output.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code millrace topic list}. */
@Command(
        name = "list",
        header = "List topics.",
        footer = {"", "Examples:", "  millrace topic list", "  millrace topic list --internal --json"})
final class TopicListCommand extends AdminCommand {
    @Option(names = "--internal", description = "Also those that brokers keep for themselves, like __consumer_offsets.")
    boolean internal;

    @Override
    void run(Admin admin) {
        var names = answer(
                admin.listTopics(new ListTopicsOptions().listInternal(internal)).names());
        List<TopicDescription> topics = new ArrayList<>(
                answer(admin.describeTopics(names).allTopicNames()).values());
        topics.sort(Comparator.comparing(TopicDescription::name));
        if (json) {
            topics.forEach(this::printTopic);
        } else {
            print(table(topics));
        }
    }

    private static String table(List<TopicDescription> topics) {
        if (topics.isEmpty()) {
            return "No topics yet: 'millrace topic create NAME' makes one.\n";
        }
        var table = new Table("TOPIC", "PARTITIONS", "REPLICAS");
        topics.forEach(topic -> table.row(topic.name(), topic.partitions().size(), replicas(topic)));
        return table.text();
    }

    private void printTopic(TopicDescription topic) {
        printJson(out -> {
            out.writeStartObject();
            out.writeStringField("topic", topic.name());
            out.writeStringField("topicId", topic.topicId().toString());
            out.writeNumberField("partitions", topic.partitions().size());
            out.writeNumberField("replicationFactor", replicas(topic));
            out.writeBooleanField("internal", topic.isInternal());
            out.writeEndObject();
        });
    }

    private static int replicas(TopicDescription topic) {
        return topic.partitions().stream()
                .mapToInt(partition -> partition.replicas().size())
                .max()
                .orElse(0);
    }
}
