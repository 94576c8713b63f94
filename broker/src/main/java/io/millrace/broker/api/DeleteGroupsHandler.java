package io.millrace.broker.api;

import io.millrace.coordinator.group.GroupCoordinator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.DeleteGroupsRequestData;
import org.apache.kafka.common.message.DeleteGroupsResponseData;
import org.apache.kafka.common.message.DeleteGroupsResponseData.DeletableGroupResult;
import org.apache.kafka.common.protocol.ApiKeys;

/** DeleteGroups, versions 0 to 3 (KIP-229). A group named twice is answered once. */
final class DeleteGroupsHandler implements ApiHandler<DeleteGroupsRequestData> {
    private final GroupCoordinator groups;

    DeleteGroupsHandler(GroupCoordinator groups) {
        this.groups = groups;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.DELETE_GROUPS;
    }

    @Override
    public Class<DeleteGroupsRequestData> requestType() {
        return DeleteGroupsRequestData.class;
    }

    @Override
    public CompletionStage<DeleteGroupsResponseData> handle(RequestContext context, DeleteGroupsRequestData request) {
        List<String> ids = request.groupsNames().stream().distinct().toList();
        return groups.deleteGroups(GroupClients.of(context), ids).thenApply(DeleteGroupsHandler::response);
    }

    private static DeleteGroupsResponseData response(List<DeletableGroupResult> results) {
        DeleteGroupsResponseData response = new DeleteGroupsResponseData();
        results.forEach(response.results()::add);
        return response;
    }
}
