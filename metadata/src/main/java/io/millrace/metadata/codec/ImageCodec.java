package io.millrace.metadata.codec;

import io.millrace.metadata.BrokerRegistration;
import io.millrace.metadata.ClusterImage;
import io.millrace.metadata.PartitionImage;
import io.millrace.metadata.TopicImage;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePVector;

/** Whole images as bytes; the layout is {@link ImageFormatV1}'s. Safe for any thread. */
public final class ImageCodec {
    private static final Comparator<ConfigResource> BY_TYPE_AND_NAME =
            Comparator.comparing(ConfigResource::type).thenComparing(ConfigResource::name);

    private ImageCodec() {}

    public static byte[] encode(ClusterImage image) {
        FieldWriter out = new FieldWriter();
        Map<ConfigResource, PMap<String, String>> configs = new TreeMap<>(BY_TYPE_AND_NAME);
        configs.putAll(image.configs());
        out.int8(ImageFormatV1.VERSION)
                .int64(image.version())
                .uuid(image.clusterId())
                .int32(image.featureLevel())
                .int64(image.nextProducerId())
                .list(new TreeMap<>(image.brokers()).values(), broker -> BrokerFields.write(out, broker))
                .list(new TreeMap<>(image.topics()).values(), topic -> write(out, topic))
                .list(
                        configs.entrySet(),
                        entry -> ResourceFields.write(out, entry.getKey()).strings(entry.getValue()));
        return out.toBytes();
    }

    /** @throws MetadataFormatException if these are not the bytes of one image, or of one that only a newer program knows */
    public static ClusterImage decode(ByteBuffer bytes) {
        FieldReader in = new FieldReader(bytes);
        int format = in.int8();
        if (format != ImageFormatV1.VERSION) {
            throw MetadataFormatException.newer("A metadata image in format " + format);
        }
        long version = in.int64();
        Uuid clusterId = in.uuid();
        int featureLevel = in.int32();
        long nextProducerId = in.int64();
        List<BrokerRegistration> brokers = in.list(ImageFormatV1.MIN_BROKER_BYTES, () -> BrokerFields.read(in));
        List<TopicImage> topics = in.list(ImageFormatV1.MIN_TOPIC_BYTES, () -> topic(in));
        Map<ConfigResource, PMap<String, String>> configs = configs(in);
        in.requireEnd();
        return new ClusterImage(
                version,
                clusterId,
                featureLevel,
                byId(brokers),
                byName(topics),
                names(topics),
                HashTreePMap.from(configs),
                nextProducerId);
    }

    private static void write(FieldWriter out, TopicImage topic) {
        out.string(topic.name())
                .uuid(topic.id())
                .list(
                        topic.partitions(),
                        partition -> out.ints(partition.replicas())
                                .ints(partition.inSync())
                                .int32(partition.leader())
                                .int32(partition.leaderEpoch())
                                .int32(partition.partitionEpoch()));
    }

    private static TopicImage topic(FieldReader in) {
        String name = in.string();
        Uuid id = in.uuid();
        List<PartitionImage> partitions = in.list(ImageFormatV1.MIN_PARTITION_BYTES, () -> partition(in));
        return new TopicImage(name, id, TreePVector.from(partitions));
    }

    private static PartitionImage partition(FieldReader in) {
        List<Integer> replicas = in.ints();
        List<Integer> inSync = in.ints();
        int leader = in.int32();
        int leaderEpoch = in.int32();
        return new PartitionImage(replicas, inSync, leader, leaderEpoch, in.int32());
    }

    private static Map<ConfigResource, PMap<String, String>> configs(FieldReader in) {
        Map<ConfigResource, PMap<String, String>> configs = new HashMap<>();
        in.list(ImageFormatV1.MIN_CONFIG_BYTES, () -> {
                    ConfigResource resource = ResourceFields.read(in);
                    return Map.entry(resource, in.strings());
                })
                .forEach(entry -> configs.put(entry.getKey(), HashTreePMap.from(entry.getValue())));
        return configs;
    }

    private static PMap<Integer, BrokerRegistration> byId(List<BrokerRegistration> brokers) {
        PMap<Integer, BrokerRegistration> byId = HashTreePMap.empty();
        for (BrokerRegistration broker : brokers) {
            byId = byId.plus(broker.id(), broker);
        }
        return byId;
    }

    private static PMap<String, TopicImage> byName(List<TopicImage> topics) {
        PMap<String, TopicImage> byName = HashTreePMap.empty();
        for (TopicImage topic : topics) {
            byName = byName.plus(topic.name(), topic);
        }
        return byName;
    }

    private static PMap<Uuid, String> names(List<TopicImage> topics) {
        PMap<Uuid, String> names = HashTreePMap.empty();
        for (TopicImage topic : topics) {
            names = names.plus(topic.id(), topic.name());
        }
        return names;
    }
}
