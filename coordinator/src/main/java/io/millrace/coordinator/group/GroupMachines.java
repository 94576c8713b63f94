package io.millrace.coordinator.group;

import io.millrace.coordinator.MachineType;
import io.millrace.coordinator.UndoLog;
import io.millrace.coordinator.group.record.GroupRecord;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Consumer groups as a kind of coordinator. */
final class GroupMachines implements MachineType<GroupCommand, GroupChange> {
    private final GroupConfig config;

    GroupMachines(GroupConfig config) {
        this.config = config;
    }

    @Override
    public String name() {
        return "__consumer_offsets";
    }

    @Override
    public GroupMachine create(int shard, UndoLog undo) {
        return new GroupMachine(config, undo);
    }

    @Override
    public GroupCommand loaded() {
        return new GroupCommand.Loaded();
    }

    @Override
    public Optional<KeyValue> record(GroupChange change) {
        return switch (change) {
            case GroupChange.Live live -> Optional.empty();
            case GroupChange.Logged logged -> Optional.of(write(logged.record()));
        };
    }

    private static KeyValue write(GroupRecord record) {
        return new KeyValue(record.writeKey(), record.writeValue());
    }

    @Override
    public Optional<GroupChange> change(ByteBuffer key, @Nullable ByteBuffer value) {
        return GroupRecord.read(key, value).map(GroupChange.Logged::new);
    }
}
