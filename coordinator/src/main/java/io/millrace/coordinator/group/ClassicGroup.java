package io.millrace.coordinator.group;

import io.millrace.coordinator.group.GroupState.CompletingRebalance;
import io.millrace.coordinator.group.GroupState.Empty;
import io.millrace.coordinator.group.GroupState.PreparingRebalance;
import io.millrace.coordinator.group.GroupState.Stable;
import io.millrace.coordinator.group.record.GroupMetadataKey;
import io.millrace.coordinator.group.record.GroupMetadataValue;
import io.millrace.coordinator.group.record.GroupRecord;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.common.message.ConsumerProtocolSubscription;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.protocol.Errors;
import org.jspecify.annotations.Nullable;

/**
 * A classic group: a value, each step of it a new one. Of it the log holds what {@link #record()} says; the rest (who is
 * joining, sessions) begins anew with a new leader of the shard.
 *
 * @param protocolType what kind of members, "consumer" for consumers; null for a simple group, which only has offsets
 * @param protocol how this generation assigns; null in an empty group
 * @param leader the member that assigns; null in an empty group
 * @param stateTimestampMs when it came into its state, ms since the epoch; -1 if not known
 */
record ClassicGroup(
        String groupId,
        @Nullable String protocolType,
        int generation,
        @Nullable String protocol,
        @Nullable String leader,
        long stateTimestampMs,
        GroupState state,
        Members members) {
    private static final String CONSUMER_PROTOCOL_TYPE = "consumer";

    /** A group nobody has joined. */
    static ClassicGroup create(String groupId, long nowMs) {
        return new ClassicGroup(groupId, null, 0, null, null, nowMs, new Empty(), Members.NONE);
    }

    /** As the log describes it: stable if it has members, all of whom have their assignment or will ask for it. */
    static ClassicGroup of(String groupId, GroupMetadataValue stored) {
        Members members = Members.NONE;
        for (GroupMetadataValue.MemberMetadata member : stored.members()) {
            members = members.with(Member.of(member, stored.protocol()));
        }
        return new ClassicGroup(
                groupId,
                stored.protocolType().isEmpty() ? null : stored.protocolType(),
                stored.generation(),
                stored.protocol(),
                stored.leader(),
                stored.stateTimestampMs(),
                members.isEmpty() ? new Empty() : new Stable(SyncWait.NONE),
                members);
    }

    /** What the log keeps of it. */
    GroupRecord record() {
        return new GroupRecord.Group(
                new GroupMetadataKey(groupId),
                new GroupMetadataValue(
                        protocolType == null ? "" : protocolType,
                        generation,
                        protocol,
                        leader,
                        stateTimestampMs,
                        members.all().stream()
                                .map(member -> member.stored(protocol))
                                .toList()));
    }

    boolean isEmpty() {
        return state instanceof Empty;
    }

    boolean isLeader(String memberId) {
        return memberId.equals(leader);
    }

    /** A rebalance can begin: none has. */
    boolean canRebalance() {
        return !(state instanceof PreparingRebalance);
    }

    /** UNKNOWN_MEMBER_ID or FENCED_INSTANCE_ID unless this is who it says to be. */
    Errors check(String memberId, @Nullable String groupInstanceId) {
        if (groupInstanceId != null) {
            String holder = members.byInstance().get(groupInstanceId);
            if (holder != null && !holder.equals(memberId)) {
                return Errors.FENCED_INSTANCE_ID;
            }
            if (holder == null) {
                return Errors.UNKNOWN_MEMBER_ID;
            }
        }
        return members.has(memberId) ? Errors.NONE : Errors.UNKNOWN_MEMBER_ID;
    }

    /** A member of this kind with these protocols can take part. */
    boolean supports(String type, List<Member.Protocol> protocols) {
        if (isEmpty()) {
            return !type.isEmpty() && !protocols.isEmpty();
        }
        return type.equals(protocolType) && members.allKnowOneOf(protocols);
    }

    ClassicGroup in(GroupState newState, long nowMs) {
        return new ClassicGroup(groupId, protocolType, generation, protocol, leader, nowMs, newState, members);
    }

    /** The same state with something changed inside it. */
    ClassicGroup inside(GroupState sameState) {
        return in(sameState, stateTimestampMs);
    }

    ClassicGroup with(Members newMembers) {
        return new ClassicGroup(
                groupId, protocolType, generation, protocol, leader, stateTimestampMs, state, newMembers);
    }

    ClassicGroup with(Member member) {
        return with(members.with(member));
    }

    ClassicGroup ledBy(@Nullable String memberId) {
        return new ClassicGroup(
                groupId, protocolType, generation, protocol, memberId, stateTimestampMs, state, members);
    }

    /** A member more; the first one says what kind of group it is and leads it. */
    ClassicGroup add(Member member, String type) {
        return new ClassicGroup(
                groupId,
                members.isEmpty() ? type : protocolType,
                generation,
                protocol,
                leader == null ? member.memberId() : leader,
                stateTimestampMs,
                state,
                members.with(member));
    }

    /** A member less; if it led, any other does. */
    ClassicGroup remove(Member member) {
        Members left = members.without(member);
        ClassicGroup rest = with(left);
        if (!isLeader(member.memberId())) {
            return rest;
        }
        return rest.ledBy(left.all().stream().map(Member::memberId).findFirst().orElse(null));
    }

    /** Led by a member that takes part in the join phase, if there is one. */
    ClassicGroup ledByJoined() {
        if (hasJoinedLeader()) {
            return this;
        }
        return members.all().stream()
                .filter(member -> member.join() != null)
                .findFirst()
                .map(member -> ledBy(member.memberId()))
                .orElse(this);
    }

    boolean hasJoinedLeader() {
        Member present = members.get(leader);
        return present != null && present.join() != null;
    }

    /** The next generation, of those who are there. */
    ClassicGroup nextGeneration(GroupState newState, long nowMs) {
        String elected = members.isEmpty() ? null : members.electProtocol();
        return new ClassicGroup(groupId, protocolType, generation + 1, elected, leader, nowMs, newState, members);
    }

    /** Who still has to ask for its assignment. */
    SyncWait syncs() {
        return switch (state) {
            case CompletingRebalance completing -> completing.syncs();
            case Stable stable -> stable.syncs();
            default -> SyncWait.NONE;
        };
    }

    ClassicGroup synced(String memberId) {
        return switch (state) {
            case CompletingRebalance completing ->
                inside(new CompletingRebalance(completing.syncs().without(memberId)));
            case Stable stable -> inside(new Stable(stable.syncs().without(memberId)));
            default -> this;
        };
    }

    boolean usesConsumerProtocol() {
        return CONSUMER_PROTOCOL_TYPE.equals(protocolType);
    }

    /** Topics its members subscribe to; empty if the members do not say so in a way that is understood here. */
    private Optional<Set<String>> subscribedTopics() {
        if (protocolType == null) {
            return Optional.empty();
        }
        if (members.isEmpty()) {
            return Optional.of(Set.of());
        }
        if (!usesConsumerProtocol() || protocol == null) {
            return Optional.empty();
        }
        Set<String> topics = new HashSet<>();
        try {
            for (Member member : members.all()) {
                topics.addAll(topics(ByteBuffer.wrap(member.metadata(protocol).bytes())));
            }
        } catch (RuntimeException unreadable) {
            // Whatever a client wrote there: the codec throws more than its SchemaException on lying lengths.
            return Optional.empty();
        }
        return Optional.of(topics);
    }

    /** A subscription is its version and the message; versions to come begin with what the newest known one has. */
    private static List<String> topics(ByteBuffer subscription) {
        short version =
                (short) Math.min(subscription.getShort(), ConsumerProtocolSubscription.HIGHEST_SUPPORTED_VERSION);
        return new ConsumerProtocolSubscription(new ByteBufferAccessor(subscription), version).topics();
    }

    /** Whether a topic is one that its members read; consumers that do not say so may read any. */
    Predicate<String> subscription() {
        return subscribedTopics()
                .<Predicate<String>>map(topics -> topics::contains)
                .orElse(topic -> usesConsumerProtocol());
    }
}
