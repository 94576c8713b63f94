/**
 * Consumer groups on {@code __consumer_offsets}: the classic protocol (KIP-62, 345, 394, 429, 814) and committed offsets.
 *
 * <pre>
 * {@link io.millrace.coordinator.group.GroupCoordinator}  the facade, made by {@link io.millrace.coordinator.group.Groups}
 *   GroupShards       checks what needs no group, finds the shard
 *   GroupMachine      one partition: finds the group, has one of these decide
 *     Joins, Syncs, Heartbeats, Leaves, Rebalance       the protocol; ClassicGroup, Member, GroupState are values
 *     OffsetCommits, OffsetFetches, Removals            offsets
 *     Descriptions                                      for tools
 *   Step              a decision in the making
 *   GroupStore        the state, changed by replay alone
 * </pre>
 */
@NullMarked
package io.millrace.coordinator.group;

import org.jspecify.annotations.NullMarked;
