/**
 * Coordinators: state machines whose state is an internal topic, one shard per partition of it.
 *
 * <pre>
 * command -> decide(state, command) = records + reply        nothing changes yet
 *         -> records appended to the shard's partition       through a port
 *         -> replay(state, record)                           the only way state changes
 *         -> reply, when the records are committed
 * </pre>
 *
 * A shard moves with its partition's leader: loaded by replaying the partition, dropped at resignation.
 */
@NullMarked
package io.millrace.coordinator;

import org.jspecify.annotations.NullMarked;
