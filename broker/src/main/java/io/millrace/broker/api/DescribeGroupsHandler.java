package io.millrace.broker.api;

import io.millrace.coordinator.group.GroupCoordinator;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.DescribeGroupsRequestData;
import org.apache.kafka.common.message.DescribeGroupsResponseData;
import org.apache.kafka.common.message.DescribeGroupsResponseData.DescribedGroup;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** DescribeGroups, versions 0 to 6 (KIP-345, 430, 1043). */
final class DescribeGroupsHandler implements ApiHandler<DescribeGroupsRequestData> {
    private final GroupCoordinator groups;

    DescribeGroupsHandler(GroupCoordinator groups) {
        this.groups = groups;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.DESCRIBE_GROUPS;
    }

    @Override
    public Class<DescribeGroupsRequestData> requestType() {
        return DescribeGroupsRequestData.class;
    }

    @Override
    public CompletionStage<DescribeGroupsResponseData> handle(
            RequestContext context, DescribeGroupsRequestData request) {
        return groups.describeGroups(GroupClients.of(context), request.groups()).thenApply(described -> {
            described.forEach(group -> authorize(group, request.includeAuthorizedOperations()));
            return new DescribeGroupsResponseData().setGroups(described);
        });
    }

    private static void authorize(DescribedGroup group, boolean asked) {
        group.setAuthorizedOperations(
                AuthorizedOperations.of(AuthorizedOperations.GROUP, asked && group.errorCode() == Errors.NONE.code()));
    }
}
