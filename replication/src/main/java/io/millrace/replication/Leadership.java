package io.millrace.replication;

import io.millrace.metadata.PartitionImage;
import io.millrace.storage.LogPosition;
import org.apache.kafka.common.protocol.Errors;

/**
 * What this broker knows of who leads a partition: decides who may be served, and what counts as committed. Immutable.
 *
 * @param brokerId this broker
 * @param image the partition as the cluster agreed on it
 */
record Leadership(int brokerId, PartitionImage image) {
    /** KIP-320: a client says under which leader epoch it believes to read. */
    static final int EPOCH_NOT_GIVEN = -1;

    boolean isLeader() {
        return image.leader() == brokerId;
    }

    int leaderEpoch() {
        return image.leaderEpoch();
    }

    /** NONE if this broker leads and the caller's epoch is the present one or was not given. */
    Errors check(int currentLeaderEpoch) {
        if (currentLeaderEpoch != EPOCH_NOT_GIVEN && currentLeaderEpoch != image.leaderEpoch()) {
            return currentLeaderEpoch < image.leaderEpoch() ? Errors.FENCED_LEADER_EPOCH : Errors.UNKNOWN_LEADER_EPOCH;
        }
        return isLeader() ? Errors.NONE : Errors.NOT_LEADER_OR_FOLLOWER;
    }

    boolean enoughInSync(int minInSyncReplicas) {
        return image.inSync().size()
                >= Math.min(minInSyncReplicas, image.replicas().size());
    }

    /**
     * The largest position that every member of the in-sync set holds durably. The set is this broker alone as long as nothing
     * fetches as a follower.
     */
    LogPosition highWatermark(LogPosition localDurableEnd) {
        return localDurableEnd;
    }
}
