package io.millrace.coordinator.group;

import io.millrace.coordinator.ShardLimits;
import io.millrace.coordinator.ShardPorts;
import io.millrace.coordinator.ShardRuntime;
import java.util.UUID;
import java.util.function.Supplier;

/** Makes the coordinator of consumer groups. */
public final class Groups {
    private Groups() {}

    /** A coordinator that leads nothing yet; closing it leaves the threads of the ports alone. */
    public static GroupCoordinator coordinator(GroupConfig config, ShardPorts ports) {
        return coordinator(config, ports, () -> UUID.randomUUID().toString());
    }

    /** @param memberIds makes what is random in member ids */
    static GroupCoordinator coordinator(GroupConfig config, ShardPorts ports, Supplier<String> memberIds) {
        ShardRuntime<GroupCommand, GroupChange> runtime = new ShardRuntime<>(
                config.offsetsTopicPartitions(),
                new GroupMachines(config),
                ports,
                new ShardLimits(config.maxWaitingRequests(), config.maxBatchBytes()));
        return new GroupShards(config, runtime, memberIds);
    }
}
