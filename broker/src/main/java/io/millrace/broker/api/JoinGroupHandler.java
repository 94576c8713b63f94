package io.millrace.broker.api;

import io.millrace.coordinator.group.GroupCoordinator;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.JoinGroupRequestData;
import org.apache.kafka.common.message.JoinGroupResponseData;
import org.apache.kafka.common.protocol.ApiKeys;

/** JoinGroup, versions 0 to 9 (KIP-62, 345, 394, 559, 800, 814). The answer comes when the group's rebalance lets it. */
final class JoinGroupHandler implements ApiHandler<JoinGroupRequestData> {
    private static final int REBALANCE_TIMEOUT_MISSING = -1;
    private static final short FIRST_VERSION_WITH_NULLABLE_PROTOCOL = 7;

    private final GroupCoordinator groups;

    JoinGroupHandler(GroupCoordinator groups) {
        this.groups = groups;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.JOIN_GROUP;
    }

    @Override
    public Class<JoinGroupRequestData> requestType() {
        return JoinGroupRequestData.class;
    }

    @Override
    public CompletionStage<JoinGroupResponseData> handle(RequestContext context, JoinGroupRequestData request) {
        if (request.rebalanceTimeoutMs() == REBALANCE_TIMEOUT_MISSING) {
            request.setRebalanceTimeoutMs(request.sessionTimeoutMs());
        }
        return groups.joinGroup(GroupClients.of(context), request)
                .thenApply(response -> shaped(context.apiVersion(), response));
    }

    private static JoinGroupResponseData shaped(short version, JoinGroupResponseData response) {
        if (version < FIRST_VERSION_WITH_NULLABLE_PROTOCOL && response.protocolName() == null) {
            response.setProtocolName("");
        }
        return response;
    }
}
