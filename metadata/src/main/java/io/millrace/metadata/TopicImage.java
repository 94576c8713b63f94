package io.millrace.metadata;

import org.apache.kafka.common.Uuid;
import org.pcollections.PVector;

/**
 * A topic.
 *
 * @param partitions by partition index, 0 to n-1
 */
public record TopicImage(String name, Uuid id, PVector<PartitionImage> partitions) {}
