package io.millrace.coordinator.group;

import io.millrace.coordinator.UndoLog;
import io.millrace.coordinator.UndoMap;
import io.millrace.coordinator.group.record.GroupMetadataValue;
import io.millrace.coordinator.group.record.GroupRecord;
import io.millrace.coordinator.group.record.OffsetCommitKey;
import io.millrace.coordinator.group.record.OffsetCommitValue;
import java.util.Collection;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The state of a shard: its groups and their committed offsets. Changed by {@link #replay} alone.
 *
 * <p>Invariant: who has committed offsets is a group.
 */
final class GroupStore {
    private final UndoLog undo;
    private final UndoMap<String, ClassicGroup> groups;
    private final UndoMap<String, UndoMap<TopicPartition, OffsetCommitValue>> offsets;

    GroupStore(UndoLog undo) {
        this.undo = undo;
        this.groups = new UndoMap<>(undo);
        this.offsets = new UndoMap<>(undo);
    }

    @Nullable
    ClassicGroup group(String groupId) {
        return groups.get(groupId);
    }

    /** A view. */
    Collection<ClassicGroup> groups() {
        return groups.values();
    }

    @Nullable
    OffsetCommitValue offset(String groupId, TopicPartition partition) {
        UndoMap<TopicPartition, OffsetCommitValue> ofGroup = offsets.get(groupId);
        return ofGroup == null ? null : ofGroup.get(partition);
    }

    void eachOffset(String groupId, BiConsumer<TopicPartition, OffsetCommitValue> action) {
        UndoMap<TopicPartition, OffsetCommitValue> ofGroup = offsets.get(groupId);
        if (ofGroup != null) {
            for (Map.Entry<TopicPartition, OffsetCommitValue> entry : ofGroup.entries()) {
                action.accept(entry.getKey(), entry.getValue());
            }
        }
    }

    void replay(GroupChange change) {
        switch (change) {
            case GroupChange.Live live -> groups.put(live.group().groupId(), live.group());
            case GroupChange.Logged logged -> {
                switch (logged.record()) {
                    case GroupRecord.Group group -> replay(group.key().group(), group.value());
                    case GroupRecord.Offset offset -> replay(offset.key(), offset.value());
                }
            }
        }
    }

    private void replay(String groupId, @Nullable GroupMetadataValue value) {
        if (value == null) {
            groups.remove(groupId);
        } else {
            groups.put(groupId, ClassicGroup.of(groupId, value));
        }
    }

    private void replay(OffsetCommitKey key, @Nullable OffsetCommitValue value) {
        TopicPartition partition = new TopicPartition(key.topic(), key.partition());
        if (value == null) {
            forget(key.group(), partition);
            return;
        }
        if (groups.get(key.group()) == null) {
            groups.put(key.group(), ClassicGroup.create(key.group(), GroupMetadataValue.NO_TIMESTAMP));
        }
        UndoMap<TopicPartition, OffsetCommitValue> ofGroup = offsets.get(key.group());
        if (ofGroup == null) {
            ofGroup = new UndoMap<>(undo);
            offsets.put(key.group(), ofGroup);
        }
        ofGroup.put(partition, value);
    }

    private void forget(String groupId, TopicPartition partition) {
        UndoMap<TopicPartition, OffsetCommitValue> ofGroup = offsets.get(groupId);
        if (ofGroup != null) {
            ofGroup.remove(partition);
            if (ofGroup.isEmpty()) {
                offsets.remove(groupId);
            }
        }
    }
}
