/**
 * The records of {@code __consumer_offsets}, byte for byte as Kafka writes them: one class per key and per value, each headed
 * by its layout in every version.
 *
 * <pre>
 * record of the log -> {@link io.millrace.coordinator.group.record.GroupRecord} -> key + value of one of the types here
 * </pre>
 *
 * Nothing here knows what the records mean.
 */
@NullMarked
package io.millrace.coordinator.group.record;

import org.jspecify.annotations.NullMarked;
