package io.millrace.metadata;

import io.millrace.metadata.Commands.Refusal;
import io.millrace.metadata.MetadataCommand.RegisterBroker;
import io.millrace.metadata.MetadataLog.Applied;
import org.apache.kafka.common.protocol.Errors;
import org.pcollections.PVector;

/** Commands on brokers. */
final class BrokerCommands {
    private BrokerCommands() {}

    static Applied register(ClusterImage image, RegisterBroker command) {
        BrokerRegistration broker = command.broker();
        if (broker.id() < 0) {
            throw new Refusal(Errors.INVALID_REQUEST, "Broker id " + broker.id() + " is negative");
        }
        ImageChange change = ImageChange.of(image).broker(withEpoch(broker, image.version() + 1));
        for (TopicImage topic : image.topics().values()) {
            PVector<PartitionImage> partitions = afterRegistration(topic.partitions(), broker, image);
            if (!partitions.equals(topic.partitions())) {
                change.topic(new TopicImage(topic.name(), topic.id(), partitions));
            }
        }
        return change.done();
    }

    private static BrokerRegistration withEpoch(BrokerRegistration broker, long epoch) {
        return new BrokerRegistration(
                broker.id(), broker.incarnation(), epoch, broker.endpoints(), broker.rack(), broker.fenced());
    }

    private static PVector<PartitionImage> afterRegistration(
            PVector<PartitionImage> partitions, BrokerRegistration broker, ClusterImage image) {
        PVector<PartitionImage> changed = partitions;
        for (int index = 0; index < partitions.size(); index++) {
            PartitionImage partition = partitions.get(index);
            if (concerns(broker, partition)) {
                changed = changed.with(index, underNewLeader(partition, successor(partition, broker, image)));
            }
        }
        return changed;
    }

    /** Only a leader's restart, or one who may lead what nobody leads, changes a partition. */
    private static boolean concerns(BrokerRegistration broker, PartitionImage partition) {
        if (partition.leader() == broker.id()) {
            return true;
        }
        return partition.leader() == PartitionImage.NO_LEADER
                && !broker.fenced()
                && partition.inSync().contains(broker.id());
    }

    private static int successor(PartitionImage partition, BrokerRegistration broker, ClusterImage image) {
        if (!broker.fenced() && partition.inSync().contains(broker.id())) {
            return broker.id();
        }
        return partition.replicas().stream()
                .filter(id -> id != broker.id() && partition.inSync().contains(id) && serves(image, id))
                .findFirst()
                .orElse(PartitionImage.NO_LEADER);
    }

    static boolean serves(ClusterImage image, int brokerId) {
        BrokerRegistration broker = image.brokers().get(brokerId);
        return broker != null && !broker.fenced();
    }

    private static PartitionImage underNewLeader(PartitionImage partition, int leader) {
        return new PartitionImage(
                partition.replicas(),
                partition.inSync(),
                leader,
                partition.leaderEpoch() + 1,
                partition.partitionEpoch() + 1);
    }
}
