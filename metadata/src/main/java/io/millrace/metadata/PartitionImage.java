package io.millrace.metadata;

import java.util.List;

/**
 * Where a partition lies and who leads it.
 *
 * @param replicas broker ids, the preferred leader first
 * @param inSync broker ids of the in-sync set
 * @param leader broker id, -1 without one
 * @param leaderEpoch grows with every change of the leader or restart of the leading broker
 * @param partitionEpoch grows with every change of this record
 */
public record PartitionImage(
        List<Integer> replicas, List<Integer> inSync, int leader, int leaderEpoch, int partitionEpoch) {
    public static final int NO_LEADER = -1;

    public PartitionImage {
        replicas = List.copyOf(replicas);
        inSync = List.copyOf(inSync);
    }
}
