package io.millrace.broker.api;

import io.millrace.coordinator.group.GroupCoordinator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.SyncGroupRequestData;
import org.apache.kafka.common.message.SyncGroupResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** SyncGroup, versions 0 to 5 (KIP-345, 559). The answer comes when the leader's assignment is written. */
final class SyncGroupHandler implements ApiHandler<SyncGroupRequestData> {
    private static final short FIRST_VERSION_WITH_PROTOCOL = 5;

    private final GroupCoordinator groups;

    SyncGroupHandler(GroupCoordinator groups) {
        this.groups = groups;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.SYNC_GROUP;
    }

    @Override
    public Class<SyncGroupRequestData> requestType() {
        return SyncGroupRequestData.class;
    }

    @Override
    public CompletionStage<SyncGroupResponseData> handle(RequestContext context, SyncGroupRequestData request) {
        if (context.apiVersion() >= FIRST_VERSION_WITH_PROTOCOL
                && (request.protocolType() == null || request.protocolName() == null)) {
            return CompletableFuture.completedFuture(
                    new SyncGroupResponseData().setErrorCode(Errors.INCONSISTENT_GROUP_PROTOCOL.code()));
        }
        return groups.syncGroup(GroupClients.of(context), request);
    }
}
