package io.millrace.metadata.codec;

import io.millrace.metadata.BrokerRegistration;
import io.millrace.metadata.BrokerRegistration.Endpoint;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.security.auth.SecurityProtocol;
import org.jspecify.annotations.Nullable;

/** A broker's registration inside a command or an image. */
final class BrokerFields {
    private BrokerFields() {}

    static void write(FieldWriter out, BrokerRegistration broker) {
        out.int32(broker.id())
                .uuid(broker.incarnation())
                .int64(broker.epoch())
                .list(broker.endpoints(), endpoint -> write(out, endpoint))
                .nullableString(broker.rack())
                .bool(broker.fenced());
    }

    static BrokerRegistration read(FieldReader in) {
        int id = in.int32();
        Uuid incarnation = in.uuid();
        long epoch = in.int64();
        List<Endpoint> endpoints = in.list(CommandFormatV1.MIN_ENDPOINT_BYTES, () -> endpoint(in));
        @Nullable String rack = in.nullableString();
        return new BrokerRegistration(id, incarnation, epoch, endpoints, rack, in.bool());
    }

    private static void write(FieldWriter out, Endpoint endpoint) {
        out.string(endpoint.listener())
                .string(endpoint.host())
                .int32(endpoint.port())
                .int8(endpoint.protocol().id);
    }

    private static Endpoint endpoint(FieldReader in) {
        String listener = in.string();
        String host = in.string();
        int port = in.int32();
        int protocolId = in.int8();
        @Nullable SecurityProtocol protocol = SecurityProtocol.forId((short) protocolId);
        if (protocol == null) {
            throw MetadataFormatException.newer("An endpoint with security protocol " + protocolId);
        }
        return new Endpoint(listener, host, port, protocol);
    }
}
