package io.millrace.broker.network;

/**
 * Limits of the network side, with Kafka's names where the thing exists.
 *
 * @param eventLoops num.network.threads
 * @param requestBytesMax socket.request.max.bytes: a larger frame closes the connection
 * @param queuedRequestBytesMax queued.max.request.bytes: bytes of requests being read or served by the whole broker; above it
 *     no connection is read from
 * @param connections limits of and on single connections
 * @param sendBufferBytes socket.send.buffer.bytes; -1 leaves it to the system
 * @param receiveBufferBytes socket.receive.buffer.bytes; -1 leaves it to the system
 */
public record NetworkConfig(
        int eventLoops,
        int requestBytesMax,
        long queuedRequestBytesMax,
        ConnectionLimits connections,
        int sendBufferBytes,
        int receiveBufferBytes) {

    /**
     * @param queuedBytesMax bytes of one connection's requests being served; above it the connection is not read from
     * @param requestsMax requests of one connection being served at a time
     * @param connectionsMax max.connections
     * @param connectionsPerIpMax max.connections.per.ip
     * @param idleMsMax connections.max.idle.ms
     */
    public record ConnectionLimits(
            int queuedBytesMax, int requestsMax, int connectionsMax, int connectionsPerIpMax, long idleMsMax) {}

    /** Kafka's defaults; what Kafka leaves unlimited has a limit. */
    public static final NetworkConfig DEFAULTS = new NetworkConfig(
            3,
            100 << 20,
            64L << 20,
            new ConnectionLimits(16 << 20, 256, Integer.MAX_VALUE, Integer.MAX_VALUE, 600_000),
            -1,
            -1);
}
