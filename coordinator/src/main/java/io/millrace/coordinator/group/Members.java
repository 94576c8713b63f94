package io.millrace.coordinator.group;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * The members of a group, with what is counted about them so that one member's step costs the same in a large group. A value:
 * each change gives a new one.
 *
 * @param byId by member id
 * @param byInstance member id by group instance id
 * @param pending ids given out to members that shall come back with them (KIP-394), with their deadlines on the steady clock
 * @param supporters how many members know a protocol
 * @param joining members whose JoinGroup waits
 */
record Members(
        PMap<String, Member> byId,
        PMap<String, String> byInstance,
        PMap<String, Long> pending,
        PMap<String, Integer> supporters,
        int joining) {
    static final Members NONE =
            new Members(HashTreePMap.empty(), HashTreePMap.empty(), HashTreePMap.empty(), HashTreePMap.empty(), 0);

    int size() {
        return byId.size();
    }

    boolean isEmpty() {
        return byId.isEmpty();
    }

    boolean has(String memberId) {
        return byId.containsKey(memberId);
    }

    @Nullable
    Member get(@Nullable String memberId) {
        return memberId == null ? null : byId.get(memberId);
    }

    Collection<Member> all() {
        return byId.values();
    }

    boolean isPending(String memberId) {
        return pending.containsKey(memberId);
    }

    /** Everybody joins, and nobody is expected to come back. */
    boolean haveAllJoined() {
        return joining == size() && pending.isEmpty();
    }

    /** The longest that any member wants to be waited for, ms. */
    int rebalanceTimeoutMs() {
        return all().stream().mapToInt(Member::rebalanceTimeoutMs).reduce(0, Math::max);
    }

    /** Adds the member or puts it in the place of the one with its id. */
    Members with(Member member) {
        Member before = byId.get(member.memberId());
        PMap<String, Integer> counts = supporters;
        if (before == null || !before.protocols().equals(member.protocols())) {
            counts = count(before == null ? counts : count(counts, before, -1), member, 1);
        }
        String instance = member.groupInstanceId();
        return new Members(
                byId.plus(member.memberId(), member),
                instance == null ? byInstance : byInstance.plus(instance, member.memberId()),
                pending.isEmpty() ? pending : pending.minus(member.memberId()),
                counts,
                joining + joins(member) - (before == null ? 0 : joins(before)));
    }

    Members without(Member member) {
        String instance = member.groupInstanceId();
        return new Members(
                byId.minus(member.memberId()),
                instance == null ? byInstance : byInstance.minus(instance),
                pending,
                count(supporters, member, -1),
                joining - joins(member));
    }

    Members each(UnaryOperator<Member> change) {
        Members result = this;
        for (Member member : all()) {
            result = result.with(change.apply(member));
        }
        return result;
    }

    Members withPending(String memberId, long deadlineMs) {
        return new Members(byId, byInstance, pending.plus(memberId, deadlineMs), supporters, joining);
    }

    Members withoutPending(String memberId) {
        return new Members(byId, byInstance, pending.minus(memberId), supporters, joining);
    }

    private static int joins(Member member) {
        return member.join() == null ? 0 : 1;
    }

    private static PMap<String, Integer> count(PMap<String, Integer> counts, Member member, int by) {
        PMap<String, Integer> result = counts;
        for (String name : names(member.protocols())) {
            int count = result.getOrDefault(name, 0) + by;
            result = count == 0 ? result.minus(name) : result.plus(name, count);
        }
        return result;
    }

    private static Set<String> names(List<Member.Protocol> protocols) {
        Set<String> names = new HashSet<>();
        protocols.forEach(protocol -> names.add(protocol.name()));
        return names;
    }

    /** Whether all members know one of these protocols. */
    boolean allKnowOneOf(List<Member.Protocol> protocols) {
        return protocols.stream().anyMatch(protocol -> supporters.getOrDefault(protocol.name(), 0) == size());
    }

    /** The protocol that most members prefer among those that all of them know; null if there is none. */
    @Nullable
    String electProtocol() {
        Set<String> candidates = new HashSet<>();
        supporters.forEach((name, count) -> {
            if (count == size()) {
                candidates.add(name);
            }
        });
        Map<String, Integer> votes = new HashMap<>();
        for (Member member : all()) {
            String vote = member.vote(candidates);
            if (vote != null) {
                votes.merge(vote, 1, Integer::sum);
            }
        }
        return votes.entrySet().stream()
                .max(Map.Entry.<String, Integer>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .orElse(null);
    }
}
