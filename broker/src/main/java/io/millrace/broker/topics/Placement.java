package io.millrace.broker.topics;

import io.millrace.metadata.BrokerRegistration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the replicas of new partitions go: round robin over a ring of brokers in which the racks alternate. Neighbouring partitions
 * get neighbouring leaders; the followers' distance from the leader grows with every turn of the ring, so that the partitions
 * of one leader do not all have the same followers. A second replica in a rack comes only when every rack has one.
 *
 * <p>Pure: the random start comes from the caller, the result travels inside the command.
 */
public final class Placement {
    private final List<BrokerRegistration> ring;

    private Placement(List<BrokerRegistration> ring) {
        this.ring = ring;
    }

    /** Over all brokers that are not fenced. */
    public static Placement over(Collection<BrokerRegistration> brokers) {
        Map<Optional<String>, List<BrokerRegistration>> racks = new LinkedHashMap<>();
        brokers.stream()
                .filter(broker -> !broker.fenced())
                .sorted(Comparator.comparingInt(BrokerRegistration::id))
                .forEach(broker -> racks.computeIfAbsent(rack(broker), r -> new ArrayList<>())
                        .add(broker));
        return new Placement(alternate(racks.values()));
    }

    /** How many brokers there are to place on. */
    public int brokers() {
        return ring.size();
    }

    /**
     * Broker ids by partition, preferred leader first.
     *
     * @param partitions how many partitions
     * @param replicationFactor 1 to {@link #brokers()}
     * @param start any number not below 0: where on the ring the first partition's leader is
     */
    public List<List<Integer>> place(int partitions, int replicationFactor, int start) {
        if (replicationFactor < 1 || replicationFactor > ring.size()) {
            throw new IllegalArgumentException(replicationFactor + " replicas on " + ring.size() + " brokers");
        }
        List<List<Integer>> assignment = new ArrayList<>(partitions);
        for (int partition = 0; partition < partitions; partition++) {
            assignment.add(replicas(start + (long) partition, replicationFactor));
        }
        return assignment;
    }

    private List<Integer> replicas(long turn, int replicationFactor) {
        List<BrokerRegistration> candidates = inOrderOfPreference(turn);
        List<Integer> chosen = new ArrayList<>(replicationFactor);
        while (chosen.size() < replicationFactor) {
            Set<Optional<String>> usedRacks = new HashSet<>();
            for (BrokerRegistration candidate : candidates) {
                if (chosen.size() < replicationFactor
                        && !chosen.contains(candidate.id())
                        && usedRacks.add(rack(candidate))) {
                    chosen.add(candidate.id());
                }
            }
        }
        return chosen;
    }

    /** The leader of this turn, then the others from a distance that grows with every full turn of the ring. */
    private List<BrokerRegistration> inOrderOfPreference(long turn) {
        int size = ring.size();
        int leader = (int) (turn % size);
        List<BrokerRegistration> order = new ArrayList<>(size);
        order.add(ring.get(leader));
        int followers = size - 1;
        for (int i = 0; i < followers; i++) {
            int distance = 1 + (int) ((i + turn / size) % followers);
            order.add(ring.get((leader + distance) % size));
        }
        return order;
    }

    private static Optional<String> rack(BrokerRegistration broker) {
        return Optional.ofNullable(broker.rack());
    }

    private static List<BrokerRegistration> alternate(Collection<List<BrokerRegistration>> racks) {
        List<BrokerRegistration> ring = new ArrayList<>();
        int longest = racks.stream().mapToInt(List::size).max().orElse(0);
        for (int i = 0; i < longest; i++) {
            for (List<BrokerRegistration> rack : racks) {
                if (i < rack.size()) {
                    ring.add(rack.get(i));
                }
            }
        }
        return List.copyOf(ring);
    }
}
