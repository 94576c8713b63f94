package io.millrace.cli;

import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DeleteTopicsResult;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code millrace topic delete}. */
@Command(
        name = "delete",
        header = "Delete topics and all their records.",
        footer = {"", "Examples:", "  millrace topic delete orders", "  millrace topic delete orders --if-exists"})
final class TopicDeleteCommand extends AdminCommand {
    @Parameters(arity = "1..*", paramLabel = "TOPIC", description = "Names of the topics.")
    List<String> topics = List.of();

    @Option(names = "--if-exists", description = "Pass over a topic that does not exist, without an error.")
    boolean ifExists;

    @Override
    void run(Admin admin) {
        DeleteTopicsResult result = admin.deleteTopics(topics);
        for (String topic : topics) {
            boolean deleted = deleted(result, topic);
            if (json) {
                printJson(out -> {
                    out.writeStartObject();
                    out.writeStringField("topic", topic);
                    out.writeBooleanField("deleted", deleted);
                    out.writeEndObject();
                });
            } else {
                print(deleted ? "Deleted topic " + topic + ".\n" : "There was no topic " + topic + ".\n");
            }
        }
    }

    private boolean deleted(DeleteTopicsResult result, String topic) {
        try {
            answer(result.topicNameValues().get(topic));
            return true;
        } catch (UnknownTopicOrPartitionException e) {
            if (ifExists) {
                return false;
            }
            CliException missing = CliException.noSuchTopic(topic);
            missing.initCause(e);
            throw missing;
        }
    }
}
