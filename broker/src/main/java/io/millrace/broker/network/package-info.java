/**
 * Sockets: from bytes to requests, from responses to bytes.
 *
 * <pre>
 * {@link io.millrace.broker.network.NetworkServer}  listeners, event loops, limits on connections
 * FrameDecoder      socket bytes -> frames, large ones read straight into their own buffer; admission before decoding
 * Connection        frames -> requests -> handlers; their replies, in request order, -> socket
 * ReplyWriter       response -> buffers and file ranges
 * </pre>
 *
 * All of a connection's state belongs to its event loop; handlers complete on any thread and hop there once.
 */
@NullMarked
package io.millrace.broker.network;

import org.jspecify.annotations.NullMarked;
