package io.millrace.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.output.Table;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code millrace topic describe}. */
@Command(
        name = "describe",
        header = "Show topics' partitions, offsets and configuration.",
        footer = {"", "Examples:", "  millrace topic describe orders", "  millrace topic describe orders --json"})
final class TopicDescribeCommand extends AdminCommand {
    @Parameters(arity = "1..*", paramLabel = "TOPIC", description = "Names of the topics.")
    List<String> topics = List.of();

    @Override
    void run(Admin admin) {
        for (String name : topics) {
            TopicDescription topic = answer(
                    admin.describeTopics(List.of(name)).topicNameValues().get(name),
                    UnknownTopicOrPartitionException.class,
                    CliException.noSuchTopic(name));
            var details = new Details(
                    topic,
                    ownConfigs(admin, name),
                    offsets(admin, topic, OffsetSpec.earliest()),
                    offsets(admin, topic, OffsetSpec.latest()));
            if (json) {
                printJson(details::write);
            } else {
                print(details.text());
            }
        }
    }

    private static SortedMap<String, String> ownConfigs(Admin admin, String name) {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, name);
        SortedMap<String, String> own = new TreeMap<>();
        for (ConfigEntry entry : answer(
                        admin.describeConfigs(List.of(resource)).values().get(resource))
                .entries()) {
            if (entry.source() == ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG) {
                own.put(entry.name(), String.valueOf(entry.value()));
            }
        }
        return own;
    }

    private static Map<Integer, Long> offsets(Admin admin, TopicDescription topic, OffsetSpec which) {
        Map<TopicPartition, OffsetSpec> asked = topic.partitions().stream()
                .filter(partition -> partition.leader() != null)
                .collect(Collectors.toMap(
                        partition -> new TopicPartition(topic.name(), partition.partition()), partition -> which));
        ListOffsetsResult result = admin.listOffsets(asked);
        Map<Integer, Long> offsets = new HashMap<>();
        asked.keySet()
                .forEach(partition -> offsets.put(
                        partition.partition(),
                        answer(result.partitionResult(partition)).offset()));
        return offsets;
    }

    /** All that is shown of one topic; offsets of partitions without a leader are missing. */
    private record Details(
            TopicDescription topic,
            SortedMap<String, String> configs,
            Map<Integer, Long> starts,
            Map<Integer, Long> ends) {

        String text() {
            var table = new Table("PARTITION", "LEADER", "REPLICAS", "IN SYNC", "START", "END", "RECORDS");
            for (TopicPartitionInfo partition : topic.partitions()) {
                Long start = starts.get(partition.partition());
                Long end = ends.get(partition.partition());
                table.row(
                        partition.partition(),
                        leader(partition) < 0 ? "none" : leader(partition),
                        ids(partition.replicas()),
                        ids(partition.isr()),
                        shown(start),
                        shown(end),
                        start == null || end == null ? "-" : end - start);
            }
            String own = configs.isEmpty() ? "all at the broker's defaults" : configs.toString();
            return "Topic " + topic.name() + "  id " + topic.topicId() + "\nConfiguration: " + own + "\n\n"
                    + table.text();
        }

        void write(JsonGenerator out) throws IOException {
            out.writeStartObject();
            out.writeStringField("topic", topic.name());
            out.writeStringField("topicId", topic.topicId().toString());
            out.writeBooleanField("internal", topic.isInternal());
            out.writeObjectFieldStart("configs");
            for (Map.Entry<String, String> config : configs.entrySet()) {
                out.writeStringField(config.getKey(), config.getValue());
            }
            out.writeEndObject();
            out.writeArrayFieldStart("partitions");
            for (TopicPartitionInfo partition : topic.partitions()) {
                write(out, partition);
            }
            out.writeEndArray();
            out.writeEndObject();
        }

        private void write(JsonGenerator out, TopicPartitionInfo partition) throws IOException {
            out.writeStartObject();
            out.writeNumberField("partition", partition.partition());
            out.writeNumberField("leader", leader(partition));
            writeIds(out, "replicas", partition.replicas());
            writeIds(out, "isr", partition.isr());
            out.writeNumberField("startOffset", starts.getOrDefault(partition.partition(), -1L));
            out.writeNumberField("endOffset", ends.getOrDefault(partition.partition(), -1L));
            out.writeEndObject();
        }

        private static void writeIds(JsonGenerator out, String name, List<Node> nodes) throws IOException {
            out.writeFieldName(name);
            out.writeArray(nodes.stream().mapToInt(Node::id).toArray(), 0, nodes.size());
        }

        private static int leader(TopicPartitionInfo partition) {
            Node leader = partition.leader();
            return leader == null ? -1 : leader.id();
        }

        private static String ids(List<Node> nodes) {
            return nodes.stream().map(Node::idString).collect(Collectors.joining(","));
        }

        private static String shown(@Nullable Long offset) {
            return offset == null ? "-" : offset.toString();
        }
    }
}
