package io.millrace.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace topic create}. */
@Command(
        name = "create",
        header = "Create topics.",
        footer = {
            "",
            "Examples:",
            "  millrace topic create orders",
            "  millrace topic create orders --partitions 6 --config retention.ms=86400000"
        })
final class TopicCreateCommand extends AdminCommand {
    @Parameters(arity = "1..*", paramLabel = "TOPIC", description = "Names of the topics.")
    List<String> topics = List.of();

    @Option(
            names = {"-p", "--partitions"},
            paramLabel = "N",
            description = "Number of partitions. Default: the broker's num.partitions.")
    @Nullable
    Integer partitions;

    @Option(
            names = "--replication-factor",
            paramLabel = "N",
            description = "Copies of each partition. Default: the broker's default.replication.factor.")
    @Nullable
    Short replicationFactor;

    @Option(
            names = {"-c", "--config"},
            paramLabel = "KEY=VALUE",
            description = "A configuration of the topic, for example cleanup.policy=compact.")
    Map<String, String> configs = new LinkedHashMap<>();

    @Option(names = "--if-not-exists", description = "Leave a topic that exists as it is, without an error.")
    boolean ifNotExists;

    @Override
    void run(Admin admin) {
        CreateTopicsResult result =
                admin.createTopics(topics.stream().map(this::wanted).toList());
        for (String topic : topics) {
            boolean created = created(result, topic);
            if (json) {
                printCreated(result, topic, created);
            } else {
                print(
                        created
                                ? "Created topic " + topic + " with " + answer(result.numPartitions(topic))
                                        + " partition(s).\n"
                                : "Topic " + topic + " exists already.\n");
            }
        }
    }

    private NewTopic wanted(String topic) {
        return new NewTopic(topic, Optional.ofNullable(partitions), Optional.ofNullable(replicationFactor))
                .configs(configs);
    }

    private boolean created(CreateTopicsResult result, String topic) {
        try {
            answer(result.values().get(topic));
            return true;
        } catch (TopicExistsException e) {
            if (ifNotExists) {
                return false;
            }
            throw e;
        }
    }

    private void printCreated(CreateTopicsResult result, String topic, boolean created) {
        printJson(out -> {
            out.writeStartObject();
            out.writeStringField("topic", topic);
            out.writeBooleanField("created", created);
            if (created) {
                out.writeStringField("topicId", answer(result.topicId(topic)).toString());
                out.writeNumberField("partitions", answer(result.numPartitions(topic)));
                out.writeNumberField("replicationFactor", answer(result.replicationFactor(topic)));
            }
            out.writeEndObject();
        });
    }
}
