package io.millrace.broker.topics;

import io.millrace.metadata.MetadataCommand;
import org.apache.kafka.common.protocol.Errors;

/** What a request about a topic comes to, before anything is written. */
public sealed interface TopicPlan {
    /** To be carried out by this command. */
    record Planned(MetadataCommand command) implements TopicPlan {}

    /** Not to be carried out. */
    record Refused(Errors error, String message) implements TopicPlan {}
}
