package io.millrace.protocol;

import org.apache.kafka.common.protocol.ApiMessage;

/** A decoded request. Record data and other zero-copy fields of the body are slices of the frame it was decoded from. */
public record ApiRequest(RequestHeader header, ApiMessage body) {}
