package io.millrace.metadata;

import io.millrace.metadata.Commands.Refusal;
import io.millrace.metadata.MetadataCommand.ChangeConfigs;
import io.millrace.metadata.MetadataCommand.ConfigChange;
import io.millrace.metadata.MetadataLog.Applied;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.protocol.Errors;
import org.pcollections.PMap;

/** Changes of dynamic configuration. The values themselves were validated by who built the command. */
final class ConfigCommands {
    private ConfigCommands() {}

    static Applied change(ClusterImage image, ChangeConfigs command) {
        Map<ConfigResource, PMap<String, String>> changed = new HashMap<>();
        for (ConfigChange change : command.changes()) {
            requireValid(image, change.resource());
            PMap<String, String> before = changed.getOrDefault(change.resource(), image.configs(change.resource()));
            changed.put(change.resource(), before.minusAll(change.remove()).plusAll(change.set()));
        }
        ImageChange next = ImageChange.of(image);
        changed.forEach(next::configs);
        return next.done();
    }

    private static void requireValid(ClusterImage image, ConfigResource resource) {
        switch (resource.type()) {
            case TOPIC -> requireTopic(image, resource.name());
            case BROKER -> requireBrokerId(resource.name());
            case GROUP, CLIENT_METRICS -> requireName(resource);
            case BROKER_LOGGER, UNKNOWN ->
                throw new Refusal(
                        Errors.INVALID_REQUEST,
                        "Resources of type " + resource.type() + " have no stored configuration");
        }
    }

    private static void requireTopic(ClusterImage image, String name) {
        if (!image.topics().containsKey(name)) {
            throw new Refusal(Errors.UNKNOWN_TOPIC_OR_PARTITION, "The topic '" + name + "' does not exist");
        }
    }

    /** Empty for the default of all brokers, otherwise a broker id, whether that broker has been seen yet or not. */
    private static void requireBrokerId(String name) {
        if (!name.isEmpty() && !name.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new Refusal(Errors.INVALID_REQUEST, "'" + name + "' is not a broker id");
        }
    }

    private static void requireName(ConfigResource resource) {
        if (resource.name().isEmpty()) {
            throw new Refusal(Errors.INVALID_REQUEST, "A resource of type " + resource.type() + " needs a name");
        }
    }
}
