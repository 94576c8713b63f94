package io.millrace.broker.api;

import io.millrace.metadata.ClusterImage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.message.CreateTopicsResponseData.CreatableTopicConfigs;

/** Placeholder until the catalogue is there. */
final class TopicConfigs {
    Optional<String> problem(Map<String, String> configs) {
        return configs.isEmpty() ? Optional.empty() : Optional.of("none");
    }

    List<CreatableTopicConfigs> ofNewTopic(ClusterImage image, Map<String, String> configs) {
        return List.of();
    }
}
