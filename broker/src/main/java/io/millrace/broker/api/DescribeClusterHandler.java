package io.millrace.broker.api;

import io.millrace.metadata.BrokerRegistration;
import io.millrace.metadata.BrokerRegistration.Endpoint;
import io.millrace.metadata.MetadataLog;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.kafka.common.message.DescribeClusterRequestData;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.DescribeClusterResponseData.DescribeClusterBroker;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.Errors;

/** DescribeCluster, versions 0 to 2 (KIP-700, 919, 1073). Controllers have no endpoints of their own. */
final class DescribeClusterHandler implements ApiHandler<DescribeClusterRequestData> {
    private static final byte ENDPOINT_BROKERS = 1;
    private static final byte ENDPOINT_CONTROLLERS = 2;

    private final MetadataLog metadata;

    DescribeClusterHandler(MetadataLog metadata) {
        this.metadata = metadata;
    }

    @Override
    public ApiKeys key() {
        return ApiKeys.DESCRIBE_CLUSTER;
    }

    @Override
    public Class<DescribeClusterRequestData> requestType() {
        return DescribeClusterRequestData.class;
    }

    @Override
    public CompletionStage<DescribeClusterResponseData> handle(
            RequestContext context, DescribeClusterRequestData request) {
        return CompletableFuture.completedFuture(
                switch (request.endpointType()) {
                    case ENDPOINT_BROKERS ->
                        brokers(new ListenerView(metadata.image(), context.listenerName()), request);
                    case ENDPOINT_CONTROLLERS ->
                        refused(Errors.MISMATCHED_ENDPOINT_TYPE, "This is an endpoint of a broker.");
                    default ->
                        refused(
                                Errors.UNSUPPORTED_ENDPOINT_TYPE,
                                "There is no endpoint type " + request.endpointType() + ".");
                });
    }

    private static DescribeClusterResponseData brokers(ListenerView view, DescribeClusterRequestData request) {
        DescribeClusterResponseData response = new DescribeClusterResponseData()
                .setClusterId(view.image().clusterId().toString())
                .setControllerId(view.controllerId())
                .setClusterAuthorizedOperations(AuthorizedOperations.of(
                        AuthorizedOperations.CLUSTER, request.includeClusterAuthorizedOperations()));
        (request.includeFencedBrokers() ? view.all() : view.serving())
                .forEach(broker -> response.brokers().add(described(view, broker)));
        return response;
    }

    private static DescribeClusterBroker described(ListenerView view, BrokerRegistration broker) {
        Endpoint endpoint = view.endpoint(broker).orElseThrow();
        return new DescribeClusterBroker()
                .setBrokerId(broker.id())
                .setHost(endpoint.host())
                .setPort(endpoint.port())
                .setRack(broker.rack())
                .setIsFenced(broker.fenced());
    }

    private static DescribeClusterResponseData refused(Errors error, String message) {
        return new DescribeClusterResponseData().setErrorCode(error.code()).setErrorMessage(message);
    }
}
