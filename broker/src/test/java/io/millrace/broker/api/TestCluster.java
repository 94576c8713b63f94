package io.millrace.broker.api;

import io.millrace.broker.topics.TopicDefaults;
import io.millrace.metadata.BrokerRegistration;
import io.millrace.metadata.BrokerRegistration.Endpoint;
import io.millrace.metadata.CommandResult;
import io.millrace.metadata.MetadataCommand;
import io.millrace.metadata.MetadataCommand.CreateTopic;
import io.millrace.metadata.MetadataCommand.FoundCluster;
import io.millrace.metadata.MetadataCommand.RegisterBroker;
import io.millrace.metadata.MetadataLog;
import io.millrace.metadata.local.LocalMetadataLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.jspecify.annotations.Nullable;

/** A founded cluster in a directory, with brokers that need not run. */
final class TestCluster implements AutoCloseable {
    static final TopicDefaults DEFAULTS = new TopicDefaults(2, (short) 1, 50, (short) 3, 104_857_600);
    static final String LISTENER = "PLAINTEXT";

    final MetadataLog metadata;
    final Uuid clusterId = Uuid.randomUuid();

    private TestCluster(MetadataLog metadata) {
        this.metadata = metadata;
    }

    /** With broker 0 at localhost:9092. */
    static TestCluster found(Path directory) throws IOException {
        TestCluster cluster = new TestCluster(LocalMetadataLog.open(directory));
        cluster.apply(new FoundCluster(cluster.clusterId, 1));
        cluster.register(0, false, LISTENER);
        return cluster;
    }

    void register(int id, boolean fenced, String listener) {
        Endpoint endpoint = new Endpoint(listener, "localhost", 9092 + id, SecurityProtocol.PLAINTEXT);
        apply(new RegisterBroker(
                new BrokerRegistration(id, Uuid.randomUuid(), 0, List.of(endpoint), "rack" + id, fenced)));
    }

    Uuid create(String topic, int partitions) {
        return create(topic, Collections.nCopies(partitions, List.of(0)), Map.of());
    }

    Uuid create(String topic, List<List<Integer>> assignment, Map<String, String> configs) {
        Uuid id = Uuid.randomUuid();
        apply(new CreateTopic(topic, id, assignment, configs));
        return id;
    }

    void apply(MetadataCommand command) {
        CommandResult result = metadata.submit(command).join().result();
        if (result instanceof CommandResult.Refused refused) {
            throw new IllegalArgumentException(refused.toString());
        }
    }

    static <Q extends ApiMessage, R extends ApiMessage> R ask(
            ApiHandler<Q> handler, int version, Q request, Class<R> response) throws Exception {
        CompletionStage<? extends @Nullable ApiMessage> stage =
                handler.handle(new TestRequest((short) version), request);
        return response.cast(stage.toCompletableFuture().get(10, TimeUnit.SECONDS));
    }

    @Override
    public void close() {
        metadata.close();
    }
}
