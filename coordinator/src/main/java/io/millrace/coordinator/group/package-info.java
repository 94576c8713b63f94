/**
 * Consumer groups on {@code __consumer_offsets}: the classic protocol (KIP-62, 345, 429) and committed offsets.
 *
 * {@link io.millrace.coordinator.group.GroupCoordinator} is the facade.
 */
@NullMarked
package io.millrace.coordinator.group;

import org.jspecify.annotations.NullMarked;
