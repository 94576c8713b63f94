/**
 * Coordinators: state machines whose state is an internal topic, one shard per partition of it. This package is the runtime
 * that carries them; what a coordinator decides is in the packages below.
 *
 * <pre>
 * {@link io.millrace.coordinator.ShardRuntime}   submit(shard, command) -> future; elect, resign
 *   Shard              mailbox, worked off by one thread of a small pool at a time
 *     Pipeline         command -> {@link io.millrace.coordinator.StateMachine#decide} = changes + answers + alarms
 *                      changes -> replay (at once, with a way back) and -> the open batch
 *                      open batch -> {@link io.millrace.coordinator.ShardLog#append}, one at a time: what is decided meanwhile
 *                      makes the next batch
 *                      answers leave when all that was decided before them is committed; a failed append undoes it
 *     Alarms           time as one more kind of command
 * </pre>
 *
 * A shard moves with its partition's leader: loaded by replaying the partition, dropped at resignation. Nothing but
 * {@link io.millrace.coordinator.CoordinatorThreads} owns a thread or reads the clock.
 */
@NullMarked
package io.millrace.coordinator;

import org.jspecify.annotations.NullMarked;
