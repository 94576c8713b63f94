package io.millrace.protocol;

import org.apache.kafka.common.protocol.ApiKeys;

/**
 * What precedes a request's body.
 *
 * @param apiVersion as the client sent it; outside the served range for ApiVersions only (KIP-511)
 * @param responseVersion version to answer in: {@code apiVersion}, or 0 to an ApiVersions request that is too new
 * @param clientId empty if the client gave none
 */
public record RequestHeader(ApiKeys key, short apiVersion, short responseVersion, int correlationId, String clientId) {}
