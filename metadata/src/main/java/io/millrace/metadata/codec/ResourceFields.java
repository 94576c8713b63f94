package io.millrace.metadata.codec;

import org.apache.kafka.common.config.ConfigResource;

/** A configuration resource inside a command or an image. */
final class ResourceFields {
    private ResourceFields() {}

    static FieldWriter write(FieldWriter out, ConfigResource resource) {
        return out.int8(resource.type().id()).string(resource.name());
    }

    static ConfigResource read(FieldReader in) {
        int id = in.int8();
        ConfigResource.Type type = ConfigResource.Type.forId((byte) id);
        if (type.id() != id) {
            throw MetadataFormatException.newer("A configuration resource of type " + id);
        }
        return new ConfigResource(type, in.string());
    }
}
