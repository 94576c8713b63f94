package io.millrace.broker.api;

import io.millrace.coordinator.group.GroupCoordinator.GroupClient;

/** Who asks, as the coordinator wants to know it. */
final class GroupClients {
    private GroupClients() {}

    static GroupClient of(RequestContext context) {
        return new GroupClient(context.apiVersion(), context.clientId(), context.clientHost());
    }
}
