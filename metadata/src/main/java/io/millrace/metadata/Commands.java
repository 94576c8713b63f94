package io.millrace.metadata;

import io.millrace.metadata.MetadataLog.Applied;
import org.apache.kafka.common.protocol.Errors;

/**
 * The state machine: what a command makes of an image. Pure and deterministic, so that every broker that applies the same
 * commands has the same image, and so that a command can be tried (validate-only) without being submitted. Safe for any
 * thread.
 *
 * <p>An applied command makes {@link ClusterImage#version()} grow by one; a refused one leaves the image as it was, with an
 * error of Kafka's in the result. Expected failures are never thrown.
 */
public final class Commands {
    /** Highest feature level whose behaviour this program knows. */
    public static final int LATEST_FEATURE_LEVEL = 1;

    private Commands() {}

    public static Applied apply(ClusterImage image, MetadataCommand command) {
        try {
            return switch (command) {
                case MetadataCommand.FoundCluster found -> ClusterCommands.found(image, found);
                case MetadataCommand.RegisterBroker register -> BrokerCommands.register(image, register);
                case MetadataCommand.CreateTopic create -> TopicCommands.create(image, create);
                case MetadataCommand.DeleteTopic delete -> TopicCommands.delete(image, delete);
                case MetadataCommand.CreatePartitions create -> TopicCommands.createPartitions(image, create);
                case MetadataCommand.ChangeConfigs change -> ConfigCommands.change(image, change);
                case MetadataCommand.AllocateProducerIds allocate ->
                    ClusterCommands.allocateProducerIds(image, allocate);
            };
        } catch (Refusal refusal) {
            return new Applied(image, new CommandResult.Refused(refusal.error, refusal.reason));
        }
    }

    /** Ends a command from within its checks; never leaves {@link #apply}. */
    static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final Errors error;
        private final String reason;

        Refusal(Errors error, String reason) {
            super(reason, null, false, false);
            this.error = error;
            this.reason = reason;
        }
    }
}
