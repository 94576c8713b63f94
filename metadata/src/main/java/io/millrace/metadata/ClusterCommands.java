package io.millrace.metadata;

import io.millrace.metadata.Commands.Refusal;
import io.millrace.metadata.MetadataCommand.AllocateProducerIds;
import io.millrace.metadata.MetadataCommand.FoundCluster;
import io.millrace.metadata.MetadataLog.Applied;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.Errors;

/** Commands on what the cluster has once. */
final class ClusterCommands {
    /** Most producer ids one broker may reserve at once. */
    static final int MAX_PRODUCER_ID_BLOCK = 1 << 20;

    private ClusterCommands() {}

    static Applied found(ClusterImage image, FoundCluster command) {
        if (!image.clusterId().equals(Uuid.ZERO_UUID)) {
            throw new Refusal(Errors.INVALID_REQUEST, "This is cluster " + image.clusterId() + " already");
        }
        if (command.clusterId().equals(Uuid.ZERO_UUID)) {
            throw new Refusal(Errors.INVALID_REQUEST, "A cluster id of all zeros is reserved");
        }
        if (command.featureLevel() < 0 || command.featureLevel() > Commands.LATEST_FEATURE_LEVEL) {
            throw new Refusal(
                    Errors.UNSUPPORTED_VERSION,
                    "Feature level " + command.featureLevel() + " is not within 0 to " + Commands.LATEST_FEATURE_LEVEL);
        }
        return ImageChange.of(image)
                .founded(command.clusterId(), command.featureLevel())
                .done();
    }

    static Applied allocateProducerIds(ClusterImage image, AllocateProducerIds command) {
        if (!image.brokers().containsKey(command.brokerId())) {
            throw new Refusal(
                    Errors.BROKER_ID_NOT_REGISTERED, "Broker " + command.brokerId() + " has not been registered");
        }
        if (command.count() <= 0 || command.count() > MAX_PRODUCER_ID_BLOCK) {
            throw new Refusal(
                    Errors.INVALID_REQUEST,
                    "A block of " + command.count() + " producer ids is not within 1 to " + MAX_PRODUCER_ID_BLOCK);
        }
        long first = image.nextProducerId();
        if (first > Long.MAX_VALUE - command.count()) {
            throw new Refusal(Errors.UNKNOWN_SERVER_ERROR, "All producer ids have been given out");
        }
        return ImageChange.of(image)
                .nextProducerId(first + command.count())
                .done(new CommandResult.ProducerIds(first, command.count()));
    }
}
