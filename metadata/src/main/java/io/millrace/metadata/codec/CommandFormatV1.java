package io.millrace.metadata.codec;

/**
 * Version 1 of every command: a tag that never gets another meaning, the version of that command's body, the body. Integers
 * are big endian; {@code string} is an int32 length and UTF-8 (length -1: null, where it may be), {@code [x]} an int32 count
 * and that many x, {@code uuid} two int64.
 *
 * <pre>
 * command              = tag int8, version int8, body
 * FoundCluster         = clusterId uuid, featureLevel int32
 * RegisterBroker       = broker
 * CreateTopic          = name string, id uuid, assignment [[int32]], configs [key string, value string]
 * DeleteTopic          = id uuid
 * CreatePartitions     = topicId uuid, firstNew int32, assignment [[int32]]
 * ChangeConfigs        = [resourceType int8, resourceName string, set [key string, value string], remove [string]]
 * AllocateProducerIds  = brokerId int32, count int32
 *
 * broker               = id int32, incarnation uuid, epoch int64, [endpoint], rack string, fenced int8
 * endpoint             = listener string, host string, port int32, securityProtocol int8
 * </pre>
 *
 * Resource types and security protocols are Kafka's numbers.
 */
final class CommandFormatV1 {
    static final int VERSION = 1;

    static final int FOUND_CLUSTER = 1;
    static final int REGISTER_BROKER = 2;
    static final int CREATE_TOPIC = 3;
    static final int DELETE_TOPIC = 4;
    static final int CREATE_PARTITIONS = 5;
    static final int CHANGE_CONFIGS = 6;
    static final int ALLOCATE_PRODUCER_IDS = 7;

    /** Least size of a list within a list: its own count. */
    static final int MIN_LIST_BYTES = 4;

    static final int MIN_CONFIG_CHANGE_BYTES = 1 + 3 * 4;
    static final int MIN_ENDPOINT_BYTES = 4 + 4 + 4 + 1;

    private CommandFormatV1() {}
}
