package io.millrace.coordinator.group;

import io.millrace.coordinator.Moment;
import io.millrace.coordinator.group.GroupCommand.DeleteOffsets;
import io.millrace.coordinator.group.GroupState.Stable;
import io.millrace.coordinator.group.record.GroupMetadataKey;
import io.millrace.coordinator.group.record.GroupRecord;
import io.millrace.coordinator.group.record.OffsetCommitKey;
import io.millrace.coordinator.group.record.OffsetCommitValue;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestPartition;
import org.apache.kafka.common.message.OffsetDeleteRequestData.OffsetDeleteRequestTopic;
import org.apache.kafka.common.message.OffsetDeleteResponseData;
import org.apache.kafka.common.message.OffsetDeleteResponseData.OffsetDeleteResponsePartition;
import org.apache.kafka.common.message.OffsetDeleteResponseData.OffsetDeleteResponseTopic;
import org.apache.kafka.common.protocol.Errors;

/**
 * How offsets and groups go: asked for (OffsetDelete, DeleteGroups), with their topic, or because nobody has used them for
 * long (KIP-211). Reads the store; the tombstones it gives do the rest.
 */
final class Removals {
    private final GroupConfig config;

    Removals(GroupConfig config) {
        this.config = config;
    }

    /** OffsetDelete, version 0: not what the group's members are subscribed to. */
    static void deleteOffsets(Step step, DeleteOffsets command, GroupStore store) {
        ClassicGroup group = step.group();
        if (!group.isEmpty() && !group.usesConsumerProtocol()) {
            step.answer(command.ticket(), new OffsetDeleteResponseData().setErrorCode(Errors.NON_EMPTY_GROUP.code()));
            return;
        }
        OffsetDeleteResponseData response = new OffsetDeleteResponseData();
        Predicate<String> subscription = group.subscription();
        for (OffsetDeleteRequestTopic topic : command.request().topics()) {
            Errors result = subscription.test(topic.name()) ? Errors.GROUP_SUBSCRIBED_TO_TOPIC : Errors.NONE;
            response.topics().add(deleteOffsets(step, topic, store, result));
        }
        step.answer(command.ticket(), response);
    }

    private static OffsetDeleteResponseTopic deleteOffsets(
            Step step, OffsetDeleteRequestTopic topic, GroupStore store, Errors result) {
        String groupId = step.group().groupId();
        OffsetDeleteResponseTopic response = new OffsetDeleteResponseTopic().setName(topic.name());
        for (OffsetDeleteRequestPartition partition : topic.partitions()) {
            TopicPartition name = new TopicPartition(topic.name(), partition.partitionIndex());
            if (result == Errors.NONE && store.offset(groupId, name) != null) {
                step.log(tombstone(groupId, name));
            }
            response.partitions()
                    .add(new OffsetDeleteResponsePartition()
                            .setPartitionIndex(partition.partitionIndex())
                            .setErrorCode(result.code()));
        }
        return response;
    }

    /** Everything of a group that has no members. */
    static List<GroupChange> deleteGroup(String groupId, GroupStore store) {
        List<GroupChange> tombstones = new ArrayList<>();
        store.eachOffset(groupId, (partition, value) -> tombstones.add(logged(tombstone(groupId, partition))));
        tombstones.add(logged(tombstone(groupId)));
        return tombstones;
    }

    /** Everybody's offsets of topics that are gone. */
    static List<GroupChange> topicsDeleted(List<String> topics, GroupStore store) {
        Set<String> gone = new HashSet<>(topics);
        List<GroupChange> tombstones = new ArrayList<>();
        for (ClassicGroup group : store.groups()) {
            store.eachOffset(group.groupId(), (partition, value) -> {
                if (gone.contains(partition.topic())) {
                    tombstones.add(logged(tombstone(group.groupId(), partition)));
                }
            });
        }
        return tombstones;
    }

    /** What has not been used for long, in all groups, and empty groups without offsets. */
    List<GroupChange> expire(GroupStore store, Moment now) {
        List<GroupChange> tombstones = new ArrayList<>();
        store.groups().forEach(group -> expire(group, store, now.wallMs(), tombstones));
        return tombstones;
    }

    private void expire(ClassicGroup group, GroupStore store, long nowMs, List<GroupChange> tombstones) {
        Optional<ToLongFunction<OffsetCommitValue>> unusedSince = unusedSince(group);
        Predicate<String> subscription = group.subscription();
        List<TopicPartition> kept = new ArrayList<>();
        store.eachOffset(group.groupId(), (partition, value) -> {
            if (unusedSince.isPresent()
                    && !subscription.test(partition.topic())
                    && isExpired(value, unusedSince.get().applyAsLong(value), nowMs)) {
                tombstones.add(logged(tombstone(group.groupId(), partition)));
            } else {
                kept.add(partition);
            }
        });
        if (kept.isEmpty() && group.isEmpty() && group.members().pending().isEmpty()) {
            tombstones.add(logged(tombstone(group.groupId())));
        }
    }

    /** From when on an offset of this group counts as unused; empty while the group keeps all of them. */
    private static Optional<ToLongFunction<OffsetCommitValue>> unusedSince(ClassicGroup group) {
        boolean isSimple = group.protocolType() == null;
        boolean emptySince = !isSimple && group.isEmpty() && group.stateTimestampMs() >= 0;
        boolean readsOnly = group.usesConsumerProtocol() && group.state() instanceof Stable;
        if (emptySince) {
            return Optional.of(value -> group.stateTimestampMs());
        }
        return isSimple || group.isEmpty() || readsOnly
                ? Optional.of(OffsetCommitValue::commitTimestampMs)
                : Optional.empty();
    }

    private boolean isExpired(OffsetCommitValue value, long unusedSinceMs, long nowMs) {
        return value.expireTimestampMs() == OffsetCommitValue.NONE
                ? nowMs - unusedSinceMs >= config.offsetsRetentionMs()
                : nowMs >= value.expireTimestampMs();
    }

    private static GroupChange logged(GroupRecord record) {
        return new GroupChange.Logged(record);
    }

    private static GroupRecord tombstone(String groupId) {
        return new GroupRecord.Group(new GroupMetadataKey(groupId), null);
    }

    private static GroupRecord tombstone(String groupId, TopicPartition partition) {
        return new GroupRecord.Offset(new OffsetCommitKey(groupId, partition.topic(), partition.partition()), null);
    }
}
