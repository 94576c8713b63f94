package io.millrace.coordinator.group;

import java.util.Collection;
import org.pcollections.HashTreePSet;
import org.pcollections.PSet;

/**
 * Members of a generation that have not asked for their assignment yet.
 *
 * @param deadlineMs when they are removed, steady clock; without meaning when nobody is missing
 */
record SyncWait(PSet<String> missing, long deadlineMs) {
    static final SyncWait NONE = new SyncWait(HashTreePSet.empty(), Long.MAX_VALUE);

    static SyncWait of(Collection<String> members, long deadlineMs) {
        return new SyncWait(HashTreePSet.from(members), deadlineMs);
    }

    SyncWait without(String memberId) {
        return new SyncWait(missing.minus(memberId), deadlineMs);
    }
}
