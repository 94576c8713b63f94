package io.millrace.metadata.codec;

import static io.millrace.metadata.codec.CommandFormatV1.ALLOCATE_PRODUCER_IDS;
import static io.millrace.metadata.codec.CommandFormatV1.CHANGE_CONFIGS;
import static io.millrace.metadata.codec.CommandFormatV1.CREATE_PARTITIONS;
import static io.millrace.metadata.codec.CommandFormatV1.CREATE_TOPIC;
import static io.millrace.metadata.codec.CommandFormatV1.DELETE_TOPIC;
import static io.millrace.metadata.codec.CommandFormatV1.FOUND_CLUSTER;
import static io.millrace.metadata.codec.CommandFormatV1.MIN_CONFIG_CHANGE_BYTES;
import static io.millrace.metadata.codec.CommandFormatV1.MIN_LIST_BYTES;
import static io.millrace.metadata.codec.CommandFormatV1.REGISTER_BROKER;
import static io.millrace.metadata.codec.CommandFormatV1.VERSION;

import io.millrace.metadata.MetadataCommand;
import io.millrace.metadata.MetadataCommand.AllocateProducerIds;
import io.millrace.metadata.MetadataCommand.ChangeConfigs;
import io.millrace.metadata.MetadataCommand.ConfigChange;
import io.millrace.metadata.MetadataCommand.CreatePartitions;
import io.millrace.metadata.MetadataCommand.CreateTopic;
import io.millrace.metadata.MetadataCommand.DeleteTopic;
import io.millrace.metadata.MetadataCommand.FoundCluster;
import io.millrace.metadata.MetadataCommand.RegisterBroker;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.Uuid;

/** Commands as bytes; the layout is {@link CommandFormatV1}'s. Safe for any thread. */
public final class CommandCodec {
    private CommandCodec() {}

    public static byte[] encode(MetadataCommand command) {
        FieldWriter out = new FieldWriter();
        switch (command) {
            case FoundCluster found ->
                tag(out, FOUND_CLUSTER).uuid(found.clusterId()).int32(found.featureLevel());
            case RegisterBroker register -> BrokerFields.write(tag(out, REGISTER_BROKER), register.broker());
            case CreateTopic create -> write(tag(out, CREATE_TOPIC), create);
            case DeleteTopic delete -> tag(out, DELETE_TOPIC).uuid(delete.id());
            case CreatePartitions create ->
                tag(out, CREATE_PARTITIONS)
                        .uuid(create.topicId())
                        .int32(create.firstNew())
                        .list(create.assignment(), out::ints);
            case ChangeConfigs change -> tag(out, CHANGE_CONFIGS).list(change.changes(), each -> write(out, each));
            case AllocateProducerIds allocate ->
                tag(out, ALLOCATE_PRODUCER_IDS).int32(allocate.brokerId()).int32(allocate.count());
        }
        return out.toBytes();
    }

    /**
     * @throws MetadataFormatException if these are not the bytes of one command, or of one that only a newer program knows
     */
    public static MetadataCommand decode(ByteBuffer bytes) {
        FieldReader in = new FieldReader(bytes);
        int tag = in.int8();
        int version = in.int8();
        if (tag < FOUND_CLUSTER || tag > ALLOCATE_PRODUCER_IDS || version != VERSION) {
            throw MetadataFormatException.newer("Metadata command " + tag + " in version " + version);
        }
        MetadataCommand command = body(tag, in);
        in.requireEnd();
        return command;
    }

    private static MetadataCommand body(int tag, FieldReader in) {
        return switch (tag) {
            case FOUND_CLUSTER -> foundCluster(in);
            case REGISTER_BROKER -> new RegisterBroker(BrokerFields.read(in));
            case CREATE_TOPIC -> createTopic(in);
            case DELETE_TOPIC -> new DeleteTopic(in.uuid());
            case CREATE_PARTITIONS -> createPartitions(in);
            case CHANGE_CONFIGS -> new ChangeConfigs(in.list(MIN_CONFIG_CHANGE_BYTES, () -> configChange(in)));
            case ALLOCATE_PRODUCER_IDS -> allocateProducerIds(in);
            default -> throw new AssertionError("tag " + tag);
        };
    }

    private static FieldWriter tag(FieldWriter out, int tag) {
        return out.int8(tag).int8(VERSION);
    }

    private static void write(FieldWriter out, CreateTopic create) {
        out.string(create.name())
                .uuid(create.id())
                .list(create.assignment(), out::ints)
                .strings(create.configs());
    }

    private static void write(FieldWriter out, ConfigChange change) {
        ResourceFields.write(out, change.resource()).strings(change.set()).list(change.remove(), out::string);
    }

    private static MetadataCommand foundCluster(FieldReader in) {
        Uuid clusterId = in.uuid();
        return new FoundCluster(clusterId, in.int32());
    }

    private static MetadataCommand createTopic(FieldReader in) {
        String name = in.string();
        Uuid id = in.uuid();
        List<List<Integer>> assignment = in.list(MIN_LIST_BYTES, in::ints);
        return new CreateTopic(name, id, assignment, in.strings());
    }

    private static MetadataCommand createPartitions(FieldReader in) {
        Uuid id = in.uuid();
        int firstNew = in.int32();
        return new CreatePartitions(id, firstNew, in.list(MIN_LIST_BYTES, in::ints));
    }

    private static ConfigChange configChange(FieldReader in) {
        var resource = ResourceFields.read(in);
        Map<String, String> set = in.strings();
        return new ConfigChange(resource, set, in.list(Integer.BYTES, in::string));
    }

    private static MetadataCommand allocateProducerIds(FieldReader in) {
        int brokerId = in.int32();
        return new AllocateProducerIds(brokerId, in.int32());
    }
}
