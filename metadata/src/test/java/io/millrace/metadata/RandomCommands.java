package io.millrace.metadata;

import io.millrace.metadata.BrokerRegistration.Endpoint;
import io.millrace.metadata.MetadataCommand.AllocateProducerIds;
import io.millrace.metadata.MetadataCommand.ChangeConfigs;
import io.millrace.metadata.MetadataCommand.ConfigChange;
import io.millrace.metadata.MetadataCommand.CreatePartitions;
import io.millrace.metadata.MetadataCommand.CreateTopic;
import io.millrace.metadata.MetadataCommand.DeleteTopic;
import io.millrace.metadata.MetadataCommand.FoundCluster;
import io.millrace.metadata.MetadataCommand.RegisterBroker;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.jspecify.annotations.Nullable;

/** Commands from a seed: most of them fit the image they are made for, some are to be refused. */
public final class RandomCommands {
    private final Random random;

    public RandomCommands(long seed) {
        random = new Random(seed);
    }

    public static List<MetadataCommand> foundation() {
        return List.of(new FoundCluster(new Uuid(7, 7), 1), new RegisterBroker(broker(0, null, false)));
    }

    public MetadataCommand next(ClusterImage image) {
        return switch (random.nextInt(10)) {
            case 0 ->
                new RegisterBroker(
                        broker(random.nextInt(4), random.nextBoolean() ? "rack" : null, random.nextInt(5) == 0));
            case 1, 2, 3 -> createTopic();
            case 4 -> new DeleteTopic(someTopic(image));
            case 5 -> createPartitions(image);
            case 6, 7, 8 -> changeConfigs(image);
            default -> new AllocateProducerIds(random.nextInt(3), random.nextInt(2000));
        };
    }

    public static BrokerRegistration broker(int id, @Nullable String rack, boolean fenced) {
        return new BrokerRegistration(
                id,
                new Uuid(id, 1),
                -1,
                List.of(new Endpoint("PLAINTEXT", "host-" + id, 9092, SecurityProtocol.PLAINTEXT)),
                rack,
                fenced);
    }

    private MetadataCommand createTopic() {
        int replicas = 1 + random.nextInt(2);
        List<List<Integer>> assignment = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(4); i++) {
            int first = random.nextInt(3);
            assignment.add(IntStream.range(first, first + replicas).boxed().toList());
        }
        return new CreateTopic(topicName(), uuid(), assignment, Map.of("retention.ms", "" + random.nextInt(100)));
    }

    private MetadataCommand createPartitions(ClusterImage image) {
        Uuid id = someTopic(image);
        int present = image.topic(id).map(topic -> topic.partitions().size()).orElse(1);
        return new CreatePartitions(id, present, List.of(List.of(random.nextInt(3))));
    }

    private MetadataCommand changeConfigs(ClusterImage image) {
        List<ConfigChange> changes = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(3); i++) {
            changes.add(new ConfigChange(
                    resource(image),
                    Map.of("key-" + random.nextInt(3), "välue-" + random.nextInt(100)),
                    List.of("key-" + random.nextInt(3))));
        }
        return new ChangeConfigs(changes);
    }

    private ConfigResource resource(ClusterImage image) {
        return switch (random.nextInt(3)) {
            case 0 -> new ConfigResource(ConfigResource.Type.BROKER, random.nextBoolean() ? "" : "1");
            case 1 -> new ConfigResource(ConfigResource.Type.GROUP, "group-" + random.nextInt(3));
            default ->
                new ConfigResource(
                        ConfigResource.Type.TOPIC, image.topicNames().getOrDefault(someTopic(image), "none"));
        };
    }

    private Uuid someTopic(ClusterImage image) {
        List<Uuid> ids = image.topicNames().keySet().stream().sorted().toList();
        return ids.isEmpty() || random.nextInt(10) == 0 ? uuid() : ids.get(random.nextInt(ids.size()));
    }

    private String topicName() {
        return "topic" + ".-_".charAt(random.nextInt(3)) + random.nextInt(20);
    }

    private Uuid uuid() {
        return new Uuid(random.nextLong(), random.nextLong());
    }
}
