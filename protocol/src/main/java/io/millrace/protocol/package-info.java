/**
 * The Kafka wire protocol, up to but not including what a request means.
 *
 * <pre>
 * frame (size, bytes) -> request header -> request body     message classes and codecs are kafka-clients'
 * response body -> response header -> frame
 * record batch (format v2) header access                     {@link io.millrace.protocol.RecordBatchFormat}
 * </pre>
 *
 * Nothing here opens a socket or a file.
 */
@NullMarked
package io.millrace.protocol;

import org.jspecify.annotations.NullMarked;
