package io.millrace.replication;

import io.millrace.metadata.ClusterImage;

/** Resolves a topic's configuration: its own values, the brokers' defaults, Kafka's defaults. Quick, for any thread. */
@FunctionalInterface
public interface TopicSettingsSource {
    /** Equal results for equal inputs: what changed is found by comparing. */
    TopicSettings settings(ClusterImage image, String topic);
}
