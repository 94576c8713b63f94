package io.millrace.broker.api;

import io.millrace.metadata.ClusterImage;
import java.util.Optional;

/** How many partitions one request may make, and how many a cluster may have: what else would a client make grow without end. */
final class PartitionBudget {
    /** Kafka's own bound. */
    static final int PER_REQUEST = 10_000;

    static final int PER_CLUSTER = 200_000;

    private PartitionBudget() {}

    /** Why so many more partitions are refused, with POLICY_VIOLATION; empty if they are not. */
    static Optional<String> problem(ClusterImage image, long added) {
        if (added > PER_REQUEST) {
            return Optional.of("One request may make " + PER_REQUEST + " partitions, this one asks for " + added + ".");
        }
        long present = image.topics().values().stream()
                .mapToLong(topic -> topic.partitions().size())
                .sum();
        return present + added > PER_CLUSTER
                ? Optional.of("A cluster may have " + PER_CLUSTER + " partitions, and there are " + present + ".")
                : Optional.empty();
    }
}
