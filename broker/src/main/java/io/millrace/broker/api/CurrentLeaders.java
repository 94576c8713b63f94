package io.millrace.broker.api;

import io.millrace.metadata.BrokerRegistration;
import io.millrace.metadata.BrokerRegistration.Endpoint;
import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.PartitionImage;
import io.millrace.metadata.TopicImage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a client that asked the wrong broker is told with the refusal (KIP-951): the partition's leader, and where that broker
 * is. Collects for one response; not thread-safe.
 */
final class CurrentLeaders {
    private final ClusterImage image;
    private final String listenerName;
    private final Map<Integer, Node> nodes = new LinkedHashMap<>();

    CurrentLeaders(Supplier<ClusterImage> image, String listenerName) {
        this.image = image.get();
        this.listenerName = listenerName;
    }

    /** Leader and epoch; the leader's address is in {@link #nodes} from now on. */
    record Leader(int id, int epoch) {
        static final Leader UNKNOWN = new Leader(PartitionImage.NO_LEADER, -1);
    }

    /** Where a broker is, for clients of this listener. */
    record Node(int id, String host, int port, @Nullable String rack) {}

    Leader leader(String topic, int partition) {
        TopicImage known = image.topics().get(topic);
        if (known == null || partition < 0 || partition >= known.partitions().size()) {
            return Leader.UNKNOWN;
        }
        PartitionImage state = known.partitions().get(partition);
        BrokerRegistration broker = image.brokers().get(state.leader());
        if (broker != null) {
            broker.endpoints().stream()
                    .filter(endpoint -> endpoint.listener().equals(listenerName))
                    .findFirst()
                    .ifPresent(endpoint -> nodes.put(broker.id(), node(broker, endpoint)));
        }
        return new Leader(state.leader(), state.leaderEpoch());
    }

    private static Node node(BrokerRegistration broker, Endpoint endpoint) {
        return new Node(broker.id(), endpoint.host(), endpoint.port(), broker.rack());
    }

    Iterable<Node> nodes() {
        return nodes.values();
    }
}
