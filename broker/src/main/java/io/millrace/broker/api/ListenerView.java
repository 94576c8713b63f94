package io.millrace.broker.api;

import io.millrace.metadata.BrokerRegistration;
import io.millrace.metadata.BrokerRegistration.Endpoint;
import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.PartitionImage;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.common.protocol.Errors;

/** The cluster as the clients of one listener see it: brokers by the address they advertise there. */
record ListenerView(ClusterImage image, String listener) {
    private static final int NONE = -1;

    /** Where clients find a broker; empty if it does not serve or does not listen here. */
    Optional<Endpoint> endpoint(int brokerId) {
        return Optional.ofNullable(image.brokers().get(brokerId))
                .filter(broker -> !broker.fenced())
                .flatMap(this::endpoint);
    }

    Optional<Endpoint> endpoint(BrokerRegistration broker) {
        return broker.endpoints().stream()
                .filter(endpoint -> endpoint.listener().equals(listener))
                .findFirst();
    }

    /** Brokers that clients can reach, by id. */
    Stream<BrokerRegistration> serving() {
        return all().filter(broker -> !broker.fenced());
    }

    /** The same with those that are fenced. */
    Stream<BrokerRegistration> all() {
        return image.brokers().values().stream()
                .filter(broker -> endpoint(broker).isPresent())
                .sorted(Comparator.comparingInt(BrokerRegistration::id));
    }

    /** The broker that clients should send administrative requests to: any takes them, so the first. */
    int controllerId() {
        return serving().mapToInt(BrokerRegistration::id).findFirst().orElse(NONE);
    }

    /** NONE if the partition's leader can be reached; else LEADER_NOT_AVAILABLE or, where it merely does not listen here, LISTENER_NOT_FOUND. */
    Errors leaderError(PartitionImage partition) {
        if (endpoint(partition.leader()).isPresent()) {
            return Errors.NONE;
        }
        BrokerRegistration leader = image.brokers().get(partition.leader());
        return leader == null || leader.fenced() ? Errors.LEADER_NOT_AVAILABLE : Errors.LISTENER_NOT_FOUND;
    }

    /** Replicas on brokers that do not serve clients here. */
    List<Integer> offline(PartitionImage partition) {
        return partition.replicas().stream()
                .filter(replica -> endpoint(replica).isEmpty())
                .toList();
    }
}
