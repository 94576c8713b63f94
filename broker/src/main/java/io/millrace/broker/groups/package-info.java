/**
 * What the group coordinator needs of the broker.
 *
 * <pre>
 * {@link io.millrace.broker.groups.InternalTopicLog}      its port to the partitions' logs: append with acks=all, replay
 * {@link io.millrace.broker.groups.CoordinatorElections}  the image's changes as elections, resignations, deleted topics
 * </pre>
 */
@NullMarked
package io.millrace.broker.groups;

import org.jspecify.annotations.NullMarked;
