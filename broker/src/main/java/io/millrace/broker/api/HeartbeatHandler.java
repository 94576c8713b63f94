package io.millrace.broker.api;

import io.millrace.coordinator.group.GroupCoordinator;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.HeartbeatRequestData;
import org.apache.kafka.common.message.HeartbeatResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/** Heartbeat, versions 0 to 4 (KIP-345). */
final class HeartbeatHandler implements ApiHandler<HeartbeatRequestData> {
    private final GroupCoordinator groups;

    HeartbeatHandler(GroupCoordinator groups) {
        this.groups = groups;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.HEARTBEAT;
    }

    @Override
    public Class<HeartbeatRequestData> requestType() {
        return HeartbeatRequestData.class;
    }

    @Override
    public CompletionStage<HeartbeatResponseData> handle(RequestContext context, HeartbeatRequestData request) {
        return groups.heartbeat(GroupClients.of(context), request);
    }
}
