/**
 * The broker: wires the modules below it into one server and runs its life cycle.
 *
 * <pre>
 * io.millrace.broker.network  sockets, frames, reply order, admission
 * io.millrace.broker.api      one handler class per API key
 * io.millrace.broker          configuration, life cycle, wiring
 * </pre>
 */
@NullMarked
package io.millrace.broker;

import org.jspecify.annotations.NullMarked;
