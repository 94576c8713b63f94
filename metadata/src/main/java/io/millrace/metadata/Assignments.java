package io.millrace.metadata;

import io.millrace.metadata.Commands.Refusal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.common.protocol.Errors;
import org.pcollections.PVector;

/** Checks of a partition assignment, and the first state of the partitions it describes. */
final class Assignments {
    /** As many partitions as Kafka's controller creates at once: what one command can make the image grow by. */
    static final int MAX_PARTITIONS_PER_COMMAND = 10_000;

    private Assignments() {}

    /** The present partitions and those assigned, each new one led by its first replica that serves. */
    static PVector<PartitionImage> place(
            ClusterImage image,
            PVector<PartitionImage> present,
            List<List<Integer>> assignment,
            int replicationFactor) {
        if (assignment.size() > MAX_PARTITIONS_PER_COMMAND) {
            throw new Refusal(
                    Errors.POLICY_VIOLATION,
                    assignment.size() + " partitions at once are more than " + MAX_PARTITIONS_PER_COMMAND);
        }
        return present.plusAll(assignment.stream()
                .map(replicas -> firstState(image, replicas, replicationFactor))
                .toList());
    }

    private static PartitionImage firstState(ClusterImage image, List<Integer> replicas, int replicationFactor) {
        requireValid(image, replicas, replicationFactor);
        List<Integer> serving =
                replicas.stream().filter(id -> BrokerCommands.serves(image, id)).toList();
        if (serving.isEmpty()) {
            throw invalid("All brokers of the assignment " + replicas + " are fenced");
        }
        return new PartitionImage(replicas, serving, serving.getFirst(), 0, 0);
    }

    private static void requireValid(ClusterImage image, List<Integer> replicas, int replicationFactor) {
        if (replicas.isEmpty()) {
            throw invalid("The assignment has a partition without replicas");
        }
        Set<Integer> seen = new HashSet<>();
        for (int id : replicas) {
            if (!image.brokers().containsKey(id)) {
                throw invalid("The assignment names broker " + id + ", which is not registered");
            }
            if (!seen.add(id)) {
                throw invalid("The assignment names broker " + id + " more than once for a partition");
            }
        }
        if (replicas.size() != replicationFactor) {
            throw invalid("The assignment gives a partition " + replicas.size() + " replica(s) where others have "
                    + replicationFactor);
        }
    }

    private static Refusal invalid(String message) {
        return new Refusal(Errors.INVALID_REPLICA_ASSIGNMENT, message);
    }
}
