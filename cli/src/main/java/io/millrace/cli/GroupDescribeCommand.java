package io.millrace.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.millrace.cli.output.Table;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code millrace group describe}. */
@Command(
        name = "describe",
        header = "Show a group's members, committed offsets and lag in records.",
        footer = {"", "Examples:", "  millrace group describe billing", "  millrace group describe billing --json"})
final class GroupDescribeCommand extends AdminCommand {
    private static final Comparator<TopicPartition> ORDER =
            Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    @Parameters(paramLabel = "GROUP", description = "Id of the group.")
    String group = "";

    @Override
    void run(Admin admin) {
        ConsumerGroupDescription description = answer(
                admin.describeConsumerGroups(List.of(group)).describedGroups().get(group),
                GroupIdNotFoundException.class,
                CliException.noSuchGroup(group));
        Map<TopicPartition, Progress> progress = progress(admin, description);
        if (json) {
            printJson(out -> write(out, description, progress));
        } else {
            print("Group " + group + "  state " + description.groupState() + "  members "
                    + description.members().size() + "  assignor " + assignor(description) + "\n\n"
                    + (progress.isEmpty() ? "Nothing committed or assigned.\n" : table(progress)));
        }
    }

    private Map<TopicPartition, Progress> progress(Admin admin, ConsumerGroupDescription description) {
        Map<TopicPartition, OffsetAndMetadata> committed =
                answer(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        Map<TopicPartition, MemberDescription> owners = owners(description);
        Map<TopicPartition, Progress> progress = new TreeMap<>(ORDER);
        committed.forEach((partition, offset) -> progress.put(
                partition, new Progress(offset == null ? null : offset.offset(), null, owners.get(partition))));
        owners.forEach((partition, owner) -> progress.putIfAbsent(partition, new Progress(null, null, owner)));
        ListOffsetsResult ends = admin.listOffsets(
                progress.keySet().stream().collect(Collectors.toMap(Function.identity(), p -> OffsetSpec.latest())));
        progress.replaceAll((partition, known) ->
                new Progress(known.committed(), end(ends, partition).orElse(null), known.owner()));
        return progress;
    }

    private static Map<TopicPartition, MemberDescription> owners(ConsumerGroupDescription description) {
        Map<TopicPartition, MemberDescription> owners = new TreeMap<>(ORDER);
        for (MemberDescription member : description.members()) {
            member.assignment().topicPartitions().forEach(partition -> owners.put(partition, member));
        }
        return owners;
    }

    private static Optional<Long> end(ListOffsetsResult ends, TopicPartition partition) {
        try {
            return Optional.of(answer(ends.partitionResult(partition)).offset());
        } catch (UnknownTopicOrPartitionException e) {
            // the topic has gone since the group committed
            return Optional.empty();
        }
    }

    private static String table(Map<TopicPartition, Progress> progress) {
        var table = new Table("TOPIC", "PARTITION", "COMMITTED", "END", "LAG", "MEMBER", "HOST");
        progress.forEach((partition, at) -> table.row(
                partition.topic(),
                partition.partition(),
                shown(at.committed()),
                shown(at.end()),
                shown(at.lag()),
                at.owner() == null ? "-" : at.owner().clientId(),
                at.owner() == null ? "-" : at.owner().host()));
        return table.text();
    }

    private void write(JsonGenerator out, ConsumerGroupDescription description, Map<TopicPartition, Progress> progress)
            throws IOException {
        out.writeStartObject();
        out.writeStringField("group", group);
        out.writeStringField("state", description.groupState().toString());
        out.writeStringField("assignor", assignor(description));
        out.writeNumberField("members", description.members().size());
        out.writeArrayFieldStart("partitions");
        for (Map.Entry<TopicPartition, Progress> entry : progress.entrySet()) {
            write(out, entry.getKey(), entry.getValue());
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, TopicPartition partition, Progress at) throws IOException {
        out.writeStartObject();
        out.writeStringField("topic", partition.topic());
        out.writeNumberField("partition", partition.partition());
        writeNumber(out, "committed", at.committed());
        writeNumber(out, "end", at.end());
        writeNumber(out, "lag", at.lag());
        if (at.owner() != null) {
            out.writeStringField("member", at.owner().consumerId());
            out.writeStringField("host", at.owner().host());
        }
        out.writeEndObject();
    }

    private static void writeNumber(JsonGenerator out, String name, @Nullable Long number) throws IOException {
        if (number == null) {
            out.writeNullField(name);
        } else {
            out.writeNumberField(name, number);
        }
    }

    private static String assignor(ConsumerGroupDescription description) {
        String assignor = description.partitionAssignor();
        return assignor == null || assignor.isEmpty() ? "-" : assignor;
    }

    private static String shown(@Nullable Long number) {
        return number == null ? "-" : number.toString();
    }

    /** How far the group is in one partition; null: unknown. */
    private record Progress(
            @Nullable Long committed,
            @Nullable Long end,
            @Nullable MemberDescription owner) {
        @Nullable
        Long lag() {
            return committed == null || end == null ? null : Math.max(0, end - committed);
        }
    }
}
