package io.millrace.broker.api;

import io.millrace.coordinator.group.GroupCoordinator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.LeaveGroupRequestData;
import org.apache.kafka.common.message.LeaveGroupRequestData.MemberIdentity;
import org.apache.kafka.common.message.LeaveGroupResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** LeaveGroup, versions 0 to 5 (KIP-345, 800). Before version 3 there is one member, and its error is the request's. */
final class LeaveGroupHandler implements ApiHandler<LeaveGroupRequestData> {
    private static final short FIRST_VERSION_WITH_MEMBERS = 3;

    private final GroupCoordinator groups;

    LeaveGroupHandler(GroupCoordinator groups) {
        this.groups = groups;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.LEAVE_GROUP;
    }

    @Override
    public Class<LeaveGroupRequestData> requestType() {
        return LeaveGroupRequestData.class;
    }

    @Override
    public CompletionStage<LeaveGroupResponseData> handle(RequestContext context, LeaveGroupRequestData request) {
        if (context.apiVersion() >= FIRST_VERSION_WITH_MEMBERS) {
            return groups.leaveGroup(GroupClients.of(context), request);
        }
        request.setMembers(List.of(new MemberIdentity().setMemberId(request.memberId())));
        return groups.leaveGroup(GroupClients.of(context), request).thenApply(LeaveGroupHandler::single);
    }

    private static LeaveGroupResponseData single(LeaveGroupResponseData response) {
        if (response.errorCode() == Errors.NONE.code() && !response.members().isEmpty()) {
            response.setErrorCode(response.members().getFirst().errorCode());
        }
        return response.setMembers(List.of());
    }
}
