package io.millrace.metadata.codec;

/**
 * Version 1 of a whole image, in the notation of {@link CommandFormatV1}. What has an order has the order of its keys:
 * brokers by id, topics by name, configurations by resource type and name.
 *
 * <pre>
 * image      = version int8, imageVersion int64, clusterId uuid, featureLevel int32, nextProducerId int64,
 *              brokers [broker], topics [topic], configs [config]
 * topic      = name string, id uuid, partitions [partition]
 * partition  = replicas [int32], inSync [int32], leader int32, leaderEpoch int32, partitionEpoch int32
 * config     = resourceType int8, resourceName string, values [key string, value string]
 * </pre>
 */
final class ImageFormatV1 {
    static final int VERSION = 1;

    static final int MIN_BROKER_BYTES = 4 + 16 + 8 + 4 + 4 + 1;
    static final int MIN_TOPIC_BYTES = 4 + 16 + 4;
    static final int MIN_PARTITION_BYTES = 4 + 4 + 4 + 4 + 4;
    static final int MIN_CONFIG_BYTES = 1 + 4 + 4;

    private ImageFormatV1() {}
}
